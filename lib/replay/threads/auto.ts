/**
 * Workers in this thread, and if that pays in others.
 *
 * @module
 */

import { newCommons } from "../../azint/commons.ts";
import { type EventData, eventData, streamData } from "../../event.ts";
import { asError, OptionError } from "../../errors.ts";
import type { Dispatch, DispatchParts } from "../dispatch.ts";
import type { Made } from "../finish.ts";
import type { AnyClass } from "../load.ts";
import { LocalDispatch } from "../local.ts";
import { ThreadDispatch } from "./dispatch.ts";
import { Lease } from "./lease.ts";
import { craftsOf } from "./recipe.ts";

/** Seconds of work after which it is decided. */
const TRIAL = 0.25;
/** Seconds that it takes to start threads, without what the workers' constructors take. */
const START = 0.2;
/** Seconds that it costs to send an event, and a byte of it. */
const EVENT_COST = 1e-6;
const BYTE_COST = 0.25e-9;

/** What the trial found. All in seconds. */
export interface Trial {
  /** What was spent in workers on these events, and the bytes of these. */
  readonly busy: number;
  readonly events: number;
  readonly bytes: number;
  /** What all of it took, and the part of the captures that is done; undefined when that is not known. */
  readonly elapsed: number;
  readonly progress: number | undefined;
  /** What the workers' constructors took. */
  readonly making: number;
  readonly cores: number;
}

/** Whether what is left is done sooner in threads. */
export function paysOff({ busy, events, bytes, elapsed, progress, making, cores }: Trial): boolean {
  const sending = events * EVENT_COST + bytes * BYTE_COST;
  if (cores < 2 || busy < 3 * sending) return false;
  // Of a source nobody knows how much is left; it is taken to be as much again ten times.
  const left = progress === undefined ? 10 : progress > 0 ? (1 - progress) / progress : 0;
  const saved = left * (busy - busy / cores);
  return saved > START + making && left * elapsed > START;
}

/** Takes the first events in this thread, and has others take the rest if that pays. */
export class AutoDispatch implements Dispatch {
  readonly #parts: DispatchParts;
  readonly #worker: { readonly Class: AnyClass; readonly given: unknown };
  readonly #reducer: unknown;
  readonly #local: LocalDispatch;
  #threads: ThreadDispatch | undefined;
  #decided = false;
  /** Where matrices are, if any were built, that threads, if there will be any, need not build again. */
  #commons: WebAssembly.Memory | undefined;
  readonly #lease = new Lease();
  /** The first event, if all workers had it. */
  #first: EventData | undefined;
  #making = 0;
  #started = 0;
  #busy = 0;
  #events = 0;
  #bytes = 0;

  constructor(
    parts: DispatchParts,
    worker: { readonly Class: AnyClass; readonly given: unknown },
    reducer: unknown,
  ) {
    this.#parts = parts;
    this.#worker = worker;
    this.#reducer = reducer;
    const reduce: DispatchParts["account"]["reduce"] = (payload, event, workerIndex) => {
      // To look at the clock twice takes half as long as a small event.
      if (this.#decided) return parts.account.reduce(payload, event, workerIndex);
      // The reducer stays here: what it takes is not saved.
      const started = parts.clock();
      const done = parts.account.reduce(payload, event, workerIndex);
      this.#busy -= parts.clock() - started;
      return done;
    };
    this.#local = new LocalDispatch({ ...parts, account: { ...parts.account, reduce } });
  }

  get made(): readonly Made[] {
    return [...this.#local.made, ...this.#threads?.made ?? []];
  }

  get files(): readonly string[] {
    return this.#threads?.files ?? [];
  }

  get keepsFrames(): boolean {
    return this.#threads !== undefined;
  }

  begin(): void {
    if (navigator.hardwareConcurrency > 1) this.#lease.begin(() => this.#commons = newCommons());
    const started = this.#parts.clock();
    this.#local.begin();
    this.#lease.done(0);
    this.#started = this.#parts.clock();
    this.#making = this.#started - started;
  }

  take(event: EventData, everyone: boolean): void | Promise<void> {
    if (this.#threads !== undefined) return this.#threads.take(event, everyone);
    if (this.#decided) return this.#local.take(event, everyone);
    if (everyone) this.#first = copied(event);
    const started = this.#parts.clock();
    const done = this.#local.take(event, everyone);
    return done instanceof Promise ? done.then(() => this.#consider(event, started)) : this.#consider(event, started);
  }

  settle(): void | Promise<void> {
    return this.#threads?.settle();
  }

  stop(): void {
    this.#local.stop();
    this.#threads?.stop();
  }

  async release(): Promise<readonly Error[]> {
    this.#lease.end();
    return await this.#threads?.release() ?? [];
  }

  /** Counts an event, and decides when it is time. */
  #consider(event: EventData, started: number): void | Promise<void> {
    this.#lease.done(1);
    const { clock, progress } = this.#parts;
    const now = clock();
    this.#busy += now - started;
    this.#events++;
    for (const { frames } of Object.values(event.streams)) for (const { length } of frames) this.#bytes += length;
    if (this.#busy < TRIAL) return;
    this.#decided = true;
    const trial: Trial = {
      busy: this.#busy,
      events: this.#events,
      bytes: this.#bytes,
      elapsed: now - this.#started,
      progress: progress(),
      making: this.#making,
      cores: navigator.hardwareConcurrency,
    };
    this.#lease.end();
    const commons = this.#commons;
    this.#commons = undefined;
    if (paysOff(trial)) return this.#goOn(trial.cores, commons);
  }

  /** Makes workers in threads, which have what is left. */
  async #goOn(cores: number, commons: WebAssembly.Memory | undefined): Promise<void> {
    const { workers, account } = this.#parts;
    let crafts;
    try {
      crafts = await craftsOf(this.#worker, this.#reducer);
    } catch (error) {
      if (!(error instanceof OptionError)) throw error;
      account.warn(`threads would have paid, but ${asError(error).message}`);
      return;
    }
    const threads = new ThreadDispatch(cores, crafts, { ...this.#parts, workers: cores }, { count: workers, commons });
    this.#threads = threads;
    await threads.begin();
    if (this.#first !== undefined) await threads.catchUp(this.#first);
    this.#first = undefined;
  }
}

/** An event with frames of its own. */
function copied(event: EventData): EventData {
  const streams = Object.entries(event.streams).map(([name, { typ, frames }]) =>
    [name, streamData(typ, frames.map((frame) => frame.slice()))] as const
  );
  return eventData(event.eventNumber, Object.fromEntries(streams));
}
