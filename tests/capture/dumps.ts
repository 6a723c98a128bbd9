/**
 * Raw dumps made by hand.
 *
 * @module
 */

import { Major, writeHead } from "../../lib/capture/heads.ts";

const encoder = new TextEncoder();

/** A raw dump of messages, each a list of parts: bytes, texts, or what becomes JSON. */
export function dumpBytes(messages: readonly (readonly unknown[])[]): Uint8Array {
  const pieces: Uint8Array[] = [];
  const head = (major: number, argument: number): void => {
    const view = new DataView(new ArrayBuffer(9));
    pieces.push(new Uint8Array(view.buffer, 0, writeHead(view, 0, major, argument)));
  };
  for (const message of messages) {
    head(Major.array, message.length);
    for (const part of message.map(bytes)) {
      head(Major.bytes, part.length);
      pieces.push(part);
    }
  }
  return Uint8Array.from(pieces.flatMap((piece) => [...piece]));
}

function bytes(value: unknown): Uint8Array {
  if (value instanceof Uint8Array) return value;
  return encoder.encode(typeof value === "string" ? value : JSON.stringify(value));
}
