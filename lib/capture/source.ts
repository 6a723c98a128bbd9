/**
 * Items that a source gives: generators of one's own, in place of captures.
 *
 * @module
 */

import { asError, CaptureError, OptionError } from "../errors.ts";
import { Collector } from "./collector.ts";
import type { PlacedItem } from "./items.ts";
import type { PlainItems } from "./lookahead.ts";
import type { WritableItem } from "./write.ts";

/** Items one after the other, as a generator gives them. */
export type ItemGenerator = Iterable<WritableItem> | AsyncIterable<WritableItem>;

/** A source of events: what a capture is otherwise. */
export interface EventSource {
  /**
   * The generators that give the items, each in ascending order of event number; what several of them give for one
   * event number is one event.
   */
  getSourceGenerators(): readonly ItemGenerator[] | Promise<readonly ItemGenerator[]>;
}

/** Whether a value is a source. */
export function isSource(value: unknown): value is EventSource {
  return typeof value === "object" && value !== null &&
    typeof (value as { getSourceGenerators?: unknown }).getSourceGenerators === "function";
}

/**
 * The generators of a source.
 *
 * @throws OptionError when what it gives are no generators.
 */
export async function generatorsOf(source: EventSource): Promise<GeneratedItems[]> {
  const generators: unknown = await source.getSourceGenerators();
  const name = source.constructor?.name || "the source";
  if (!Array.isArray(generators) || generators.length === 0) {
    throw new OptionError(
      `${name}.getSourceGenerators returned ${Deno.inspect(generators, { depth: 0 })}, expected a list of generators`,
    );
  }
  return generators.map((generator: unknown, index) => {
    if (isGenerator(generator)) return new GeneratedItems(generator, `${name}, generator ${index}`);
    throw new OptionError(
      `${name}.getSourceGenerators returned ${
        Deno.inspect(generator, { depth: 0 })
      } in its list, expected a generator: ` +
        `call it, as in [this.images()]`,
    );
  });
}

function isGenerator(value: unknown): value is ItemGenerator {
  return typeof value === "object" && value !== null && (Symbol.iterator in value || Symbol.asyncIterator in value);
}

/** The items of one generator. */
export class GeneratedItems implements PlainItems<Uint8Array> {
  readonly path: string;
  readonly unit = "item";
  readonly cut = undefined;
  readonly progress = { bytes: 0, size: 0 };
  /** How many items it has given. */
  offset = 0;
  readonly #iterator: Iterator<WritableItem> | AsyncIterator<WritableItem>;
  #ended = false;
  readonly #collector: Collector;

  /** @param name What errors call it. */
  constructor(generator: ItemGenerator, name: string, collector: Collector = new Collector()) {
    this.path = name;
    this.#collector = collector;
    this.#iterator = Symbol.asyncIterator in generator
      ? generator[Symbol.asyncIterator]()
      : generator[Symbol.iterator]();
  }

  next(): PlacedItem<Uint8Array> | undefined | Promise<PlacedItem<Uint8Array> | undefined> {
    if (this.#ended) return undefined;
    // The frames of the item before are likely to be done; those of the next one are not there yet.
    this.#collector.betweenEvents();
    const step = this.#step();
    return step instanceof Promise ? step.then((result) => this.#placed(result)) : this.#placed(step);
  }

  /** Ends the generator, so that it can close what it has open. */
  async close(): Promise<void> {
    if (this.#ended) return;
    this.#ended = true;
    await this.#iterator.return?.();
  }

  #step(): IteratorResult<WritableItem> | Promise<IteratorResult<WritableItem>> {
    try {
      const step = this.#iterator.next();
      return step instanceof Promise ? step.catch((error) => this.#fail(error)) : step;
    } catch (error) {
      return this.#fail(error);
    }
  }

  #fail(thrown: unknown): never {
    this.#ended = true;
    const cause = asError(thrown);
    const error = new CaptureError(`${this.path} failed after ${this.offset} items: ${cause.message}`, {
      path: this.path,
      offset: this.offset,
      cause,
    });
    // Where it failed is in the user's own lines.
    if (cause.stack !== undefined) error.stack = `${error.name}: ${error.message}\n${cause.stack}`;
    throw error;
  }

  #placed({ done, value }: IteratorResult<WritableItem>): PlacedItem<Uint8Array> | undefined {
    if (done) {
      this.#ended = true;
      return undefined;
    }
    const at = this.offset++;
    const element = this.#item(value, at);
    for (const { frames } of element.streams) for (const { length } of frames) this.#collector.count(length);
    return { element, at, bytes: 0 };
  }

  #item(item: unknown, at: number): PlacedItem<Uint8Array>["element"] {
    const refuse = (found: string): never => {
      throw new CaptureError(
        `item ${at} of ${this.path} has ${found}, expected { eventNumber, streams: { name: { typ, frames } } }`,
        { path: this.path, offset: at },
      );
    };
    const { eventNumber, streams, createdAt } = typeof item === "object" && item !== null
      ? item as Partial<WritableItem>
      : {};
    if (typeof eventNumber !== "number" || !Number.isSafeInteger(eventNumber) || eventNumber < 0) {
      return refuse(`the event number ${Deno.inspect(eventNumber)}`);
    }
    if (typeof streams !== "object" || streams === null) return refuse(`${Deno.inspect(streams)} as its streams`);
    return {
      eventNumber,
      createdAt,
      streams: Object.entries(streams).map(([name, data]) => {
        const { typ, frames } = data ?? {};
        if (typeof typ !== "string" || !Array.isArray(frames) || !frames.every((one) => one instanceof Uint8Array)) {
          return refuse(`${Deno.inspect(data, { depth: 0 })} as its stream "${name}"`);
        }
        return { name, typ, frames };
      }),
    };
  }
}
