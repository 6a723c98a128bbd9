/**
 * What ends a run early: an abort signal, Ctrl-C, a polite kill, a closed terminal, or an error that comes by itself.
 *
 * @module
 */

/** Somebody who waits for something. */
interface Waiting {
  /** Called when the run is to end. */
  readonly giveUp: () => void;
  /** Called with an error that came by itself. */
  readonly fail: (error: Error) => void;
}

/** Listens for everything that ends a run early, from its making to `stop`. */
export class Interrupt {
  /**
   * An event target would take longer than many an event. In a set, which makes itself a new table now and then, each
   * table knows the next one: once V8 takes one for old, all that follow pile up.
   */
  readonly #waiting: Waiting[] = [];
  readonly #given: AbortSignal | undefined;
  readonly #abort = (): void => {
    if (this.requested) return;
    this.#requestedAt = performance.now();
    for (const { giveUp } of this.#waiting) giveUp();
  };
  readonly #endings = (Deno.build.os === "windows" ? [] : ["SIGTERM", "SIGHUP"] as const).map((signal) => ({
    signal,
    listener: () => {
      this.#endedBy = signal;
      this.#abort();
    },
  }));
  #requestedAt: number | undefined;
  /** Whether an error came by itself, and the one that is still to be thrown. */
  #failed = false;
  #failure: { readonly error: Error } | undefined;
  #sparing = false;
  #endedBy: Deno.Signal | undefined;

  /** @param signal The caller's own signal. */
  constructor(signal: AbortSignal | undefined) {
    this.#given = signal;
    if (signal?.aborted) this.#abort();
    signal?.addEventListener("abort", this.#abort, { once: true });
    Deno.addSignalListener("SIGINT", this.#abort);
    for (const { signal, listener } of this.#endings) Deno.addSignalListener(signal, listener);
  }

  /** Whether the run shall end. */
  get requested(): boolean {
    return this.#requestedAt !== undefined;
  }

  /**
   * An error came by itself: it is thrown to who waits for something, which may never come now, else by `check`. Only
   * the first one: where there is one, there is often one for each event.
   */
  fail(error: Error): void {
    if (this.#failed) return;
    this.#failed = true;
    if (this.#sparing || this.#waiting.length === 0) this.#failure = { error };
    else for (const { fail } of [...this.#waiting]) fail(error);
  }

  /** From now on such an error is thrown by `check` only: what `finish` writes would be lost. */
  spareWaiting(): void {
    this.#sparing = true;
  }

  /**
   * Looks for an error that came by itself.
   *
   * @throws That error, once.
   */
  check(): void {
    const failure = this.#failure;
    this.#failure = undefined;
    if (failure !== undefined) throw failure.error;
  }

  /**
   * Waits for a promise, but not longer than `grace` milliseconds after the run was to end; false when that is over.
   *
   * @throws What the promise is rejected with, or an error that came by itself.
   */
  wait<T>(promise: Promise<T>, grace = 0): Promise<boolean> {
    const { promise: over, resolve, reject } = Promise.withResolvers<boolean>();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const giveUp = (): void => {
      const passed = performance.now() - (this.#requestedAt ?? 0);
      timer = setTimeout(() => {
        settled();
        resolve(false);
      }, Math.max(0, grace - passed));
    };
    const settled = (): void => {
      const at = this.#waiting.indexOf(waiting);
      if (at >= 0) this.#waiting.splice(at, 1);
      if (timer !== undefined) clearTimeout(timer);
    };
    const fail = (error: Error): void => {
      settled();
      reject(error);
    };
    const waiting: Waiting = { giveUp, fail };
    if (this.requested) giveUp();
    this.#waiting.push(waiting);
    // The promise may be for an event: none of these functions closes over it (see Filling).
    promise.then(() => {
      settled();
      resolve(true);
    }, fail);
    return over;
  }

  /** Stops listening. A process that was told to terminate then does. */
  stop(): void {
    this.#given?.removeEventListener("abort", this.#abort);
    Deno.removeSignalListener("SIGINT", this.#abort);
    for (const { signal, listener } of this.#endings) Deno.removeSignalListener(signal, listener);
    if (this.#endedBy !== undefined) Deno.kill(Deno.pid, this.#endedBy);
  }
}
