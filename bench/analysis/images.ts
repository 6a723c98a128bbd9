import { type EventData, mean, stins } from "beamfold";

/** The mean of all pixels of an image. */
export class MeanWorker {
  processEvent(event: EventData) {
    const stream = event.streams["xrd"];
    if (stream === undefined) return;
    const packet = stins.parse(stream);
    if (packet.htype === "image") return mean(packet.data);
  }
}
