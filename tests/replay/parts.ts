/**
 * What the tests of replay share: captures of tiny events, and classes that note what reaches them.
 *
 * @module
 */

import { type EventData, type ResultData, writeCapture } from "beamfold";

/** The numbers 0, 1, 2, … below `count`. */
export function upTo(count: number): number[] {
  return Array.from({ length: count }, (_, i) => i);
}

/** Writes a capture with the given events, each one frame of one byte in one stream; gives its path. */
export async function numbered(path: string, eventNumbers: readonly number[], stream = "s"): Promise<string> {
  const item = (eventNumber: number) => ({
    eventNumber,
    streams: { [stream]: { typ: "T", frames: [Uint8Array.of(eventNumber)] } },
  });
  await writeCapture(path, eventNumbers.map(item));
  return path;
}

/** Takes the last bytes off a file, as a full disk or a killed ingester does. */
export function shorten(path: string, bytes: number): void {
  Deno.truncateSync(path, Deno.statSync(path).size - bytes);
}

/** A worker that gives the numbers of its events. */
export class Numbers {
  processEvent({ eventNumber }: EventData) {
    return eventNumber;
  }
}

/** A reducer that keeps all results. */
export class Keep {
  results: ResultData[] = [];
  finished = 0;

  get eventNumbers(): number[] {
    return this.results.map(({ eventNumber }) => eventNumber);
  }

  get payloads(): unknown[] {
    return this.results.map(({ payload }) => payload);
  }

  processResult(result: ResultData) {
    this.results.push(result);
  }

  finish() {
    this.finished++;
  }
}

/** The error that a promise is rejected with. */
export async function rejection(promise: Promise<unknown>): Promise<Error> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof Error) return error;
    throw new Error(`rejected with ${Deno.inspect(error)}, which is no Error`);
  }
  throw new Error("expected a rejection, but the promise was fulfilled");
}
