/**
 * Threads that stay alive between runs.
 *
 * @module
 */

import { workerThreads } from "../../node.ts";
import type { FromThread, ToThread } from "./messages.ts";

/** Milliseconds after which a thread ends that nobody uses. */
const IDLE = 60_000;

/** Who has a thread. */
export interface Holder {
  /** The thread says something. */
  take(message: FromThread): void;
  /** The thread is dead. */
  died(reason: string): void;
}

/** A thread that one run has at a time. */
export class PooledThread {
  readonly #worker: import("node:worker_threads").Worker;
  #holder: Holder | undefined;
  #reason: string | undefined;
  #dead = false;

  constructor() {
    const { Worker } = workerThreads();
    this.#worker = new Worker(new URL("thread.ts", import.meta.url));
    this.#worker.on("message", (message: FromThread) => this.#holder?.take(message));
    this.#worker.on("error", (error: unknown) => this.#reason = error instanceof Error ? error.message : String(error));
    this.#worker.on("exit", (code: number) => {
      this.#dead = true;
      this.#holder?.died(this.#reason ?? `it exited with status ${code}`);
    });
  }

  /** Whether it has ended. */
  get dead(): boolean {
    return this.#dead;
  }

  /** Gives it to a run, which keeps the process alive; or to nobody. */
  hold(holder: Holder | undefined): void {
    this.#holder = holder;
    if (holder === undefined) this.#worker.unref();
    else this.#worker.ref();
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
}

/** Threads without work, which end by themselves after a minute. */
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
    }, IDLE);
    Deno.unrefTimer(timer);
    this.#idle.set(thread, timer);
  }
}

/** The threads of this process: starting one takes longer than many a replay. */
export const pool = new Pool();
