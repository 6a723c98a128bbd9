/**
 * Dates and times of Python's `datetime`, as text.
 *
 * @module
 */

import { bytesOf } from "./bytes.ts";
import type { Reading } from "./reading.ts";

/** In a datetime's month and a time's hour: the second of two equal times when clocks are set back. It is not told. */
const FOLD = 0x80;

/** `datetime.datetime(bytes[, timezone])`: RFC 3339, such as `2024-10-07T08:49:10.627000Z`. */
export function datetime(args: readonly unknown[], reading: Reading): string {
  const [packed, zone] = args;
  const bytes = state(args, packed, zone, 10, "datetime.datetime", reading);
  return `${dateText(bytes, reading, FOLD)}T${timeText(bytes.subarray(4), reading, 0)}${zone ?? ""}`;
}

/** `datetime.date(bytes)`: such as `2024-10-07`. */
export function date(args: readonly unknown[], reading: Reading): string {
  return dateText(state(args, args[0], undefined, 4, "datetime.date", reading), reading, 0);
}

/** `datetime.time(bytes[, timezone])`: such as `08:49:10`. */
export function time(args: readonly unknown[], reading: Reading): string {
  const [packed, zone] = args;
  return `${timeText(state(args, packed, zone, 6, "datetime.time", reading), reading, FOLD)}${zone ?? ""}`;
}

/** `datetime.timedelta(days, seconds, microseconds)`: seconds. */
export function timedelta(args: readonly unknown[], reading: Reading): number {
  const [days = 0, seconds = 0, microseconds = 0] = args;
  if (args.length > 3 || !Number.isInteger(days) || !Number.isInteger(seconds) || !Number.isInteger(microseconds)) {
    throw reading.error("datetime.timedelta takes days, seconds and microseconds", "datetime.timedelta");
  }
  return (days as number) * 86_400 + (seconds as number) + (microseconds as number) / 1e6;
}

/** `datetime.timezone(seconds[, name])`: the offset, such as `Z` or `+01:00`. */
export function timezone(args: readonly unknown[], reading: Reading): string {
  const [offset, name] = args;
  if (
    args.length < 1 || args.length > 2 || typeof offset !== "number" || !(Math.abs(offset) < 86_400) ||
    (name !== undefined && typeof name !== "string")
  ) {
    throw reading.error("datetime.timezone takes an offset of less than a day", "datetime.timezone");
  }
  if (offset === 0) return "Z";
  const microseconds = Math.round(Math.abs(offset) * 1e6);
  const seconds = Math.floor(microseconds / 1e6);
  const text = `${offset < 0 ? "-" : "+"}${two(Math.floor(seconds / 3600))}:${two(Math.floor(seconds / 60) % 60)}`;
  const rest = microseconds % 60e6;
  if (rest === 0) return text;
  return `${text}:${two(seconds % 60)}${fraction(microseconds % 1e6)}`;
}

/** The packed fields, if the arguments are what `datetime` pickles. */
function state(
  args: readonly unknown[],
  packed: unknown,
  zone: unknown,
  length: number,
  global: string,
  reading: Reading,
): Uint8Array {
  const bytes = bytesOf(reading, packed);
  const zoned = zone === undefined || zone === null ||
    (typeof zone === "string" && /^(Z|[+-]\d\d:\d\d(:\d\d(\.\d{6})?)?)$/.test(zone));
  if (args.length > (length === 4 ? 1 : 2) || bytes?.length !== length || !zoned) {
    throw reading.error(`${global} takes ${length} bytes${length === 4 ? "" : " and a datetime.timezone"}`, global);
  }
  return bytes;
}

function dateText(bytes: Uint8Array, reading: Reading, flag: number): string {
  const [high, low, flagged, day] = bytes as unknown as [number, number, number, number];
  const year = high * 256 + low;
  const month = flagged & ~flag;
  if (year < 1 || year > 9999 || month < 1 || month > 12 || day < 1 || day > daysIn(year, month)) {
    throw reading.error(`there is no day ${year}-${two(month)}-${two(day)}`);
  }
  return `${String(year).padStart(4, "0")}-${two(month)}-${two(day)}`;
}

function daysIn(year: number, month: number): number {
  if (month !== 2) return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
}

function timeText(bytes: Uint8Array, reading: Reading, flag: number): string {
  const [flagged, minute, second, ...parts] = bytes as unknown as [number, number, number, number, number, number];
  const hour = flagged & ~flag;
  const microsecond = parts[0] * 65_536 + parts[1] * 256 + parts[2];
  if (hour > 23 || minute > 59 || second > 59 || microsecond > 999_999) {
    throw reading.error(`there is no time ${two(hour)}:${two(minute)}:${two(second)}${fraction(microsecond)}`);
  }
  return `${two(hour)}:${two(minute)}:${two(second)}${fraction(microsecond)}`;
}

function fraction(microseconds: number): string {
  return microseconds === 0 ? "" : `.${String(microseconds).padStart(6, "0")}`;
}

function two(value: number): string {
  return value < 10 ? `0${value}` : String(value);
}
