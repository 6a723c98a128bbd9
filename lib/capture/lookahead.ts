/**
 * Items that can only be decoded whole, with a look at the next one.
 *
 * @module
 */

import type { Cut } from "./damage.ts";
import type { Items, PlacedItem } from "./items.ts";

/** What gives items one after the other. */
export type PlainItems<Frame> =
  & Pick<Items<Frame>, "path" | "offset" | "progress" | "cut" | "next" | "close">
  & Partial<Pick<Items<Frame>, "unit" | "notes">>;

/** Items that know the number of the next one by decoding it. */
export class Lookahead<Frame> implements Items<Frame> {
  readonly #items: PlainItems<Frame>;
  #next: PlacedItem<Frame> | undefined;

  constructor(items: PlainItems<Frame>) {
    this.#items = items;
  }

  get path(): string {
    return this.#items.path;
  }

  get unit(): "byte" | "item" {
    return this.#items.unit ?? "byte";
  }

  get offset(): number {
    return this.#next?.at ?? this.#items.offset;
  }

  get progress(): { readonly bytes: number; readonly size: number } {
    return this.#items.progress;
  }

  get cut(): Cut | undefined {
    return this.#items.cut;
  }

  get notes(): readonly string[] {
    return this.#items.notes ?? [];
  }

  peek(): number | undefined | Promise<number | undefined> {
    if (this.#next !== undefined) return this.#next.element.eventNumber;
    const keep = (item: PlacedItem<Frame> | undefined): number | undefined => {
      this.#next = item;
      return item?.element.eventNumber;
    };
    const item = this.#items.next();
    return item instanceof Promise ? item.then(keep) : keep(item);
  }

  next(): PlacedItem<Frame> | undefined | Promise<PlacedItem<Frame> | undefined> {
    const item = this.#next;
    if (item === undefined) return this.#items.next();
    this.#next = undefined;
    return item;
  }

  close(): void | Promise<void> {
    return this.#items.close();
  }
}
