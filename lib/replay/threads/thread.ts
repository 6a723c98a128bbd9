/**
 * A thread: has some of the workers of a run, takes their events, and sends what they make of them. This module is what
 * a thread runs.
 *
 * @module
 */

import { Collector } from "../../capture/collector.ts";
import { FreshFrames, KeptFrames } from "../../capture/frame_pool.ts";
import { FrameReader } from "../../capture/unread.ts";
import { OptionError } from "../../errors.ts";
import type { EventData } from "../../event.ts";
import { loadHdf5, putOffHdf5 } from "../../hdf5/loading.ts";
import { FileScope } from "../../hdf5/open_files.ts";
import { isLogTapeLoaded } from "../../log.ts";
import type { Setup } from "../classes.ts";
import { finishAll } from "../finish.ts";
import type { AnyClass } from "../load.ts";
import { Mapper, workerName, type WorkerObject } from "../mapper.ts";
import { watchStrays } from "../strays.ts";
import { nameOf, ReplayError } from "../user_error.ts";
import { sentError } from "./errors.ts";
import { type Arrived, unpacked } from "./events.ts";
import { loadFace } from "./face.ts";
import { Lease } from "./lease.ts";
import { MappedPacker } from "./mapped.ts";
import { type Begin, Board, type ClassRecipe, type FromThread, type ToThread } from "./messages.ts";
import { PayloadSender } from "./payloads.ts";
import { ClassRegistry } from "./registry.ts";
import { sharedTicks } from "./ticks.ts";

/** What a thread has of a run. */
interface Crew {
  readonly begin: Omit<Begin, "commons">;
  readonly scope: FileScope;
  readonly workers: Map<number, WorkerObject>;
  readonly mapper: Mapper;
  readonly sender: PayloadSender;
  readonly packer: MappedPacker;
  /** Reads frames that come unread. */
  readonly reader: FrameReader;
  readonly board: Int32Array;
}

/** What a payload was made of. */
interface Origin {
  readonly sequence: number;
  readonly event: EventData;
  readonly index: number;
}

/** Answers what a thread is told. */
class Thread {
  readonly #send: (message: FromThread, transfer?: ArrayBuffer[]) => void;
  readonly #collector = new Collector();
  readonly #lease = new Lease();
  #crew: Crew | undefined;
  readonly #told: ToThread[] = [];
  #answers = false;
  /** Ends the wait for the event at hand. */
  #giveUp: () => void = () => {};
  // Whatever the thread is told first will need it.
  readonly #face = loadFace();

  constructor(send: (message: FromThread, transfer?: ArrayBuffer[]) => void) {
    this.#send = send;
    watchStrays((error) => {
      // Between two runs it is no class's.
      if (this.#crew === undefined) return false;
      send({ kind: "stray", error: sentError(error) });
      return true;
    });
  }

  /**
   * Takes a message, once those before it are done. Not by a promise for each that waits for the one before: with such
   * a chain, V8 was seen to keep more memory between two major collections.
   */
  async take(message: ToThread): Promise<void> {
    if (message.kind === "stop") return this.#giveUp();
    this.#told.push(message);
    if (this.#answers) return;
    this.#answers = true;
    for (let next; (next = this.#told.shift()) !== undefined;) await this.#answer(next);
    this.#answers = false;
  }

  async #answer(message: ToThread): Promise<void> {
    if (message.kind === "begin") return await this.#begin(message);
    const crew = this.#crew;
    if (crew === undefined) {
      return message.kind === "end" ? this.#send({ kind: "ended", files: [], errors: [] }) : undefined;
    }
    if (message.kind === "events") return await crew.scope.enter(() => this.#map(crew, message.events));
    if (message.kind === "finish") return await crew.scope.enter(() => this.#finish(crew, message.worker));
    this.#crew = undefined;
    crew.reader.close();
    this.#lease.end();
    const errors = crew.scope.closeAll().map(sentError);
    this.#send({ kind: "ended", files: crew.scope.files.map(({ path }) => path), errors });
  }

  async #begin({ commons, ...begin }: Begin): Promise<void> {
    const workers = new Map<number, WorkerObject>();
    const scope = new FileScope();
    this.#lease.begin(commons);
    try {
      await this.#sendLogs(begin.logLevel);
      // It takes longer to load than all the rest; a thread that is used again may need it later.
      if (begin.usesHdf5) await loadHdf5();
      const registry = new ClassRegistry();
      const face = await this.#face;
      registry.add("beamfold", face);
      const Worker = await classOf(begin.recipe, face, registry);
      for (const url of begin.modules) registry.add(url, await import(url) as Record<string, unknown>);
      const board = new Int32Array(begin.board);
      const sender = new PayloadSender(registry);
      const names = begin.workers.map(workerName);
      scope.enter(() => {
        for (const index of begin.workers) workers.set(index, madeBy(Worker, begin, workerName(index)));
      });
      const mapper = new Mapper([...workers.values()], names, begin.parameters, sharedTicks(begin.ticks));
      this.#lease.done(0);
      const reader = new FrameReader(begin.returnFrames ? new KeptFrames() : new FreshFrames(this.#collector));
      this.#crew = { begin, scope, workers, mapper, sender, packer: new MappedPacker(), reader, board };
      this.#send({ kind: "begun", made: [...workers.values()].map(nameOf) });
    } catch (error) {
      // Those that were made are finished, as they are in one thread.
      await scope.enter(() =>
        finishAll([...workers.values()].map((object) => ({ object })), begin.parameters, async (promise) => {
          await promise;
          return true;
        })
      );
      scope.closeAll();
      this.#lease.end();
      this.#send({ kind: "begun", made: [...workers.values()].map(nameOf), error: sentError(error) });
    }
  }

  async #map(crew: Crew, events: Parameters<typeof unpacked>[0]): Promise<void> {
    const { begin, board, sender, packer, reader } = crew;
    const started = performance.now();
    for (const arrived of unpacked(events, reader)) {
      if (Atomics.load(board, Board.stop) !== 0) break;
      Atomics.store(board, Board.current, arrived.sequence & 0x7fffffff);
      const done = this.#mapOne(crew, arrived);
      if (done !== undefined) await this.#settled(done);
      // What it gave is a copy.
      reader.release();
    }
    // They are in use until the next ones are there.
    this.#collector.count(events.buffers.reduce((bytes, { byteLength }) => bytes + byteLength, 0));
    const { payloads, transfer } = sender.take();
    const mapped = packer.take();
    const { length } = mapped.sequences;
    const frames = begin.returnFrames ? events.buffers.slice(1).filter(({ detached }) => !detached) : [];
    const milliseconds = performance.now() - started;
    const along = [mapped.sequences.buffer, mapped.places.buffer, ...transfer, ...frames];
    this.#send({ kind: "mapped", mapped, payloads, frames, milliseconds }, along);
    this.#lease.done(length);
  }

  /** Waits for the event at hand, which may take for ever, until it is not wanted any more. */
  #settled(done: Promise<void>): Promise<void> {
    return new Promise((resolve) => {
      this.#giveUp = resolve;
      done.then(resolve);
    });
  }

  /** Has log lines go to the main thread, if any are wanted, or were in the run before. */
  async #sendLogs(lowestLevel: Begin["logLevel"]): Promise<void> {
    if (lowestLevel === undefined && !isLogTapeLoaded()) return;
    const { sendLogs } = await import("./logs.ts");
    sendLogs(lowestLevel, (record) => this.#send({ kind: "log", record: withoutFunctions(record) }));
  }

  /** A promise only where the class gives one. */
  #mapOne(crew: Crew, arrived: Arrived): void | Promise<void> {
    const { sequence } = arrived;
    const index = crew.begin.workers.indexOf(arrived.worker);
    try {
      const event = arrived.event();
      const payload = crew.mapper.map(event, index);
      if (payload instanceof Promise) return this.#mappedLater(crew, payload, { sequence, event, index });
      this.#mapped(crew, payload, { sequence, event, index });
    } catch (error) {
      crew.packer.addFailed(sequence, sentError(error));
    }
  }

  async #mappedLater(crew: Crew, payload: Promise<unknown>, origin: Origin): Promise<void> {
    try {
      this.#mapped(crew, await payload, origin);
    } catch (error) {
      crew.packer.addFailed(origin.sequence, sentError(error));
    }
  }

  #mapped({ mapper, sender, packer }: Crew, payload: unknown, { sequence, event, index }: Origin): void {
    let place: number | undefined;
    try {
      place = payload === undefined ? undefined : sender.add(payload);
    } catch (thrown) {
      throw mapper.error(thrown, event, index);
    }
    packer.add(sequence, place);
  }

  async #finish({ begin, workers }: Crew, worker: number): Promise<void> {
    try {
      await workers.get(worker)?.finish?.({ parameters: begin.parameters });
      this.#send({ kind: "finished", worker });
    } catch (error) {
      this.#send({ kind: "finished", worker, error: sentError(error) });
    }
  }
}

/** The class of a recipe; it and what it stands beside become known. */
async function classOf(
  recipe: ClassRecipe,
  face: Readonly<Record<string, unknown>>,
  registry: ClassRegistry,
): Promise<AnyClass> {
  if (recipe.kind === "imported") {
    return (await import(recipe.url) as Record<string, AnyClass>)[recipe.name] as AnyClass;
  }
  const { madeOf } = await import("./source.ts");
  const classes = madeOf(recipe, face);
  registry.add("cells", classes);
  const found = classes[recipe.name];
  if (found === undefined) throw new OptionError(`the class ${recipe.name} is not there`);
  return found;
}

function madeBy(Worker: AnyClass, { parameters, captures }: Crew["begin"], name: string): WorkerObject {
  const setup: Setup = { parameters, context: captures === undefined ? {} : { captures }, state: { name } };
  try {
    return new (Worker as unknown as new (setup: Setup) => WorkerObject)(setup);
  } catch (thrown) {
    throw new ReplayError(thrown, { className: Worker.name || "(unnamed class)", method: "constructor" });
  }
}

/** A log record as it can be in a message. */
function withoutFunctions<T extends { readonly message: readonly unknown[] }>(record: T): T {
  const plain = (value: unknown): unknown => {
    try {
      return structuredClone(value);
    } catch {
      return Deno.inspect(value);
    }
  };
  return { ...record, message: record.message.map(plain), properties: {} };
}

/** What is used of a thread's global scope. */
interface ThreadScope {
  onmessage: (event: MessageEvent<ToThread>) => void;
  postMessage(message: FromThread, transfer: ArrayBuffer[]): void;
  close(): void;
}

const scope = globalThis as unknown as ThreadScope;
putOffHdf5();
const thread = new Thread((message, transfer = []) => scope.postMessage(message, transfer));
scope.onmessage = ({ data }) => thread.take(data);
sayWhenExiting();

/** A thread that ends itself would do so without a word. Node's ways to exit are Deno's. */
function sayWhenExiting(): void {
  const { exit } = Deno;
  Deno.exit = (status) => {
    scope.postMessage({ kind: "exit", status: status ?? Deno.exitCode }, []);
    return exit(status);
  };
  scope.close = () => Deno.exit();
}
