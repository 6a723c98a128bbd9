/**
 * Values by number.
 *
 * @module
 */

/**
 * What a Map of numbers does, for numbers that go up, with few values at a time. Their places are used again: a Map
 * makes itself a new table now and then, and V8 takes what the old one had for old together with it.
 */
export class Ring<Value> {
  /** The value of a number is at its remainder by the length, a power of two. */
  #places: (Value | undefined)[] = [undefined];
  #size = 0;
  /** All numbers that have a value are from here on … */
  #first = 0;
  /** … and below this. */
  #end = 0;

  /** How many values there are. */
  get size(): number {
    return this.#size;
  }

  /** The value of a number. */
  get(number: number): Value | undefined {
    return number < this.#first || number >= this.#end ? undefined : this.#places[this.#placeOf(number)];
  }

  /** Gives a value, which is not undefined, to a number that has none. */
  set(number: number, value: Value): void {
    const isEmpty = this.#size++ === 0;
    const first = isEmpty ? number : Math.min(this.#first, number);
    const end = isEmpty ? number + 1 : Math.max(this.#end, number + 1);
    if (end - first > this.#places.length) this.#grow(end - first);
    this.#first = first;
    this.#end = end;
    this.#places[this.#placeOf(number)] = value;
  }

  /** Takes the value of a number away; gives it, if it had one. */
  take(number: number): Value | undefined {
    const value = this.get(number);
    if (value === undefined) return undefined;
    this.#places[this.#placeOf(number)] = undefined;
    this.#size--;
    while (this.#first < this.#end && this.get(this.#first) === undefined) this.#first++;
    return value;
  }

  #placeOf(number: number): number {
    // Of an integer that is safe the last bits are its remainder; a division takes ten times as long.
    return number & (this.#places.length - 1);
  }

  #grow(needed: number): void {
    const values = Array.from({ length: this.#end - this.#first }, (_, i) => this.get(this.#first + i));
    this.#places = new Array(2 ** Math.ceil(Math.log2(2 * needed))).fill(undefined);
    for (const [i, value] of values.entries()) this.#places[this.#placeOf(this.#first + i)] = value;
  }
}
