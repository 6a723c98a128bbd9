/**
 * What ends a run early: an abort signal, Ctrl-C, a polite kill, or a closed terminal.
 *
 * @module
 */

/** Listens for everything that ends a run early, from its making to `stop`. */
export class Interrupt {
  /**
   * Called when the run is to end. An event target would take longer than many an event. In a set, which makes itself a
   * new table now and then, each table knows the next one: once V8 takes one for old, all that follow pile up.
   */
  readonly #waiting: (() => void)[] = [];
  readonly #given: AbortSignal | undefined;
  readonly #abort = (): void => {
    if (this.requested) return;
    this.#requestedAt = performance.now();
    for (const giveUp of this.#waiting) giveUp();
  };
  readonly #endings = (Deno.build.os === "windows" ? [] : ["SIGTERM", "SIGHUP"] as const).map((signal) => ({
    signal,
    listener: () => {
      this.#endedBy = signal;
      this.#abort();
    },
  }));
  #requestedAt: number | undefined;
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

  /** Waits for a promise, but not longer than `grace` milliseconds after the run was to end; false when that is over. */
  wait<T>(promise: Promise<T>, grace = 0): Promise<boolean> {
    const { promise: over, resolve, reject } = Promise.withResolvers<boolean>();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const giveUp = (): void => {
      const passed = performance.now() - (this.#requestedAt ?? 0);
      timer = setTimeout(() => resolve(false), Math.max(0, grace - passed));
    };
    const settled = (): void => {
      const at = this.#waiting.indexOf(giveUp);
      if (at >= 0) this.#waiting.splice(at, 1);
      if (timer !== undefined) clearTimeout(timer);
    };
    if (this.requested) giveUp();
    else this.#waiting.push(giveUp);
    // The promise may be for an event: none of these functions closes over it (see Filling).
    promise.then(() => {
      settled();
      resolve(true);
    }, (error) => {
      settled();
      reject(error);
    });
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
