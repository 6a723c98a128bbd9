/**
 * Classes that the tests of threads load by the name of this file.
 *
 * @module
 */

import { createFile, type EventData, IntParameter, type ResultData, StrParameter, type WithParameters } from "beamfold";
import { getLogger } from "@logtape/logtape";
import { view } from "../../lib/array/ndarray.ts";
import { Faraway } from "./thread_payload.ts";

/** A payload of a class, with one in it. */
export class Point {
  constructor(readonly x: number, readonly inner?: Point) {}

  get double(): number {
    return 2 * this.x;
  }
}

class Hidden {
  readonly secret = 1;
}

export class Failure extends Error {
  override readonly name = "Failure";
  constructor(message: string, readonly code: number) {
    super(message);
  }
}

/** Gives the numbers of its events. */
export class Numbers {
  processEvent({ eventNumber }: EventData) {
    return eventNumber;
  }
}

/** Gives the first byte of each event, which the tests make its number. */
export class FirstBytes {
  processEvent({ streams }: EventData) {
    return Object.values(streams).map(({ typ, frames }) => [typ, frames.map((frame) => [frame[0], frame.length])]);
  }
}

/** Gives what has to be taken apart on its way. */
export class Payloads {
  processEvent({ eventNumber, streams }: EventData) {
    const point = new Point(eventNumber, new Point(1));
    const bare = Object.assign(Object.create(null), { a: 1 });
    return {
      point,
      same: point,
      list: [point, [new Point(2)]],
      map: new Map<unknown, unknown>([["p", point], [3, new Set([new Point(4)])]]),
      array: view(Float32Array.of(1, 2, 3, 4, 5, 6), [2, 3]),
      scalar: view(BigInt64Array.of(5n), []),
      typed: Uint16Array.of(1, eventNumber),
      big: 2n ** 70n,
      bare,
      when: new Date(0),
      error: new Failure("bad", 7),
      stream: streams["s"],
      nothing: undefined,
    };
  }
}

/** Gives an instance of a class that nobody exports. */
export class Hides {
  processEvent() {
    return { deep: [new Hidden()] };
  }
}

/** Fails at some events. */
export class Fails {
  static describeParameters() {
    return [new IntParameter({ name: "every", default: 3 })];
  }
  finished = 0;

  processEvent({ eventNumber }: EventData, { parameters }: WithParameters<typeof Fails>) {
    if (eventNumber % parameters.every.value === 2) throw new RangeError(`no ${eventNumber}`);
    return eventNumber;
  }

  finish() {
    console.assert(this.finished++ === 0);
  }
}

export class FailsToBegin {
  constructor({ state }: { state: { name: string } }) {
    if (state.name.endsWith("1")) throw new Error(`not ${state.name}`);
  }
  processEvent() {}
}

export class FailsToFinish extends Numbers {
  finish() {
    throw new Error("not done");
  }
}

/** Is slow, sometimes, so that results overtake each other. */
export class Uneven {
  async processEvent({ eventNumber }: EventData) {
    if (eventNumber % 2 === 0) await new Promise((resolve) => setTimeout(resolve, 15));
    return eventNumber;
  }
}

/** Never comes back from event 5. */
export class Hangs {
  processEvent({ eventNumber }: EventData) {
    while (eventNumber === 5);
    return eventNumber;
  }
}

/** Waits at event 5 for what never comes, and fails at its end, so that it is seen to be reached. */
export class WaitsForever {
  processEvent({ eventNumber }: EventData) {
    return eventNumber === 5 ? new Promise(() => {}) : eventNumber;
  }

  finish() {
    throw new Error("finished");
  }
}

/** Minds being given an event while it has one. */
export class OneAtATime {
  #busy = false;
  async processEvent({ eventNumber }: EventData) {
    if (this.#busy) throw new Error("two events at once");
    this.#busy = true;
    await new Promise((go) => setTimeout(go, 2));
    this.#busy = false;
    return eventNumber;
  }
}

/** Ends its thread at event 5. */
export class Dies {
  processEvent({ eventNumber }: EventData) {
    if (eventNumber === 5) Deno.exit(3);
    return eventNumber;
  }
}

/** Ends its thread at event 5, as a program for Node does. */
export class DiesAsInNode {
  processEvent({ eventNumber }: EventData) {
    if (eventNumber === 5) process.exit(4);
    return eventNumber;
  }
}

/** Ends its thread at event 5, as a program for browsers does. */
export class DiesAsInBrowsers {
  processEvent({ eventNumber }: EventData) {
    if (eventNumber === 5) self.close();
    return eventNumber;
  }
}

/** Leaves something behind that fails when the replay is over. */
export class LeavesBehind {
  processEvent({ eventNumber }: EventData) {
    if (eventNumber === 5) setTimeout(() => Promise.reject(new Error("left behind")), 50);
    return eventNumber;
  }
}

export class Ticks {
  getTickInterval() {
    return 3600;
  }
  processEvent(_event: EventData, { tick }: { tick: boolean }) {
    return tick;
  }
}

export class Logs {
  processEvent({ eventNumber }: EventData) {
    getLogger(["mine", "worker"]).info("at {eventNumber}", { eventNumber });
  }
}

/** Keeps the frames that it gets, and gives the first bytes of all so far. */
export class KeepsFrames {
  readonly frames: Uint8Array[] = [];

  processEvent({ streams }: EventData) {
    this.frames.push(streams["s"]?.frames[0] as Uint8Array);
    return this.frames.map((frame) => [frame[0], frame.length]);
  }
}

/** Keeps all results. */
export class Keep {
  readonly results: ResultData[] = [];
  finished = 0;

  processResult(result: ResultData) {
    this.results.push(result);
  }

  finish() {
    this.finished++;
  }
}

/** Takes its time. */
export class SlowKeep extends Keep {
  override async processResult(result: ResultData) {
    await new Promise((resolve) => setTimeout(resolve, 2));
    super.processResult(result);
  }
}

/** Fails at the result of event 4, and notes which results it was given. */
export class FailsToReduce extends Keep {
  static given: number[] = [];

  override processResult(result: ResultData) {
    FailsToReduce.given.push(result.eventNumber);
    if (result.eventNumber === 4) throw new TypeError("not 4");
    super.processResult(result);
  }
}

/** Fails at the first event only. */
export class FailsAtFirst extends Numbers {
  override processEvent(event: EventData) {
    if (event.eventNumber === 0) throw new Error("no first");
    return super.processEvent(event);
  }
}

/** Writes a file of its own, and does not close it. */
export class WritesInThread {
  static describeParameters() {
    return [new StrParameter({ name: "folder", default: "." })];
  }
  readonly seen;

  constructor({ parameters, state }: { parameters: { folder: { value: string } }; state: { name: string } }) {
    const file = createFile(`${parameters.folder.value}/${state.name}.h5`);
    this.seen = file.createDataset("seen", { shape: [0], maxShape: [null], dtype: "int32" });
  }

  processEvent({ eventNumber }: EventData) {
    this.seen.append(eventNumber);
    return eventNumber;
  }
}

/** Takes ten milliseconds for an event, and says whether its worker had the first one. */
export class Busy {
  first = false;

  processEvent({ eventNumber }: EventData) {
    const started = performance.now();
    while (performance.now() - started < 10);
    if (eventNumber === 0) this.first = true;
    return this.first;
  }
}

/** Takes long for event 180 only. */
export class BusyLate {
  processEvent({ eventNumber }: EventData) {
    const started = performance.now();
    while (eventNumber === 180 && performance.now() - started < 400);
    return eventNumber;
  }
}

/** Gives something of a class that another file exports. */
export class Elsewhere {
  processEvent() {
    return new Faraway(5);
  }
}

/** Writes which events it has seen. */
export class WritesFile {
  readonly file = createFile("written.h5");
  readonly seen = this.file.createDataset("seen", { shape: [0], maxShape: [null], dtype: "int32" });

  processResult({ eventNumber }: ResultData) {
    this.seen.set(eventNumber, 1);
  }
}

/** Gives how long its frames are, and how long those of the event before still are. */
export class LooksBack {
  #before: readonly Uint8Array[] = [];

  processEvent({ streams }: EventData) {
    const frames = streams["s"]?.frames ?? [];
    const lengths = [frames, this.#before].map((all) => all.map(({ length }) => length));
    this.#before = frames;
    return lengths;
  }
}

/** Gives its frames away. */
export class GivesFrames {
  processEvent({ streams }: EventData) {
    return streams["s"]?.frames;
  }
}

/** Cuts its capture off at the first event. */
export class Shortens {
  readonly #capture: string;

  constructor({ context }: { context: { captures: readonly string[] } }) {
    this.#capture = context.captures[0] as string;
  }

  processEvent({ eventNumber }: EventData) {
    if (eventNumber === 0) Deno.truncateSync(this.#capture, 150_000);
    return eventNumber;
  }
}
