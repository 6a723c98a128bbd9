/**
 * Bytes and numbers put together, and compared.
 *
 * @module
 */

/** All bytes of some pieces, in order, in memory of their own. */
export function joinedBytes(pieces: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(pieces.reduce((total, { length }) => total + length, 0));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}

/** Bytes that are put together piece by piece; of the pieces nothing is held. */
export class GrowingBytes {
  #bytes = new Uint8Array(new ArrayBuffer(0));
  #length = 0;

  /** How many there are. */
  get length(): number {
    return this.#length;
  }

  /** Adds a piece; gives where it begins. */
  add(piece: Uint8Array): number {
    const at = this.#length;
    this.#length += piece.length;
    if (this.#length > this.#bytes.length) this.#grow();
    this.#bytes.set(piece, at);
    return at;
  }

  /** What was added, in a buffer of exactly that size, and a fresh start. */
  take(): ArrayBuffer {
    const taken = this.#bytes.slice(0, this.#length).buffer;
    this.#length = 0;
    return taken;
  }

  #grow(): void {
    const larger = new Uint8Array(Math.max(this.#length, 2 * this.#bytes.length));
    larger.set(this.#bytes);
    this.#bytes = larger;
  }
}

/** Numbers that are put together one by one. */
export class GrowingNumbers {
  #numbers = new Float64Array(64);
  #length = 0;

  /** Adds a number. */
  add(number: number): void {
    if (this.#length === this.#numbers.length) this.#grow();
    this.#numbers[this.#length++] = number;
  }

  /** What was added, in an array of its own, and a fresh start. */
  take(): Float64Array<ArrayBuffer> {
    const taken = this.#numbers.slice(0, this.#length);
    this.#length = 0;
    return taken;
  }

  #grow(): void {
    const larger = new Float64Array(2 * this.#numbers.length);
    larger.set(this.#numbers);
    this.#numbers = larger;
  }
}

/** Whether bytes are the same. */
export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  // Those of a mask are millions.
  for (let i = 0; i < a.length; i++) {
    if (a[i] !== b[i]) return false;
  }
  return true;
}
