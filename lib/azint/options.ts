/**
 * The options of an integration, checked.
 *
 * @module
 */

import { closest, OptionError } from "../errors.ts";
import type { Detector } from "./detector.ts";
import type { Setup } from "./geometry.ts";
import type { ImageLike } from "./images.ts";
import type { Poni } from "./poni.ts";
import type { RadialUnit } from "./units.ts";

/** Numbers in a list or a typed array. */
export type Numbers = ArrayLike<number>;

/** What an {@linkcode AzimuthalIntegrator} integrates, and how. */
export interface IntegratorOptions {
  /** The bins of the curve: how many of one width between the pixels nearest to and farthest from the beam, or edges. */
  readonly radialBins: number | Numbers;
  /** The bins of a cake: how many from 0° to 360°, or edges in degrees. Without them there is a curve only. */
  readonly azimuthBins?: number | Numbers | undefined;
  /** The radial axis: `q` in Å⁻¹ (the default), `2th` in degrees, `d` in Å, or `r` in mm. */
  readonly unit?: RadialUnit | undefined;
  /** The detector, where the poni has none. */
  readonly detector?: Detector | undefined;
  /** Each pixel is split into splitting × splitting points, each of which falls into one bin. 1 when left out. */
  readonly splitting?: number | undefined;
  /** Whether to correct for the solid angle of pixels. True when left out. */
  readonly solidAngle?: boolean | undefined;
  /** The polarization factor of the beam, -1 … 1; 1 is horizontal. No correction when left out. */
  readonly polarization?: number | undefined;
  /** Pixels to leave out, besides those of the detector's mask: any value other than 0. */
  readonly mask?: ImageLike | undefined;
  /** How errors follow from counts. No errors when left out. */
  readonly errorModel?: "poisson" | undefined;
  /** Whether intensities and errors are divided by the norm. True when left out. */
  readonly normalized?: boolean | undefined;
  /** Whether pixels with the greatest value of an integer dtype, or floats that are not finite, are left out. */
  readonly maskSentinels?: boolean | undefined;
  /** Told how much of the matrix is built, 0 … 1. */
  readonly progress?: ((done: number) => void) | undefined;
}

/** What kind of value an option takes; `other` is what is checked by itself. */
type Kind = "boolean" | "function" | "other";

/** The options of an integrator. */
const KINDS: Record<keyof IntegratorOptions, Kind> = {
  radialBins: "other",
  azimuthBins: "other",
  unit: "other",
  detector: "other",
  splitting: "other",
  solidAngle: "boolean",
  polarization: "other",
  mask: "other",
  errorModel: "other",
  normalized: "boolean",
  maskSentinels: "boolean",
  progress: "function",
};

const EXPECTED: Record<Exclude<Kind, "other">, string> = {
  boolean: "true or false",
  function: "a function, such as (done) => console.log(done)",
};

const UNITS: readonly RadialUnit[] = ["q", "2th", "d", "r"];
/** Longer wavelengths are taken for Å: 1e-7 m are 1000 Å. */
const LONGEST = 1e-7;

/** Fails with what the integrator refuses. */
function refuse(message: string): never {
  throw new OptionError(`AzimuthalIntegrator: ${message}`);
}

const text = (value: unknown): string => Deno.inspect(value, { depth: 0, iterableLimit: 6 });

/** Fails for options of an integrator that there are not, which notebooks do not see, and for values of a wrong kind. */
export function checkIntegratorOptions(options: IntegratorOptions): void {
  if (typeof options !== "object" || options === null) refuse("no options were given; at least radialBins is needed");
  checkNames("AzimuthalIntegrator", options, Object.keys(KINDS));
  for (const [name, kind] of Object.entries(KINDS) as [keyof IntegratorOptions, Kind][]) {
    const value: unknown = options[name];
    if (kind === "other" || value === undefined || typeof value === kind) continue;
    refuse(`${name} is ${text(value)}, expected ${EXPECTED[kind]}`);
  }
}

/** Fails for options that there are not. */
export function checkNames(caller: string, options: object, known: readonly string[]): void {
  if (typeof options !== "object" || options === null) {
    throw new OptionError(`${caller}: the options are ${text(options)}, expected an object with ${quoted(known)}`);
  }
  const unknown = Object.entries(options).find(([name, value]) => value !== undefined && !known.includes(name))?.[0];
  if (unknown === undefined) return;
  const guess = closest(unknown, known);
  const way = guess === undefined ? "" : `; did you mean "${guess}"?`;
  throw new OptionError(`${caller}: there is no option "${unknown}", expected one of ${quoted(known)}${way}`);
}

const quoted = (names: readonly string[]): string => names.map((name) => `"${name}"`).join(", ");

/** Where the pixels are; fails for distances and detectors that make no sense. */
export function setupOf(poni: Poni, detector: Detector | undefined): Setup {
  if (typeof poni !== "object" || poni === null) refuse(`poni is ${text(poni)}, expected a Poni`);
  if (detector === undefined) {
    refuse("neither the poni nor the options name a detector; give one, as in { detector: new Detector(…) }");
  }
  if (!Array.isArray(detector.shape) || !Array.isArray(detector.pixelSize)) {
    refuse(`detector is ${text(detector)}, expected a Detector`);
  }
  const { dist, poni1, poni2, rot1, rot2, rot3 } = poni;
  for (const [name, value] of Object.entries({ dist, poni1, poni2, rot1, rot2, rot3 })) {
    if (!Number.isFinite(value)) refuse(`${name} of the poni is ${text(value)}, expected a number`);
  }
  if (!(dist > 0)) refuse(`dist of the poni is ${dist} m, expected more than 0: the distance from the sample`);
  const [rows, columns] = detector.shape;
  const [size1, size2] = detector.pixelSize;
  return { shape: [rows, columns], pixelSize: [size1, size2], dist, poni1, poni2, rot1, rot2, rot3 };
}

/** A unit, and the wavelength in metres that it needs. */
export function unitOf(unit: unknown = "q", wavelength: unknown): { unit: RadialUnit; wavelength: number } {
  const known = UNITS.find((name) => name === unit);
  if (known === undefined) {
    const guess = typeof unit === "string" ? closest(unit, UNITS) : undefined;
    const way = guess === undefined ? "" : `; did you mean "${guess}"?`;
    refuse(`unit is ${text(unit)}, expected one of ${quoted(UNITS)}${way}`);
  }
  if (known !== "q" && known !== "d") return { unit: known, wavelength: NaN };
  if (wavelength === undefined || wavelength === null) {
    refuse(`unit "${known}" needs the wavelength, and the poni has none; give it in metres, or take the unit "2th"`);
  }
  if (typeof wavelength !== "number" || !(wavelength > 0)) {
    refuse(`wavelength of the poni is ${text(wavelength)}, expected a wavelength in metres, such as 1e-10`);
  }
  if (wavelength > LONGEST) {
    const decimal = Number.isInteger(wavelength) ? wavelength.toFixed(1) : String(wavelength);
    refuse(`expected a wavelength in metres, such as 1e-10; ${decimal} looks like ångström`);
  }
  return { unit: known, wavelength };
}

/** A number of bins, or edges of bins in float64. */
export function binsOf(name: "radialBins" | "azimuthBins", bins: unknown): number | Float64Array<ArrayBuffer> {
  if (typeof bins === "number") {
    if (!Number.isSafeInteger(bins) || bins < 1) refuse(`${name} is ${bins}, expected 1 or more, or a list of edges`);
    return bins;
  }
  if (!isList(bins)) refuse(`${name} is ${text(bins)}, expected a number of bins, or a list of edges`);
  const edges = Float64Array.from(bins);
  if (edges.length < 2) refuse(`${name} has ${edges.length} edges, expected 2 or more: one more than bins`);
  for (let i = 0; i < edges.length; i++) {
    const [before, edge] = [edges[i - 1] ?? -Infinity, edges[i] as number];
    if (!Number.isFinite(edge)) refuse(`edge ${i} of ${name} is ${edge}, expected a number`);
    if (edge <= before) refuse(`edge ${i} of ${name} is ${edge}, after ${before}; edges must grow: sort them`);
  }
  return edges;
}

function isList(value: unknown): value is Numbers {
  return typeof value === "object" && value !== null && "length" in value && !("shape" in value);
}

/** How many points each pixel is split into, along one axis. */
export function splittingOf(splitting: unknown = 1): number {
  if (typeof splitting !== "number" || !Number.isSafeInteger(splitting) || splitting < 1 || splitting > 256) {
    refuse(`splitting is ${text(splitting)}, expected a whole number from 1 to 256, such as 4`);
  }
  return splitting;
}

/** The polarization factor, if any. */
export function polarizationOf(polarization: unknown): number | undefined {
  if (polarization === undefined) return undefined;
  if (typeof polarization !== "number" || !(Math.abs(polarization) <= 1)) {
    refuse(`polarization is ${text(polarization)}, expected a factor from -1 to 1, such as 0.99`);
  }
  return polarization;
}

/** Whether errors are asked for. */
export function errorsOf(model: unknown): boolean {
  if (model === undefined) return false;
  if (model !== "poisson") refuse(`errorModel is ${text(model)}, expected "poisson", or none for no errors`);
  return true;
}
