/**
 * Workers in this thread.
 *
 * @module
 */

import type { EventData } from "../event.ts";
import type { Dispatch, DispatchParts } from "./dispatch.ts";
import type { Made } from "./finish.ts";
import { Mapper, tickClock, workerName } from "./mapper.ts";

/** Takes events through workers in this thread. Nothing is awaited where no promise is returned. */
export class LocalDispatch implements Dispatch {
  readonly made: Made[] = [];
  readonly files: readonly string[] = [];
  readonly keepsFrames = false;
  readonly #parts: DispatchParts;
  #mapper: Mapper | undefined;
  #stopped = false;

  readonly #nextWorker: () => number;

  constructor(parts: DispatchParts) {
    this.#parts = parts;
    this.#nextWorker = parts.distribution(parts.workers);
  }

  begin(): void {
    const { make, workers, parameters, clock } = this.#parts;
    const names = Array.from({ length: workers }, (_, i) => workerName(i));
    const objects = names.map((name) => {
      const object = make(name);
      this.made.push({ object, worker: name });
      return object;
    });
    this.#mapper = new Mapper(objects, names, parameters, tickClock(clock));
  }

  take(event: EventData, everyone: boolean): void | Promise<void> {
    const { account } = this.#parts;
    if (everyone) return this.#settled(this.#broadcast(event), event);
    try {
      const done = this.#through(event, this.#nextWorker());
      if (done !== undefined) return this.#settled(done, event);
      account.processed(event);
    } catch (error) {
      account.failed(error);
    }
  }

  settle(): void {}

  stop(): void {
    this.#stopped = true;
  }

  release(): readonly Error[] {
    return [];
  }

  #through(event: EventData, index: number): void | Promise<void> {
    if (this.#stopped) return;
    const { account } = this.#parts;
    const payload = this.#mapper?.map(event, index);
    return payload instanceof Promise
      ? payload.then((settled) => account.reduce(settled, event, index))
      : account.reduce(payload, event, index);
  }

  async #broadcast(event: EventData): Promise<void> {
    const { workers, account } = this.#parts;
    const failures: unknown[] = [];
    for (let index = 0; index < workers; index++) {
      try {
        await this.#through(event, index);
      } catch (error) {
        if (!account.skips) throw error;
        failures.push(error);
      }
    }
    const last = failures.pop();
    for (const failure of failures) account.keep(failure);
    if (last !== undefined) throw last;
  }

  async #settled(done: Promise<void>, event: EventData): Promise<void> {
    const { account } = this.#parts;
    try {
      await done;
    } catch (error) {
      return account.failed(error);
    }
    account.processed(event);
  }
}
