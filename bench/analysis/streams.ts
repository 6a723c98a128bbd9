import type { EventData } from "beamfold";

/** The sum of the values that all streams of an event have. */
export class StreamsWorker {
  readonly #decoder = new TextDecoder();

  processEvent({ streams }: EventData) {
    let total = 0;
    for (const { frames: [frame] } of Object.values(streams)) {
      total += (JSON.parse(this.#decoder.decode(frame)) as { value: number }).value;
    }
    return total;
  }
}
