import { type EventData, mean, type ResultData, stins } from "beamfold";

/** The sum of the numbers in a small JSON event. */
export class JsonWorker {
  readonly #decoder = new TextDecoder();

  processEvent(event: EventData) {
    const frame = event.streams["pcap"]?.frames[0];
    if (frame === undefined) return;
    const { values } = JSON.parse(this.#decoder.decode(frame)) as { values: number[] };
    return values.reduce((total, value) => total + value, 0);
  }
}

/** The mean of all pixels of an image. */
export class MeanWorker {
  processEvent(event: EventData) {
    const stream = event.streams["xrd"];
    if (stream === undefined) return;
    const packet = stins.parse(stream);
    if (packet.htype === "image") return mean(packet.data);
  }
}

/** Adds up what it gets. */
export class Total {
  total = 0;

  processResult({ payload }: ResultData<number>) {
    this.total += payload;
  }
}
