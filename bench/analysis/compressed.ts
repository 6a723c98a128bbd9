import { type EventData, stins, sum } from "beamfold";

/** The sum of all pixels of a compressed image. */
export class SumWorker {
  processEvent(event: EventData) {
    const stream = event.streams["xrd"];
    if (stream === undefined) return;
    const packet = stins.parse(stream);
    if (packet.htype === "image") return sum(packet.data);
  }
}
