/**
 * Packets as text: every key, arrays and lists by their beginning, bytes by their number.
 *
 * @module
 */

import { dtypeOf, isTypedArray, type NdArray } from "../array/dtypes.ts";
import { contiguous, isNdArray, sizeOf, view } from "../array/ndarray.ts";
import { asError, BeamfoldError } from "../errors.ts";
import type { StreamData } from "../event.ts";
import { type PacketContext, parsePacket, protocolOfTyp } from "../protocols/packets.ts";
import { numberText } from "../units.ts";

/** How much of a packet is printed. */
export interface PacketTextOptions {
  /** Columns of the text. */
  readonly width?: number;
  /** Elements of lists. */
  readonly items?: number;
  /** Elements of arrays. */
  readonly elements?: number;
  /** Characters of a text. */
  readonly characters?: number;
}

type Limits = Required<PacketTextOptions>;

const LIMITS: Limits = { width: 110, items: 8, elements: 8, characters: 300 };
/** Lines of a packet, and how deep dicts and lists are followed. */
const MAX_LINES = 300;
const MAX_DEPTH = 5;

/** A stream's packet as text, or why it is none; undefined for types that are not known. */
export function streamText(
  stream: StreamData,
  context: PacketContext = {},
  options: PacketTextOptions = {},
): string | undefined {
  return described(stream, context, (packet) => packetText(packet, options));
}

/** A stream's packet on one line, cut to a width. */
export function streamLine(stream: StreamData, width: number): string | undefined {
  const line = described(stream, {}, (packet) => insideText(Object.entries(packet), LIMITS, { left: width }));
  return line === undefined ? undefined : shortened(line, width);
}

function described(
  stream: StreamData,
  context: PacketContext,
  text: (packet: Readonly<Record<string, unknown>>) => string,
): string | undefined {
  try {
    const known = parsePacket(stream, context);
    return known === undefined ? undefined : text(known.packet);
  } catch (thrown) {
    const error = asError(thrown);
    if (!(error instanceof BeamfoldError)) throw error;
    return `error: ${error.message}`;
  }
}

/** The type of a stream, and the protocol that reads it where the type says another thing: `PCAP_RAW`, `positioncap`. */
export function typNames(typ: string): readonly [typ: string, protocol?: string] {
  const protocol = protocolOfTyp(typ);
  return protocol === undefined || protocol === typ.toLowerCase() ? [typ] : [typ, protocol];
}

/** The type of a stream in a table: `PCAP_RAW (positioncap)`. */
export function typText(typ: string): string {
  const [name, protocol] = typNames(typ);
  return protocol === undefined ? name : `${name} (${protocol})`;
}

/** The keys of a packet and what they hold, filled into lines; arrays and what does not fit have lines of their own. */
export function packetText(packet: Readonly<Record<string, unknown>>, options: PacketTextOptions = {}): string {
  return linesOf(Object.entries(packet), { ...LIMITS, ...options }, 0).join("\n");
}

/** What is inside something: elements of lists have no key. */
type Entry = readonly [key: string | undefined, value: unknown];

function linesOf(entries: readonly Entry[], limits: Limits, depth: number): string[] {
  const room = limits.width - 2 * depth;
  const lines: string[] = [];
  let open = false;
  const alone = (...more: string[]): void => {
    lines.push(...more);
    open = false;
  };
  for (const [i, [key, value]] of entries.entries()) {
    if (lines.length >= MAX_LINES) {
      lines.push(`… ${entries.length - i} more`);
      break;
    }
    const inline = `${labelText(key)}${valueText(value, limits, { left: room })}`;
    const inner = inline.length > room ? entriesOf(value, limits) : undefined;
    const last = lines.at(-1);
    if (inner !== undefined && depth < MAX_DEPTH) {
      alone(labelText(key).trimEnd(), ...linesOf(inner, limits, depth + 1).map((line) => `  ${line}`));
    } else if (isNdArray(value) && sizeOf(value.shape) > 1) {
      alone(inline);
    } else if (open && last !== undefined && `${last}, ${inline}`.length <= room) {
      lines[lines.length - 1] = `${last}, ${inline}`;
    } else {
      lines.push(inline);
      open = true;
    }
  }
  return lines;
}

/** What is inside a value that may have lines of its own. */
function entriesOf(value: unknown, { items }: Limits): readonly Entry[] | undefined {
  if (Array.isArray(value)) {
    // Numbers and texts are told apart by their order.
    const label = (item: unknown, i: number): string | undefined =>
      typeof item === "object" && item !== null ? String(i) : undefined;
    return [...value.slice(0, items).map((item, i): Entry => [label(item, i), item]), ...restOf(value, items)];
  }
  if (value instanceof Map) return Array.from(value, ([key, item]): Entry => [textOf(key), item]);
  return isPlain(value) ? Object.entries(value) : undefined;
}

/** Stands for the rest of a list. */
class Rest {
  readonly count: number;
  constructor(count: number) {
    this.count = count;
  }
}

function restOf(list: readonly unknown[], items: number): Entry[] {
  return list.length > items ? [[undefined, new Rest(list.length)]] : [];
}

/** Characters that are left on a line: beyond them nothing is printed, as the value will be printed otherwise. */
interface Room {
  left: number;
}

/** A value on one line. */
function valueText(value: unknown, limits: Limits, room: Room): string {
  const list = Array.isArray(value) ? value : value instanceof Set ? [...value] : undefined;
  if (list !== undefined) {
    const items = list.slice(0, limits.items).map((item): Entry => [undefined, item]);
    const inside = insideText([...items, ...restOf(list, limits.items)], limits, room);
    return value instanceof Set ? `set {${inside}}` : `[${inside}]`;
  }
  const entries = entriesOf(value, limits);
  if (entries !== undefined) return `{${insideText(entries, limits, room)}}`;
  const text = simpleText(value, limits);
  room.left -= text.length;
  return text;
}

function insideText(entries: readonly Entry[], limits: Limits, room: Room): string {
  const parts: string[] = [];
  for (const [key, value] of entries) {
    if (room.left < 0) {
      parts.push("…");
      break;
    }
    const label = labelText(key);
    room.left -= label.length + 2;
    parts.push(label + valueText(value, limits, room));
  }
  return parts.join(", ");
}

/** A value that has nothing inside. */
function simpleText(value: unknown, limits: Limits): string {
  if (typeof value === "string") return quoted(value, limits.characters);
  if (typeof value === "number" && Object.is(value, -0)) return "-0";
  if (typeof value !== "object" || value === null) return String(value);
  if (isNdArray(value)) return arrayText(value, limits);
  if (value instanceof Uint8Array) return `${value.length} bytes`;
  if (isTypedArray(value)) return arrayText(view(value), limits);
  if (value instanceof Rest) return `… ${value.count} in all`;
  return shortened(Deno.inspect(value, { depth: 1, compact: true }), limits.characters);
}

/** An array by its dtype, its shape, and its first elements in C order. */
function arrayText(array: NdArray, { elements }: Limits): string {
  const size = sizeOf(array.shape);
  const first = Array.from(contiguous(array).subarray(0, elements) as ArrayLike<number | bigint>);
  const values = first.map((value) => typeof value === "bigint" ? String(value) : numberText(value));
  return `${dtypeOf(array.data)} (${array.shape.join(", ")}) [${values.join(", ")}${size > elements ? ", …" : ""}]`;
}

function textOf(key: unknown): string {
  return typeof key === "object" ? Deno.inspect(key, { depth: 0, compact: true }) : String(key);
}

function labelText(key: string | undefined): string {
  if (key === undefined) return "";
  return /^[\w.-]+$/.test(key) ? `${key}: ` : `${quoted(key, 80)}: `;
}

function quoted(text: string, characters: number): string {
  const shown = [...text.slice(0, characters + 1)];
  return text.length <= characters
    ? JSON.stringify(text)
    : `${JSON.stringify(shown.slice(0, characters).join(""))}… ${text.length} characters`;
}

/** A text with a mark where it goes on. */
export function shortened(text: string, width: number): string {
  const line = text.replace(/\s+/g, " ");
  return line.length <= width ? line : `${line.slice(0, Math.max(0, width - 1)).trimEnd()}…`;
}

function isPlain(value: unknown): value is Record<string, unknown> {
  if (typeof value !== "object" || value === null) return false;
  const prototype = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype;
}
