import type { EventData } from "beamfold";

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
