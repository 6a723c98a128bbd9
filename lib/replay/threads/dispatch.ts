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
import { type Mapped, mappedOf } from "./mapped.ts";
import type { FromThread } from "./messages.ts";
import { receivedPayloads } from "./payloads.ts";
import { pool } from "./pool.ts";
import type { Crafts } from "./recipe.ts";
import { Ring } from "./ring.ts";
import { Shapes } from "./shapes.ts";
import { TICK_BYTES } from "./ticks.ts";
import { type Group, type Sent, UnderWay } from "./under_way.ts";

/** When as much is under way as may be, no more is sent until this part of it is left: so several go in one message. */
const REFILL = 0.5;

/** Workers that are elsewhere. */
interface Others {
  readonly count: number;
  readonly commons?: WebAssembly.Memory | undefined;
}

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
  /** Where its threads have matrices together; let go of as soon as they have it. */
  #commons: WebAssembly.Memory | undefined;
  readonly #nextWorker: () => number;
  #count = 1;
  readonly #lanes: Lane[] = [];
  /** What writes log lines of threads, if anybody sees them. */
  #logs: typeof import("./logs.ts") | undefined;
  readonly #shapes = new Shapes();
  readonly #underWay = new UnderWay();
  /** What came before its turn. */
  readonly #arrived = new Ring<Mapped>();
  /** What is for the reducer. */
  readonly #queue: Mapped[] = [];
  #nextInOrder = 0;
  #pumping = false;
  #stopped = false;
  #failure: { readonly error: unknown } | undefined;
  /** Called when something went on. */
  #wake: (() => void) | undefined;

  /**
   * @param threads How many threads.
   * @param others Workers that others have: how many, and the memory in which they have matrices.
   */
  constructor(threads: number, crafts: Crafts, parts: DispatchParts, others: Others = { count: 0 }) {
    this.#threads = threads;
    this.#crafts = crafts;
    this.#parts = parts;
    this.#firstWorker = others.count;
    this.#commons = others.commons;
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
    const commons = this.#commons ?? (this.#count > 1 ? newCommons() : undefined);
    this.#commons = undefined;
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
    const shape = this.#shapes.of(event.streams);
    const sequence = this.#underWay.add(event, shape.names, worker, group);
    this.#laneOf(worker).send({ sequence, worker, event, shape, owned });
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
    if (message.kind === "stray") return this.#parts.account.stray(receivedError(message.error));
    if (message.kind !== "mapped") return;
    const { returned, ordered } = this.#parts;
    const payloads = receivedPayloads(message.payloads, this.#crafts.registry);
    for (const frame of message.frames) returned?.(frame);
    for (const mapped of mappedOf(message.mapped, payloads)) {
      if (ordered) this.#arrived.set(mapped.sequence, mapped);
      else this.#queue.push(mapped);
    }
    for (let next; (next = this.#arrived.take(this.#nextInOrder)) !== undefined; this.#nextInOrder++) {
      this.#queue.push(next);
    }
    if (!this.#pumping) this.#parts.enter(() => this.#pump());
  }

  /** Takes what came to the reducer, one after the other. More may come as soon as nothing is left. */
  async #pump(): Promise<void> {
    this.#pumping = true;
    try {
      for (let next; !this.#over && (next = this.#queue.shift()) !== undefined;) {
        const done = this.#reduce(next);
        if (done !== undefined) await done;
      }
    } catch (error) {
      this.#fail(error);
    } finally {
      this.#pumping = false;
      this.#wake?.();
    }
  }

  #reduce({ sequence, payload, error }: Mapped): void | Promise<void> {
    const sent = this.#underWay.get(sequence);
    if (sent === undefined) return;
    if (error !== undefined) return this.#failed(sequence, sent, receivedError(error));
    try {
      const done = this.#parts.account.reduce(payload, sent, sent.worker);
      if (done === undefined) return this.#processed(sequence, sent);
      return done.then(
        () => this.#processed(sequence, sent),
        (thrown) => this.#failed(sequence, sent, thrown),
      );
    } catch (thrown) {
      this.#failed(sequence, sent, thrown);
    }
  }

  #processed(sequence: number, sent: Sent): void {
    if (sent.group === undefined) this.#parts.account.processed(sent);
    this.#through(sequence);
  }

  #failed(sequence: number, { group }: Sent, thrown: unknown): void {
    this.#through(sequence);
    if (group === undefined) this.#parts.account.failed(thrown);
    else group.failures.push(thrown);
  }

  #through(sequence: number): void {
    this.#underWay.remove(sequence);
    this.#wake?.();
  }
}
