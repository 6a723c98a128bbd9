/**
 * PCAP_RAW: the position captures of a PandABox as its data port sends them, in text. The header says which fields the
 * lines of values have, so that parsing has a memory: {@linkcode Parser}.
 *
 * @module
 */

import { type StreamData, streamData } from "../event.ts";
import { type Fields, invalid, onlyFrame, timeText, unwritable } from "./json.ts";

/** The type that an ingester gives to such streams. */
export const TYP = "PCAP_RAW";

/** What is captured of something. */
export interface PositioncapField {
  /** What is captured, and which value of it: `INENC1.VAL.Mean`. */
  readonly name: string;
  /** The type of the values: `"uint32"` or `"double"`. */
  readonly type: string;
  /** Texts that follow in the header, such as `scale`, `offset` and `units`. */
  readonly [key: string]: unknown;
}

/** A captured value. */
export interface PositioncapValue {
  /** What was captured, as in the header. */
  readonly name: string;
  /** The type of the value, as in the header. */
  readonly type: string;
  /** The value. */
  readonly value: number;
}

/** The header. */
export interface PositioncapStart {
  /** What this packet is. */
  readonly type: "start";
  /** When the device was armed, with microseconds: text as on the wire, such as `2026-11-24T07:01:22.646048Z`. */
  readonly arm_time: string;
  /** The fields of each line of values, in their order. */
  readonly fields: readonly PositioncapField[];
  /** Whatever else the device sent, as text: `missed`, `process`, `format`, … */
  readonly [key: string]: unknown;
}

/** One line of values. */
export interface PositioncapValues {
  /** What this packet is. */
  readonly type: "values";
  /** The captured values by the name of their field. */
  readonly fields: Readonly<Record<string, PositioncapValue>>;
}

/** The line after the last values. */
export interface PositioncapEnd {
  /** What this packet is. */
  readonly type: "end";
  /** How many captures were sent; missing where the line does not say it. */
  readonly samples?: number;
  /** Why it ended, such as `Ok` or `Disarmed`. */
  readonly reason: string;
}

/** Any PCAP_RAW packet, told apart by `type`. */
export type PositioncapPacket = PositioncapStart | PositioncapValues | PositioncapEnd;

/**
 * Reads the frames of a PCAP_RAW stream in their order: the header first, which every worker gets.
 *
 * @example
 * ```ts
 * import { positioncap } from "beamfold";
 *
 * const frame = (text: string) => ({ typ: "PCAP_RAW", frames: [new TextEncoder().encode(text)], length: 1 });
 * const parser = new positioncap.Parser();
 * parser.parse(frame("arm_time: 2026-11-24T07:01:22.646048Z\nfields:\n INENC1.VAL double Mean\n"));
 * const packet = parser.parse(frame(" 0.25\n"));
 * if (packet.type === "values") console.log(packet.fields["INENC1.VAL.Mean"]?.value);
 * ```
 */
export class Parser {
  #fields: readonly PositioncapField[] | undefined;

  /**
   * Reads one frame. A header replaces the fields of the one before.
   *
   * @param data The stream's data, `event.streams.<name>`.
   * @returns The header, one line of values, or the end.
   * @throws ProtocolError when the frame is no PCAP_RAW message: another type of stream, no text, values without a
   * header before them, another number of values than there are fields, or a value that is not of its field's type.
   */
  parse(data: StreamData): PositioncapPacket {
    const text = decode(onlyFrame(data, TYP));
    if (text.startsWith("arm_time:")) {
      const header = start(text);
      this.#fields = header.fields;
      return header;
    }
    if (text.startsWith("END")) return end(text);
    if (this.#fields === undefined) {
      throw invalid(
        TYP,
        `found the values ${quote(text)} before a header: parse the first event with this parser too`,
      );
    }
    return values(text, this.#fields);
  }
}

function decode(frame: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(frame);
  } catch (cause) {
    throw invalid(TYP, "the frame is not text", cause);
  }
}

function start(text: string): PositioncapStart {
  const lines = new Map<string, string>();
  const fields = new Map<string, PositioncapField>();
  for (const line of text.split(/\r?\n/)) {
    if (line.startsWith(" ")) {
      const found = field(line);
      if (fields.has(found.name)) throw invalid(TYP, `the header has the field ${quote(found.name)} twice`);
      fields.set(found.name, found);
    } else if (line !== "" && line !== "fields:") {
      const [, key, value] = /^([^\s:][^:]*): ?(.*)$/.exec(line) ?? [];
      if (key === undefined || value === undefined || key === "type" || key === "fields" || lines.has(key)) {
        throw invalid(TYP, `the header has the line ${quote(line)}, expected a key that is new, a colon and a text`);
      }
      lines.set(key, value);
    }
  }
  const header: Fields = Object.fromEntries(lines);
  const arm_time = timeText(header, "arm_time", TYP);
  return { ...header, type: "start", arm_time, fields: [...fields.values()] };
}

function field(line: string): PositioncapField {
  const [, what, type, where, more = ""] = /^ +(\S+) +(\S+) +(\S+)(?: (.*))?$/.exec(line.trimEnd()) ?? [];
  if (what === undefined || type === undefined) {
    throw invalid(TYP, `the header has the field ${quote(line)}, expected " name type where"`);
  }
  const name = `${what}.${where}`;
  if (type !== "uint32" && type !== "double") {
    throw invalid(TYP, `the field ${quote(name)} has the type ${quote(type)}, expected "uint32" or "double"`);
  }
  // As in "scale: 1 offset: 0 units: mm".
  const [, ...pairs] = more.split(/(?:^| )(\w+):(?: |$)/);
  const texts = pairs.flatMap((key, i) => i % 2 === 0 ? [[key, pairs[i + 1]]] : []);
  return { ...Object.fromEntries(texts), name, type };
}

function end(text: string): PositioncapEnd {
  const line = text.slice("END".length).trim();
  const [, samples, reason = ""] = /^(\d+)(?: (.*))?$/s.exec(line) ?? [];
  return samples === undefined ? { type: "end", reason: line } : { type: "end", samples: Number(samples), reason };
}

function values(text: string, fields: readonly PositioncapField[]): PositioncapValues {
  const words = text.trim() === "" ? [] : text.trim().split(/ +/);
  if (words.length !== fields.length) {
    const names = quote(fields.map(({ name }) => name).join(", "));
    throw invalid(TYP, `found ${words.length} values in ${quote(text)}, but the header has ${fields.length}: ${names}`);
  }
  const named = fields.map(({ name, type }, i) => [name, { name, type, value: value(words[i] as string, name, type) }]);
  return { type: "values", fields: Object.fromEntries(named) };
}

function value(word: string, name: string, type: string): number {
  if (type === "uint32" && /^\d+$/.test(word) && Number(word) < 2 ** 32) return Number(word);
  if (type === "double" && /^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i.test(word)) return Number(word);
  const special = type === "double" ? /^([+-]?)(?:(nan)|inf(?:inity)?)$/i.exec(word) : null;
  if (special !== null) return special[2] !== undefined ? NaN : special[1] === "-" ? -Infinity : Infinity;
  throw invalid(TYP, `the value of ${quote(name)} is ${quote(word)}, expected a ${type}`);
}

/** A text as errors show it, which may be a whole frame of something else. */
function quote(text: string): string {
  return text.length > 80 ? `${JSON.stringify(text.slice(0, 80))}…` : JSON.stringify(text);
}

/** A header to be encoded: its fields may be given to {@linkcode encode} instead. */
export type EncodablePositioncapStart =
  & { readonly type: "start"; readonly arm_time: string; readonly fields?: readonly PositioncapField[] }
  & Readonly<Record<string, unknown>>;

/**
 * Makes the frame of a PCAP_RAW packet: the inverse of {@linkcode Parser.parse}.
 *
 * @param packet A header, one line of values, or the end.
 * @param fields The fields of the header, or the order in which the values are written; as in the packet when left out.
 * @returns The stream's data.
 * @throws ProtocolError when a field or line cannot be written so that it is read again, or when the values are not
 * those of `fields`.
 *
 * @example
 * ```ts
 * import { positioncap } from "beamfold";
 *
 * const fields = [{ name: "INENC1.VAL.Mean", type: "double" }];
 * const data = positioncap.encode({ type: "start", arm_time: "2026-11-24T07:01:22.646048Z", fields });
 * const packet = new positioncap.Parser().parse(data);
 * if (packet.type === "start") console.log(packet.fields);
 * ```
 */
export function encode(
  packet: EncodablePositioncapStart | PositioncapValues | PositioncapEnd,
  fields?: readonly PositioncapField[],
): StreamData {
  const text = packet.type === "start"
    ? headerText(packet as EncodablePositioncapStart, fields)
    : packet.type === "values"
    ? valuesText(packet as PositioncapValues, fields)
    : endText(packet as PositioncapEnd);
  return streamData(TYP, [new TextEncoder().encode(text)]);
}

function headerText(packet: EncodablePositioncapStart, fields = packet.fields): string {
  const { type: _type, fields: _fields, arm_time, ...lines } = packet;
  const head = Object.entries({ arm_time, ...lines }).map(([key, value]) => line(`${key}: ${value}`));
  return [...head, "fields:\n", ...(fields ?? []).map(fieldText)].join("");
}

function fieldText({ name, type, ...texts }: PositioncapField): string {
  const [, what, where] = /^(\S+)\.([^\s.]+)$/.exec(name) ?? [];
  if (what === undefined || where === undefined) {
    throw unwritable(TYP, `the field ${quote(name)} is not "name.where" without spaces`);
  }
  const more = Object.entries(texts).map(([key, value]) => ` ${key}: ${value}`);
  return line(` ${what} ${type} ${where}${more.join("")}`);
}

function valuesText({ fields: found }: PositioncapValues, fields: readonly PositioncapField[] | undefined): string {
  const names = fields?.map(({ name }) => name) ?? Object.keys(found);
  if (names.length !== Object.keys(found).length || !names.every((name) => Object.hasOwn(found, name))) {
    throw unwritable(
      TYP,
      `the values are those of ${Object.keys(found).join(", ")}, but the fields ${names.join(", ")}`,
    );
  }
  const words = names.map((name) => {
    const { type, value } = found[name] as PositioncapValue;
    return type === "double" ? doubleText(value) : String(value);
  });
  return `${["", ...words].join(" ")}\n`;
}

/** A double as Python writes it, with a fraction. */
function doubleText(value: number): string {
  if (Number.isNaN(value)) return "nan";
  if (!Number.isFinite(value)) return value < 0 ? "-inf" : "inf";
  return Object.is(value, -0) ? "-0.0" : /^-?\d+$/.test(String(value)) ? `${value}.0` : String(value);
}

function endText({ samples, reason }: PositioncapEnd): string {
  return line(["END", samples, reason].filter((word) => word !== undefined && word !== "").join(" "));
}

function line(text: string): string {
  if (/[\r\n]/.test(text)) throw unwritable(TYP, `${quote(text)} is not one line`);
  return `${text}\n`;
}
