/**
 * Where a detector stands: calibrations as pyFAI makes them, and their poni files.
 *
 * @module
 */

import { OptionError } from "../errors.ts";
import { Detector } from "./detector.ts";
import { detectorLines, detectorOf } from "./poni_detector.ts";
import {
  be,
  CANNOT,
  type Entries,
  entriesOf,
  keys,
  type NumberKey,
  numberOf,
  quoted,
  required,
  textOf,
  wrong,
} from "./poni_entries.ts";

/** Longer waves are taken for ångström, in metres. */
const LONGEST_WAVE = 1e-6;

/** What makes a calibration. */
export interface PoniOptions {
  /** The detector that was calibrated. */
  readonly detector?: Detector | undefined;
  /** From the sample to the detector's plane, along its normal, in metres. */
  readonly dist: number;
  /** The foot of that normal (the point of normal incidence) along the slow axis (y), in metres from the first corner. */
  readonly poni1: number;
  /** The same along the fast axis (x), in metres. */
  readonly poni2: number;
  /** The rotation about the slow axis, in radians; 0 when left out. */
  readonly rot1?: number | undefined;
  /** The rotation about the fast axis, in radians; 0 when left out. */
  readonly rot2?: number | undefined;
  /** The rotation about the beam, in radians; 0 when left out. */
  readonly rot3?: number | undefined;
  /** The wavelength in metres, for whatever is a matter of q. */
  readonly wavelength?: number | undefined;
}

type Field = Exclude<keyof PoniOptions, "detector">;

/**
 * A calibration: where the detector stands, in the geometry and the conventions of pyFAI (orientation 3).
 *
 * @example
 * ```ts
 * import { Poni } from "beamfold";
 *
 * const poni = Poni.parse(`
 * poni_version: 2.1
 * Detector: Eiger2_4M
 * Detector_config: {"pixel1": 7.5e-05, "pixel2": 7.5e-05, "orientation": 3}
 * Distance: 0.25
 * Poni1: 0.081
 * Poni2: 0.077
 * Rot1: 0.0
 * Rot2: 0.0
 * Rot3: 0.0
 * Wavelength: 1e-10
 * `);
 * console.log(poni.dist, poni.detector?.shape); // 0.25 [ 2162, 2068 ]
 * ```
 */
export class Poni {
  /** The detector that was calibrated, where it is known. */
  readonly detector: Detector | undefined;
  /** From the sample to the detector's plane, along its normal, in metres. */
  readonly dist: number;
  /** The point of normal incidence along the slow axis (y), in metres from the first pixel's outer corner. */
  readonly poni1: number;
  /** The point of normal incidence along the fast axis (x), in metres from the first pixel's outer corner. */
  readonly poni2: number;
  /** The rotation about the slow axis, in radians. */
  readonly rot1: number;
  /** The rotation about the fast axis, in radians. */
  readonly rot2: number;
  /** The rotation about the beam, in radians. */
  readonly rot3: number;
  /** The wavelength in metres, where it is known. */
  readonly wavelength: number | undefined;

  /**
   * Describes a calibration.
   *
   * @param options Lengths in metres, angles in radians.
   * @throws OptionError for a number that is none, a distance or wavelength of 0 or less, or a wavelength in ångström.
   */
  constructor(options: PoniOptions) {
    const { detector, dist, poni1, poni2, rot1 = 0, rot2 = 0, rot3 = 0, wavelength } = options;
    if (detector !== undefined && !(detector instanceof Detector)) {
      throw new OptionError(
        `Poni: detector is ${
          Deno.inspect(detector, { depth: 0 })
        }, expected a Detector, as Detector.named("Eiger2 4M")`,
      );
    }
    const fields = { dist, poni1, poni2, rot1, rot2, rot3, ...(wavelength === undefined ? {} : { wavelength }) };
    for (const [field, value] of Object.entries(fields)) {
      const fault = faultOf(field as Field, value);
      if (fault !== undefined) throw new OptionError(`Poni: ${field} is ${fault}`);
    }
    this.detector = detector;
    this.dist = dist;
    this.poni1 = poni1;
    this.poni2 = poni2;
    this.rot1 = rot1;
    this.rot2 = rot2;
    this.rot3 = rot3;
    this.wavelength = wavelength;
  }

  /**
   * Reads a poni file of pyFAI, of version 1, 2, 2.1, or 3 without parallax correction. Where a file has several
   * calibrations, one appended to the other, the last value of each key counts, as in pyFAI.
   *
   * A detector that pyFAI knows by name (see {@linkcode Detector.named}) has its mask; any other one has none, and the
   * file must give its pixel size and shape. A file without anything about a detector gives none.
   *
   * @param text What is in the file.
   * @param options
   * - `detector`: the detector to take in place of the one in the file.
   * @returns The calibration.
   * @throws OptionError for a line that is not understood (it is named), for keys that are missing, and for a geometry
   * that cannot be had here: another orientation than 3, distortions, binned pixels, parallax.
   *
   * @example
   * ```ts
   * import { Detector, Poni } from "beamfold";
   *
   * const old = "PixelSize1: 5e-05\nPixelSize2: 5e-05\nDistance: 0.1\nPoni1: 0.01\nPoni2: 0.02\nRot1: 0\nRot2: 0\nRot3: 0";
   * const detector = new Detector({ shape: [512, 1024], pixelSize: 50e-6 });
   * console.log(Poni.parse(old, { detector }).poni2); // 0.02
   * ```
   */
  static parse(text: string | Uint8Array, options: { readonly detector?: Detector | undefined } = {}): Poni {
    const entries = entriesOf(typeof text === "string" ? text : new TextDecoder().decode(text));
    checkVersion(entries);
    if (entries.size === 0) {
      throw new OptionError(`${CANNOT}: it is empty; was the parameter that holds it given?`);
    }
    const missing = required.filter((key) => textOf(entries, key) === undefined);
    if (missing.length > 0) {
      throw new OptionError(`${CANNOT}: ${missing.map((key) => keys[key]).join(", ")} ${be(missing)} missing`);
    }
    const number = (key: NumberKey, field: Field): number => checked(entries, key, field) as number;
    return new Poni({
      detector: detectorOf(entries, options.detector),
      dist: number("distance", "dist"),
      poni1: number("poni1", "poni1"),
      poni2: number("poni2", "poni2"),
      rot1: number("rot1", "rot1"),
      rot2: number("rot2", "rot2"),
      rot3: number("rot3", "rot3"),
      wavelength: checked(entries, "wavelength", "wavelength"),
    });
  }

  /**
   * The text of a poni file, of version 2.1, which pyFAI reads too. It cannot hold a detector's own mask, nor a name
   * that pyFAI does not know; a comment tells when they are left out.
   *
   * @returns Lines, each with a line feed.
   */
  toString(): string {
    const { detector, dist, poni1, poni2, rot1, rot2, rot3, wavelength } = this;
    return [
      "poni_version: 2.1",
      ...detectorLines(detector),
      `Distance: ${dist}`,
      `Poni1: ${poni1}`,
      `Poni2: ${poni2}`,
      `Rot1: ${rot1}`,
      `Rot2: ${rot2}`,
      `Rot3: ${rot3}`,
      ...(wavelength === undefined ? [] : [`Wavelength: ${wavelength}`]),
    ].map((line) => `${line}\n`).join("");
  }
}

function checked(entries: Entries, key: NumberKey, field: Field): number | undefined {
  const value = numberOf(entries, key);
  const fault = value === undefined ? undefined : faultOf(field, value);
  if (fault !== undefined) throw wrong(entries, key, fault);
  return value;
}

/** What is wrong with a value, worded to follow "… is", or undefined. */
function faultOf(field: Field, value: unknown): string | undefined {
  if (typeof value !== "number" || !Number.isFinite(value)) return `${Deno.inspect(value)}, expected a number`;
  if (field !== "dist" && field !== "wavelength") return undefined;
  if (value <= 0) return `${value}, expected metres, more than 0`;
  if (field === "dist" || value <= LONGEST_WAVE) return undefined;
  const metres = Number((value * 1e-10).toPrecision(12));
  return `${value}, expected metres, at most ${LONGEST_WAVE}; if this is in ångström, write ${metres}`;
}

function checkVersion(entries: Entries): void {
  const version = textOf(entries, "poni_version") ?? "1";
  if (!["1", "2", "2.1", "3"].includes(version.replace(/\.0+$/, ""))) {
    throw wrong(entries, "poni_version", `${quoted(version)}, expected 1, 2, 2.1 or 3`);
  }
  const parallax = textOf(entries, "parallax") ?? "False";
  if (parallax.toLowerCase() !== "false") {
    throw wrong(entries, "parallax", `${quoted(parallax)}, expected False: parallax is not corrected here`);
  }
}
