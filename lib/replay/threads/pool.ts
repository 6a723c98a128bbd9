/**
 * Threads that stay alive between runs.
 *
 * @module
 */

import { isInNotebook } from "../../notebook/sink.ts";
import type { FromThread, ToThread } from "./messages.ts";

/** Milliseconds after which a thread ends that nobody uses. In a notebook it is there for the cells to come. */
const IDLE_IN_NOTEBOOK = 60_000;
/** Elsewhere it keeps the process alive, and is there for a replay that follows at once. */
const IDLE = 100;

/** Who has a thread. */
export interface Holder {
  /** The thread says something. */
  take(message: FromThread): void;
  /** The thread is dead. */
  died(reason: string): void;
}

/** A thread that one run has at a time. */
export class PooledThread {
  readonly #worker = new Worker(new URL("thread.ts", import.meta.url), { type: "module" });
  #holder: Holder | undefined;
  #dead = false;

  constructor() {
    this.#worker.onmessage = ({ data }: MessageEvent<FromThread>) => {
      if (data.kind === "exit") this.#died(`it exited with status ${data.status}`);
      else this.#holder?.take(data);
    };
    this.#worker.onerror = (event) => {
      // It would be an error of this thread too.
      event.preventDefault();
      this.#died(event.message.replace(/^Uncaught (\(in promise\) )?/, ""));
    };
    this.#worker.onmessageerror = () => {
      this.#died("what it said could not be read");
      this.#worker.terminate();
    };
  }

  /** Whether it has ended. */
  get dead(): boolean {
    return this.#dead;
  }

  /** Gives it to a run, or to nobody. It keeps the process alive. */
  hold(holder: Holder | undefined): void {
    this.#holder = holder;
  }

  /** Tells it something; the buffers go along. */
  tell(message: ToThread, transfer: readonly ArrayBuffer[] = []): void {
    this.#worker.postMessage(message, [...transfer]);
  }

  /** Ends it, whatever it does. */
  kill(): void {
    this.#dead = true;
    this.#holder = undefined;
    // Nobody waits for it; it may take as long as one instruction of a user's class.
    this.#worker.terminate();
  }

  #died(reason: string): void {
    if (this.#dead) return;
    this.#dead = true;
    this.#holder?.died(reason);
  }
}

/** Threads without work, which end by themselves after a while. */
class Pool {
  readonly #idle = new Map<PooledThread, ReturnType<typeof setTimeout>>();

  /** One of them, or a new one. */
  acquire(): PooledThread {
    for (const [thread, timer] of this.#idle) {
      this.#idle.delete(thread);
      clearTimeout(timer);
      if (!thread.dead) return thread;
    }
    return new PooledThread();
  }

  /** Takes a thread back that has nothing more to do. */
  release(thread: PooledThread): void {
    if (thread.dead) return;
    thread.hold(undefined);
    const timer = setTimeout(() => {
      this.#idle.delete(thread);
      thread.kill();
    }, isInNotebook() ? IDLE_IN_NOTEBOOK : IDLE);
    this.#idle.set(thread, timer);
  }
}

/** The threads of this process: starting one takes longer than many a replay. */
export const pool = new Pool();
