/**
 * A detector: how many pixels of which size, and where it has none.
 *
 * @module
 */

import { dtypeOf, isTypedArray, type NdArray } from "../array/dtypes.ts";
import { isNdArray } from "../array/ndarray.ts";
import { OptionError } from "../errors.ts";
import { findModel, gapMask, modelNames, similarNames } from "./detectors.ts";

/** Larger pixels are taken for millimetres or micrometres, in metres. */
const LARGEST_PIXEL = 0.01;

/** What makes a detector. */
export interface DetectorOptions {
  /** Pixels along the slow axis (y) and the fast axis (x), as in the shape of an image. */
  readonly shape: readonly [rows: number, columns: number];
  /** The edge of a pixel in metres, or its height (y) and width (x). */
  readonly pixelSize: number | readonly [y: number, x: number];
  /** Pixels to leave out of everything, such as gaps: bytes of the shape of an image, 0 for pixels that count. */
  readonly mask?: NdArray<Uint8Array> | undefined;
  /** What to call it. */
  readonly name?: string | undefined;
}

/**
 * A flat detector with pixels of one size.
 *
 * @example
 * ```ts
 * import { Detector } from "beamfold";
 *
 * const eiger = Detector.named("Eiger2 4M");
 * const own = new Detector({ shape: [512, 1024], pixelSize: 50e-6 });
 * console.log(eiger.shape, own.pixelSize); // [ 2162, 2068 ] [ 0.00005, 0.00005 ]
 * ```
 */
export class Detector {
  /** What it is called, if anything. */
  readonly name: string | undefined;
  /** Pixels along the slow axis (y) and the fast axis (x). */
  readonly shape: readonly [rows: number, columns: number];
  /** Height (y) and width (x) of a pixel, in metres. */
  readonly pixelSize: readonly [y: number, x: number];
  /** Which pixels to leave out, where there are any: bytes of `shape`, 1 for a gap, 0 for a pixel that counts. */
  readonly mask: NdArray<Uint8Array> | undefined;

  /**
   * Describes a detector.
   *
   * @param options Its shape in pixels and the size of a pixel in metres; a mask and a name, if it has them.
   * @throws OptionError for a shape, a size or a mask that cannot be.
   */
  constructor(options: DetectorOptions) {
    const { shape, pixelSize, mask, name } = options;
    const pair = Array.isArray(shape) && shape.length === 2;
    if (!pair || !shape.every((extent) => Number.isSafeInteger(extent) && extent > 0)) {
      throw new OptionError(`Detector: shape is ${Deno.inspect(shape)}, expected [rows, columns], 1 or more of each`);
    }
    const sizes: readonly unknown[] = Array.isArray(pixelSize) ? pixelSize : [pixelSize, pixelSize];
    const [y, x] = sizes;
    if (sizes.length !== 2 || !isLength(y) || !isLength(x)) {
      throw new OptionError(
        `Detector: pixelSize is ${Deno.inspect(pixelSize)}, expected a length in metres or [y, x], more than 0`,
      );
    }
    if (Math.max(y, x) > LARGEST_PIXEL) {
      throw new OptionError(
        `Detector: a pixelSize of ${Math.max(y, x)} m is too large; give it in metres, as in 75e-6 for 75 µm`,
      );
    }
    if (mask !== undefined) {
      if (!isNdArray(mask) || !isTypedArray(mask.data) || dtypeOf(mask.data) !== "uint8") {
        throw new OptionError(`Detector: the mask is ${described(mask)}, expected an array of uint8`);
      }
      if (mask.shape.length !== 2 || mask.shape.some((extent, axis) => extent !== shape[axis])) {
        throw new OptionError(
          `Detector: the mask has the shape [${mask.shape.join(", ")}], the detector [${shape.join(", ")}]`,
        );
      }
    }
    this.name = name;
    this.shape = [shape[0], shape[1]];
    this.pixelSize = [y, x];
    this.mask = mask;
  }

  /**
   * A detector that pyFAI knows by name: Pilatus, Pilatus4, Eiger and Eiger2, with silicon or CdTe sensors. Its mask
   * holds the gaps between the modules and, for CdTe, the columns in the middle of each.
   *
   * @param name Such as `"Pilatus1M"`, `"Eiger2 4M"` or `"pilatus_300k_cdte"`: case, spaces, `_` and `-` do not matter.
   * @returns The detector, called as pyFAI calls it in poni files.
   * @throws OptionError for another name.
   *
   * @example
   * ```ts
   * import { Detector } from "beamfold";
   *
   * const { name, shape, mask } = Detector.named("pilatus 1m");
   * console.log(name, shape, mask?.get(195, 0)); // Pilatus1M [ 1043, 981 ] 1
   * ```
   */
  static named(name: string): Detector {
    const model = findModel(String(name));
    if (model === undefined) throw new OptionError(`no detector is called ${Deno.inspect(name)}; ${wayOut(name)}`);
    return new Detector({ ...model, mask: gapMask(model) });
  }
}

/** The names that could have been meant, and how to do without one. */
function wayOut(name: unknown): string {
  const similar = similarNames(String(name));
  const names = similar.length > 0 ? `close to it are ${similar.join(", ")}` : `known are ${modelNames().join(", ")}`;
  return `${names}; give another detector as new Detector({ shape: [rows, columns], pixelSize: [y, x] }), in metres`;
}

function isLength(value: unknown): value is number {
  return typeof value === "number" && value > 0 && Number.isFinite(value);
}

function described(mask: unknown): string {
  return isNdArray(mask) && isTypedArray(mask.data)
    ? `an array of ${dtypeOf(mask.data)}`
    : Deno.inspect(mask, { depth: 0 });
}
