/**
 * Colours for the values of images.
 *
 * @module
 */

// @ts-types="npm:@types/d3-scale-chromatic@3.1.0"
import { interpolateMagma, interpolateRdBu, interpolateTurbo, interpolateViridis } from "npm:d3-scale-chromatic@3.1.0";
import { closest, OptionError } from "../errors.ts";

/** The name of a colour map. `RdBu` is for values around 0, red below and blue above. */
export type Colormap = "viridis" | "magma" | "gray" | "turbo" | "RdBu";

/** How many colours a map has. */
export const COLOURS = 256;

const maps: Readonly<Record<Colormap, (t: number) => string>> = {
  viridis: interpolateViridis,
  magma: interpolateMagma,
  gray: (t) => `rgb(${[t, t, t].map((part) => Math.round(255 * part)).join()})`,
  turbo: interpolateTurbo,
  RdBu: interpolateRdBu,
};

/**
 * A colour map as a table.
 *
 * @param name Its name.
 * @returns 256 colours of 3 bytes each (red, green, blue), from the lowest value to the highest.
 * @throws OptionError when there is no such map.
 */
export function colormap(name: Colormap): Uint8Array {
  if (!Object.hasOwn(maps, name)) {
    const names = Object.keys(maps);
    const near = closest(String(name), names);
    const hint = near === undefined ? "" : `; did you mean "${near}"?`;
    throw new OptionError(`there is no colour map "${name}": expected one of ${names.join(", ")}${hint}`);
  }
  const table = new Uint8Array(3 * COLOURS);
  for (let i = 0; i < COLOURS; i++) table.set(bytesOf(maps[name](i / (COLOURS - 1))), 3 * i);
  return table;
}

/** A colour as CSS writes it, `#rrggbb` or `rgb(r, g, b)`, in bytes. */
function bytesOf(colour: string): number[] {
  if (colour.startsWith("#")) return [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16));
  return (colour.match(/\d+/g) ?? []).slice(0, 3).map(Number);
}
