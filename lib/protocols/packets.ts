/**
 * Packets of any protocol: what is in a stream whose kind only its type says, and what of it can be drawn.
 *
 * @module
 */

import type { NdArray } from "../array/dtypes.ts";
import { isNdArray, sizeOf, view } from "../array/ndarray.ts";
import type { StreamData } from "../event.ts";
import * as albaem from "./albaem.ts";
import * as contrast from "./contrast.ts";
import * as eiger from "./eiger.ts";
import { type Fields, isFields } from "./json.ts";
import * as lecroy from "./lecroy.ts";
import * as pcap from "./pcap.ts";
import * as positioncap from "./positioncap.ts";
import * as sardana from "./sardana.ts";
import * as stins from "./stins.ts";
import * as xspress from "./xspress.ts";

/** A packet, with the protocol that it is of. */
export interface KnownPacket {
  /** The name of the protocol, as in `import { eiger } from "beamfold"`. */
  readonly protocol: string;
  /** What the protocol's `parse` gives. */
  readonly packet: Readonly<Fields>;
}

/** What else is known of a stream. */
export interface PacketContext {
  /** The stream in the first event of its capture, which may say how later ones are to be read. */
  readonly header?: StreamData | undefined;
}

/** An array of a packet that is worth drawing. */
export interface DrawableArray {
  readonly kind: "array";
  /** What it is, within its stream: `frame 3`. */
  readonly name: string;
  /**
   * The array: made when it is asked for.
   *
   * @throws ProtocolError when its data are cut or damaged.
   */
  read(): NdArray;
  /** What its columns and rows are. */
  readonly xLabel?: string;
  readonly yLabel?: string;
}

/** Curves of a packet that are worth drawing, over one axis. */
export interface DrawableCurves {
  readonly kind: "curves";
  /** What they are, within their stream: `frame 3`. */
  readonly name: string;
  readonly curves: readonly Curve[];
  /** One curve instead, where there is little room. */
  readonly small?: Curve;
  /** What the axes are called, with their units. */
  readonly xLabel: string;
  readonly yLabel?: string;
}

/** One curve. */
export interface Curve {
  readonly label: string;
  /** An array of one axis. */
  readonly values: NdArray;
  /** Where its first point stands, and the distance to the next; 0 and 1 when left out. */
  readonly first?: number;
  readonly step?: number;
}

/** Something of a packet that is worth drawing. */
export type Drawable = DrawableArray | DrawableCurves;

/** What is known of a type of streams. */
interface Kind {
  readonly protocol: string;
  parse(data: StreamData, context: PacketContext): object;
  readonly drawables?: Drawables;
}

const kinds: ReadonlyMap<string, Kind> = new Map<string, Kind>([
  [stins.TYP, { protocol: "stins", parse: stins.parse, drawables: ifImage("image", stinsDrawables) }],
  [eiger.TYP, { protocol: "eiger", parse: eiger.parse, drawables: ifImage("dimage-1.0", eigerDrawables) }],
  [xspress.TYP, { protocol: "xspress", parse: parseXspress, drawables: ifImage("image", xspressDrawables) }],
  [lecroy.TYP, { protocol: "lecroy", parse: lecroy.parse, drawables: lecroyDrawables }],
  [contrast.TYP, { protocol: "contrast", parse: contrast.parse, drawables: (packet) => arraysIn(packet, []) }],
  [albaem.TYP, { protocol: "albaem", parse: albaem.parse }],
  [pcap.TYP, { protocol: "pcap", parse: pcap.parse }],
  [positioncap.TYP, { protocol: "positioncap", parse: parsePositioncap }],
  [sardana.TYP, { protocol: "sardana", parse: sardana.parse }],
]);

/** Curves that are told apart in one picture. */
const MAX_CURVES = 8;
/** Arrays that are drawn of a dict of anything. */
const MAX_ARRAYS = 4;

/** The protocol of streams of a type; undefined for types that are not known. */
export function protocolOfTyp(typ: string): string | undefined {
  return kinds.get(typ)?.protocol;
}

/**
 * Reads the frames of a stream by its type.
 *
 * @param data The stream's data, `event.streams.<name>`.
 * @param context The stream in the first event. It names entries of Xspress3 images and values of PandABox lines; without
 * it such a line is given as `text`.
 * @returns The packet with its protocol; undefined for types that are not known.
 * @throws ProtocolError when the frames are not what the protocol says.
 */
export function parsePacket(data: StreamData, context: PacketContext = {}): KnownPacket | undefined {
  const kind = kinds.get(data.typ);
  if (kind === undefined) return undefined;
  return { protocol: kind.protocol, packet: kind.parse(data, context) as Fields };
}

/** What of a packet is worth drawing, the most telling first; nothing is decompressed before it is asked for. */
export function drawablesOf({ protocol, packet }: KnownPacket): readonly Drawable[] {
  for (const kind of kinds.values()) if (kind.protocol === protocol) return kind.drawables?.(packet) ?? [];
  return [];
}

function parseXspress(data: StreamData, { header }: PacketContext): object {
  return xspress.parse(data, header === undefined || header === data ? undefined : fieldsOrNone(header, xspress.parse));
}

/** A header is asked only for what it adds: what is wrong with it is said where it stands. */
function fieldsOrNone(header: StreamData, parse: (data: StreamData) => object): Fields {
  try {
    return parse(header) as Fields;
  } catch {
    return {};
  }
}

function parsePositioncap(data: StreamData, { header }: PacketContext): object {
  const parser = new positioncap.Parser();
  const known = header !== undefined && "fields" in fieldsOrNone(header, (first) => parser.parse(first));
  const [frame = new Uint8Array()] = data.frames;
  const text = new TextDecoder().decode(frame);
  const alone = data.frames.length === 1 && !known && !/^(arm_time:|END)/.test(text);
  return alone ? { type: "values", text: text.trim() } : parser.parse(data);
}

type Drawables = (packet: Readonly<Fields>) => readonly Drawable[];

function ifImage(htype: string, drawables: Drawables): Drawables {
  return (packet) => (packet["htype"] === htype ? drawables(packet) : []);
}

function stinsDrawables({ frame, data }: Readonly<Fields>): Drawable[] {
  return isNdArray(data) ? [{ kind: "array", name: `frame ${frame}`, read: () => data }] : [];
}

function eigerDrawables(packet: Readonly<Fields>): Drawable[] {
  return [{ kind: "array", name: `frame ${packet["frame"]}`, read: () => packet["image"] as NdArray }];
}

/** Spectra as curves; of many channels their sum and an image with a row for each. */
function xspressDrawables({ frame, data }: Readonly<Fields>): Drawable[] {
  if (!isNdArray(data) || sizeOf(data.shape) === 0) return [];
  const name = `frame ${frame}`;
  const read = (): NdArray => data;
  if (data.dimension !== 2) return [{ kind: "array", name, read }];
  const [channels] = data.shape as [number];
  const axes = { xLabel: "bin", yLabel: "counts" };
  const values = sumOfRows(data);
  const small: Curve = { label: "sum", values };
  if (channels > MAX_CURVES) {
    return [
      { kind: "curves", name, curves: [{ label: `sum of ${channels} channels`, values }], small, ...axes },
      { kind: "array", name, read, xLabel: "bin", yLabel: "channel" },
    ];
  }
  const curves = rowsOf(data).map((values, channel) => ({ label: `channel ${channel}`, values }));
  return [{ kind: "curves", name, curves, ...(channels > 1 ? { small } : {}), ...axes }];
}

/** Traces as curves over time; of many traces the first of each channel, and an image of each channel. */
function lecroyDrawables(packet: Readonly<Fields>): Drawable[] {
  if (packet["what"] !== 1) return [];
  const { frame, channels, meta, data } = packet as lecroy.LecroySequence;
  const traces = data.map((array, i) => ({
    array,
    channel: `ch ${channels[i]}`,
    first: meta[i]?.horiz_offset ?? 0,
    step: meta[i]?.horiz_interval ?? 1,
  })).filter(({ array }) => array.dimension === 2 && sizeOf(array.shape) > 0);
  const count = traces.reduce((total, { array }) => total + (array.shape[0] as number), 0);
  const [unit, seconds] = unitOf(
    traces.map(({ array, first, step }) => Math.abs(first) + step * (array.shape[1] ?? 0)),
  );
  const curves = traces.flatMap(({ channel, array, first, step }): Curve[] => {
    const [rows] = array.shape as [number];
    const shown = rowsOf(array, count <= MAX_CURVES ? rows : 1);
    const label = (trace: number): string =>
      rows === 1 ? channel : shown.length < rows ? `${channel}, first of ${rows}` : `${channel} [${trace}]`;
    return shown.map((values, i) => ({ label: label(i), values, first: first / seconds, step: step / seconds }));
  });
  const drawn: Drawable = { kind: "curves", name: `frame ${frame}`, curves, xLabel: `time / ${unit}` };
  if (count <= MAX_CURVES) return curves.length === 0 ? [] : [drawn];
  const images = traces.map(({ channel, array }): Drawable => ({
    kind: "array",
    name: `frame ${frame}, ${channel}`,
    read: () => array,
    xLabel: "sample",
    yLabel: "trace",
  }));
  return [drawn, ...images];
}

/** The unit in which times are neither very small nor very large, and its seconds. */
function unitOf(seconds: readonly number[]): readonly [unit: string, seconds: number] {
  const longest = Math.max(0, ...seconds.filter(Number.isFinite));
  const units = [["s", 1], ["ms", 1e-3], ["µs", 1e-6], ["ns", 1e-9]] as const;
  return units.find(([, unit]) => longest >= unit) ?? (longest > 0 ? ["ps", 1e-12] : ["s", 1]);
}

/** The arrays of two axes anywhere in a dict, named by where they are. */
function arraysIn(fields: Readonly<Fields>, path: readonly string[]): Drawable[] {
  const found: Drawable[] = [];
  for (const [key, value] of Object.entries(fields)) {
    if (found.length >= MAX_ARRAYS) break;
    const inner = [...path, key];
    if (isNdArray(value)) {
      const drawn = value.dimension === 2 && value.shape.every((extent) => extent > 1);
      if (drawn) found.push({ kind: "array", name: inner.join("."), read: () => value });
    } else if (isFields(value) && path.length < 4) found.push(...arraysIn(value, inner));
  }
  return found.slice(0, MAX_ARRAYS);
}

function rowsOf(array: NdArray, count = array.shape[0]): NdArray[] {
  return Array.from({ length: count as number }, (_, row) => array.pick(row, null));
}

function sumOfRows(array: NdArray): NdArray {
  const total = new Float64Array(array.shape[1] as number);
  for (const row of rowsOf(array)) {
    for (let i = 0; i < total.length; i++) total[i] = (total[i] as number) + Number(row.get(i));
  }
  return view(total);
}
