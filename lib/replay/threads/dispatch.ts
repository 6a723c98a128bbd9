/**
 * Workers in other threads.
 *
 * @module
 */

import { newCommons } from "../../azint/commons.ts";
import type { CaptureItem, EventData } from "../../event.ts";
import { isLogTapeLoaded } from "../../log.ts";
import type { Dispatch, DispatchParts } from "../dispatch.ts";
import type { Made } from "../finish.ts";
import { workerName } from "../mapper.ts";
import { receivedError } from "./errors.ts";
import { Lane, type LaneParts } from "./lane.ts";
import type { FromThread, Mapped } from "./messages.ts";
import { receivedPayloads } from "./payloads.ts";
import { pool } from "./pool.ts";
import type { Crafts } from "./recipe.ts";
import { Ring } from "./ring.ts";
import { TICK_BYTES } from "./ticks.ts";
import { type Group, UnderWay } from "./under_way.ts";

/** When as much is under way as may be, no more is sent until this part of it is left: so several go in one message. */
const REFILL = 0.5;

/** Sends events to workers in threads, and takes what they make of them to the reducer as it comes. */
export class ThreadDispatch implements Dispatch {
  readonly made: Made[] = [];
  readonly files: string[] = [];
  readonly keepsFrames = true;
  readonly #threads: number;
  readonly #crafts: Crafts;
  readonly #parts: DispatchParts;
  /** The index of its first worker: others may be in this thread. */
  readonly #firstWorker: number;
  readonly #nextWorker: () => number;
  #count = 1;
  readonly #lanes: Lane[] = [];
  /** What writes log lines of threads, if anybody sees them. */
  #logs: typeof import("./logs.ts") | undefined;
  readonly #underWay = new UnderWay();
  readonly #arrived = new Ring<{ readonly mapped: Mapped; readonly payload: unknown }>();
  readonly #queue: { readonly mapped: Mapped; readonly payload: unknown }[] = [];
  #nextInOrder = 0;
  #pumping = false;
  #stopped = false;
  #failure: { readonly error: unknown } | undefined;
  /** Called when something went on. */
  #wake: (() => void) | undefined;

  /**
   * @param threads How many threads.
   * @param firstWorker The index of the first worker.
   */
  constructor(threads: number, crafts: Crafts, parts: DispatchParts, firstWorker = 0) {
    this.#threads = threads;
    this.#crafts = crafts;
    this.#parts = parts;
    this.#firstWorker = firstWorker;
    this.#nextWorker = parts.distribution(parts.workers);
  }

  async begin(): Promise<void> {
    this.#count = Math.min(this.#threads, this.#parts.workers);
    this.#logs = isLogTapeLoaded() ? await import("./logs.ts") : undefined;
    this.#startLanes();
    // Each thread reads those of its events.
    this.#parts.leaveFrames();
    const { className } = this.#parts;
    const begun = await Promise.allSettled(this.#lanes.map((lane) => lane.begun));
    const failed = begun.find((result) => result.status === "rejected");
    for (const index of this.#workers) {
      const lane = this.#laneOf(index);
      if (!lane.ready) continue;
      this.made.push({
        worker: workerName(index),
        className,
        object: { finish: () => lane.finish(index) },
      });
    }
    if (failed !== undefined) throw failed.reason;
  }

  /** Has threads begin. Nothing here keeps their commons, which are freed when no thread uses them. */
  #startLanes(): void {
    const { parameters, captures, returned } = this.#parts;
    const { recipe, modules, usesHdf5 } = this.#crafts;
    const ticks = new SharedArrayBuffer(TICK_BYTES);
    const commons = this.#count > 1 ? newCommons() : undefined;
    const plain = structuredClone({ ...parameters });
    for (let i = 0; i < this.#count; i++) {
      // Each begins before the next one is started, which takes a while.
      const lane = new Lane(pool.acquire(), this.#laneParts(), {
        kind: "begin",
        recipe,
        modules,
        usesHdf5,
        parameters: plain,
        captures,
        workers: this.#workers.filter((index) => this.#laneIndex(index) === i),
        ticks,
        commons,
        logLevel: this.#logs?.lowestLogLevel(),
        returnFrames: returned !== undefined,
      });
      this.#lanes.push(lane);
    }
  }

  #laneParts(): LaneParts {
    return {
      name: `the thread of ${this.#parts.className}`,
      take: (message) => this.#take(message),
      died: (error) => this.#fail(error),
      label: (sequence) => this.#underWay.get(sequence),
    };
  }

  take(event: EventData, everyone: boolean): void | Promise<void> {
    this.#check();
    if (everyone) return this.#broadcast(event, true);
    // What a source gives may be its own.
    this.#send(event, this.#firstWorker + this.#nextWorker(), undefined, this.#parts.captures !== undefined);
    if (this.#underWay.isFull(this.#count)) return this.#room();
  }

  async settle(): Promise<void> {
    for (const lane of this.#lanes) lane.flush();
    while (!this.#stopped && (this.#underWay.size > 0 || this.#pumping)) await this.#change();
    this.#check();
  }

  stop(): void {
    this.#stopped = true;
    for (const lane of this.#lanes) lane.stop();
    this.#wake?.();
  }

  async release(): Promise<Error[]> {
    const errors: Error[] = [];
    for (const lane of this.#lanes) {
      const ended = await lane.end();
      this.files.push(...ended.files);
      errors.push(...ended.errors.map(receivedError));
    }
    return errors;
  }

  /** Gives an event to all workers, which others had before them. */
  catchUp(event: EventData): Promise<void> {
    return this.#broadcast(event, false);
  }

  async #broadcast(event: EventData, counts: boolean): Promise<void> {
    const { account } = this.#parts;
    const group: Group = { failures: [] };
    for (const index of this.#workers) this.#send(event, index, group, false);
    await this.settle();
    const last = group.failures.pop();
    for (const failure of group.failures) account.keep(failure);
    if (last === undefined) {
      if (counts) account.processed(event);
    } else if (counts || !account.skips) account.failed(last);
    else account.keep(last);
  }

  #send(event: CaptureItem, worker: number, group: Group | undefined, owned: boolean): void {
    const sequence = this.#underWay.add(event, worker, group);
    this.#laneOf(worker).send(sequence, worker, event, owned);
  }

  /** The indices of the workers. */
  get #workers(): number[] {
    return Array.from({ length: this.#parts.workers }, (_, i) => this.#firstWorker + i);
  }

  #laneIndex(worker: number): number {
    return (worker - this.#firstWorker) % this.#count;
  }

  #laneOf(worker: number): Lane {
    return this.#lanes[this.#laneIndex(worker)] as Lane;
  }

  async #room(): Promise<void> {
    for (const lane of this.#lanes) lane.flush();
    while (this.#underWay.isFull(this.#count, REFILL) && !this.#stopped) {
      await this.#change();
      this.#check();
    }
  }

  /** Waits until something went on. */
  #change(): Promise<void> {
    this.#check();
    if (this.#stopped) return Promise.resolve();
    return new Promise((resolve) => this.#wake = resolve);
  }

  get #over(): boolean {
    return this.#stopped || this.#failure !== undefined;
  }

  #check(): void {
    if (this.#failure !== undefined) throw this.#failure.error;
  }

  #fail(error: unknown): void {
    this.#failure ??= { error };
    this.#wake?.();
  }

  /** What a thread says. */
  #take(message: FromThread): void {
    if (message.kind === "log") return this.#logs?.writeLog(message.record);
    if (message.kind !== "mapped") return;
    const { returned, ordered } = this.#parts;
    const payloads = receivedPayloads(message.payloads, this.#crafts.registry);
    for (const frame of message.frames) returned?.(frame);
    for (const mapped of message.mapped) {
      const arrived = { mapped, payload: mapped.payload === undefined ? undefined : payloads[mapped.payload] };
      if (ordered) this.#arrived.set(mapped.sequence, arrived);
      else this.#queue.push(arrived);
    }
    for (let next; (next = this.#arrived.take(this.#nextInOrder)) !== undefined; this.#nextInOrder++) {
      this.#queue.push(next);
    }
    if (!this.#pumping) this.#pump();
  }

  /** Takes what came to the reducer, one after the other. */
  async #pump(): Promise<void> {
    this.#pumping = true;
    try {
      for (let next; !this.#over && (next = this.#queue.shift()) !== undefined;) {
        const { mapped, payload } = next;
        const done = this.#parts.enter(() => this.#reduce(mapped, payload));
        if (done !== undefined) await done;
      }
    } catch (error) {
      this.#fail(error);
    } finally {
      this.#pumping = false;
      this.#wake?.();
    }
  }

  #reduce({ sequence, error }: Mapped, payload: unknown): void | Promise<void> {
    const sent = this.#underWay.get(sequence);
    if (sent === undefined) return;
    const { account } = this.#parts;
    const { group } = sent;
    const through = (): void => {
      this.#underWay.remove(sequence);
      this.#wake?.();
    };
    const failed = (thrown: unknown): void => {
      through();
      if (group === undefined) account.failed(thrown);
      else group.failures.push(thrown);
    };
    const processed = (): void => {
      through();
      if (group === undefined) account.processed(sent);
    };
    if (error !== undefined) return failed(receivedError(error));
    try {
      const done = account.reduce(payload, sent, sent.worker);
      return done === undefined ? processed() : done.then(processed, failed);
    } catch (thrown) {
      failed(thrown);
    }
  }
}
