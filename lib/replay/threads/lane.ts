/**
 * One thread in a run: its workers, and the events that are on their way to them.
 *
 * @module
 */

import { BeamfoldError } from "../../errors.ts";
import type { EventLabel } from "../engine.ts";
import { receivedError, type SentError } from "./errors.ts";
import { EventPacker, type Sending } from "./events.ts";
import { type Begin, Board, BOARD_BYTES, type FromThread } from "./messages.ts";
import { pool, type PooledThread } from "./pool.ts";

/** What a lane is given. */
export interface LaneParts {
  /** What messages call it. */
  readonly name: string;
  /** Takes what the thread says of events. */
  readonly take: (message: FromThread) => void;
  /** The thread is dead. */
  readonly died: (error: Error) => void;
  /** What an event under way was. */
  readonly label: (sequence: number) => EventLabel | undefined;
}

/** Milliseconds that a message of events shall take a thread: it is told of more often than that. */
const MESSAGE = 30;
/** Events and bytes in a message at most. */
const MOST_EVENTS = 512;
const MOST_BYTES = 2 ** 20;

/** A thread died in the middle of a run. */
export class ThreadError extends BeamfoldError {
  override readonly name = "ThreadError";
  /** The event that it had; undefined before the first and after the last. */
  readonly eventNumber: number | undefined;

  constructor(message: string, eventNumber: number | undefined) {
    super(message);
    this.eventNumber = eventNumber;
  }
}

/** What is left at the end of a run. */
interface Ended {
  readonly files: readonly string[];
  readonly errors: readonly SentError[];
}

/** Talks with a thread. */
export class Lane {
  /** Settled when its workers are made. */
  readonly begun: Promise<void>;
  /** Whether its workers are made. */
  ready = false;
  readonly #thread: PooledThread;
  readonly #parts: LaneParts;
  readonly #board = new Int32Array(new SharedArrayBuffer(BOARD_BYTES));
  readonly #packer = new EventPacker();
  readonly #finishing = new Map<number, { resolve: () => void; reject: (error: Error) => void }>();
  #ended: { resolve: (ended: Ended) => void } | undefined;
  #begin: { resolve: () => void; reject: (error: Error) => void };
  /** Messages that are not answered. */
  #underWay = 0;
  #most = 1;

  /** @param begin What the thread is told first; not kept. */
  constructor(thread: PooledThread, parts: LaneParts, begin: Omit<Begin, "board">) {
    this.#thread = thread;
    this.#parts = parts;
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.begun = promise;
    this.#begin = { resolve, reject };
    Atomics.store(this.#board, Board.current, -1);
    thread.hold({ take: (message) => this.#take(message), died: (reason) => this.#died(reason) });
    thread.tell({ ...begin, board: this.#board.buffer as SharedArrayBuffer });
  }

  /** Sends an event, perhaps together with others. */
  send(event: Sending): void {
    this.#packer.add(event);
    if (this.#packer.count >= this.#most || this.#packer.bytes >= MOST_BYTES) this.flush();
  }

  /** Sends what waits for more. */
  flush(): void {
    if (this.#packer.count === 0 || this.#thread.dead) return;
    const events = this.#packer.take();
    this.#underWay++;
    this.#thread.tell({ kind: "events", events }, [events.numbers.buffer, ...events.buffers]);
  }

  /** Has the thread drop what it has not begun, and wait no longer for what it has. */
  stop(): void {
    Atomics.store(this.#board, Board.stop, 1);
    if (!this.#thread.dead) this.#thread.tell({ kind: "stop" });
  }

  /** Finishes a worker. */
  finish(worker: number): Promise<void> {
    if (this.#thread.dead) return Promise.resolve();
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#finishing.set(worker, { resolve, reject });
    this.#thread.tell({ kind: "finish", worker });
    return promise;
  }

  /** Lets the thread go: back to the pool when it answers, else to its end. */
  async end(): Promise<Ended> {
    const none = { files: [], errors: [] };
    if (this.#thread.dead) return none;
    if (this.#finishing.size > 0) {
      // It is still at something that was given up.
      this.#thread.kill();
      return none;
    }
    const { promise, resolve } = Promise.withResolvers<Ended>();
    this.#ended = { resolve };
    this.#thread.tell({ kind: "end" });
    const ended = await promise;
    pool.release(this.#thread);
    return ended;
  }

  #take(message: FromThread): void {
    switch (message.kind) {
      case "begun":
        if (message.error !== undefined) return this.#begin.reject(receivedError(message.error));
        this.ready = true;
        return this.#begin.resolve();
      case "mapped":
        this.#underWay--;
        this.#adapt(message.mapped.sequences.length, message.milliseconds);
        return this.#parts.take(message);
      case "finished": {
        const waiting = this.#finishing.get(message.worker);
        this.#finishing.delete(message.worker);
        return message.error === undefined ? waiting?.resolve() : waiting?.reject(receivedError(message.error));
      }
      case "ended":
        return this.#ended?.resolve(message);
      default:
        return this.#parts.take(message);
    }
  }

  /** Makes messages as large as they take the time that they should; never much larger than the one before. */
  #adapt(events: number, milliseconds: number): void {
    const fitting = Math.ceil((events * MESSAGE) / Math.max(milliseconds, 0.01));
    this.#most = Math.max(1, Math.min(fitting, 2 * this.#most, MOST_EVENTS));
  }

  #died(reason: string): void {
    const { name, label } = this.#parts;
    const event = this.#underWay > 0 ? label(Atomics.load(this.#board, Board.current)) : undefined;
    const where = event === undefined ? "" : ` at event ${event.eventNumber}`;
    const error = new ThreadError(`${name} ended${where}: ${reason}`, event?.eventNumber);
    this.#begin.reject(error);
    for (const { reject } of this.#finishing.values()) reject(error);
    this.#ended?.resolve({ files: [], errors: [] });
    this.#parts.died(error);
  }
}
