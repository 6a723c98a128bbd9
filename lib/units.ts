/**
 * Amounts, for people.
 *
 * @module
 */

/** Bytes in the unit that keeps them short: `3.2 kB`. */
export function bytesText(bytes: number): string {
  const units = ["B", "kB", "MB", "GB", "TB"];
  let unit = 0;
  while (bytes >= 999.5 && unit < units.length - 1) {
    bytes /= 1000;
    unit++;
  }
  return `${unit === 0 ? Math.round(bytes) : Number(bytes.toPrecision(3))} ${units[unit]}`;
}

/** A count with spaces between thousands: `100 000`. */
export function thousands(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, " ");
}

/** A count and its noun: `1 event`, `100 000 events`. */
export function countText(count: number, noun: string): string {
  return `${thousands(count)} ${noun}${count === 1 ? "" : "s"}`;
}

/** Milliseconds, seconds, minutes or hours, as short as they tell something; whole seconds at least, where `whole`. */
export function durationText(seconds: number, whole = false): string {
  if (seconds < 0.1 && !whole) return `${Number((1000 * seconds).toPrecision(2))} ms`;
  if (seconds < 10 && !whole) return `${seconds.toFixed(2)} s`;
  if (seconds < 90) return `${seconds.toFixed(0)} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 90 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** A number with at most five significant digits. */
export function numberText(value: number): string {
  return Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(5)));
}

/** From the least to the most, or one of them where they are the same. */
export function spanText(low: number, high: number, text: (value: number) => string): string {
  return low === high ? text(low) : `${text(low)} – ${text(high)}`;
}
