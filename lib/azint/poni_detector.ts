/**
 * The detector that a poni file describes.
 *
 * @module
 */

import { contiguous } from "../array/ndarray.ts";
import { OptionError } from "../errors.ts";
import { Detector } from "./detector.ts";
import { findModel, gapMask, type Model, similarNames } from "./detectors.ts";
import { be, CANNOT, type Entries, numberOf, quoted, textOf, wrong } from "./poni_entries.ts";

/** A pixel size that is further from that of a named detector is one of binned pixels. */
const SIZE_TOLERANCE = 0.01;

/** What pyFAI writes for a detector that has no name. */
const NAMELESS = "Detector";

/** What of `Detector_config` bears upon the geometry. */
interface Config {
  readonly pixelSize: readonly [number | undefined, number | undefined];
  readonly shape: readonly [number, number] | undefined;
  /** Other keys that have a value. */
  readonly others: readonly string[];
}

function configOf(entries: Entries): Config {
  const text = textOf(entries, "detector_config") ?? "{}";
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    parsed = undefined;
  }
  if (typeof parsed !== "object" || parsed === null || Array.isArray(parsed)) {
    throw wrong(entries, "detector_config", `${quoted(text)}, expected JSON, as in {"pixel1": 7.5e-05, …}`);
  }
  const { pixel1, pixel2, max_shape: shape, orientation, sensor: _, ...others } = Object.fromEntries(
    Object.entries(parsed).filter(([, value]) => value !== null).map(([key, value]) => [key.toLowerCase(), value]),
  ) as Readonly<Record<string, unknown>>;
  const bad = (key: string, value: unknown, expected: string) =>
    wrong(entries, "detector_config", `wrong: "${key}" is ${JSON.stringify(value)}, expected ${expected}`);
  const length = (key: string, value: unknown): number | undefined => {
    if (value === undefined || typeof value === "number" && value > 0) return value;
    throw bad(key, value, "a length in metres, more than 0");
  };
  if (orientation !== undefined && orientation !== 0 && orientation !== 3) {
    throw bad("orientation", orientation, "3, the default of pyFAI; calibrate again with images in that orientation");
  }
  if (shape !== undefined && !isShape(shape)) throw bad("max_shape", shape, "[rows, columns]");
  return {
    pixelSize: [length("pixel1", pixel1), length("pixel2", pixel2)],
    shape,
    others: Object.keys(others),
  };
}

function isShape(value: unknown): value is readonly [number, number] {
  return Array.isArray(value) && value.length === 2 &&
    value.every((extent) => Number.isSafeInteger(extent) && extent > 0);
}

/**
 * The detector that a file describes, unless one is given.
 *
 * @throws OptionError when it is not known, or cannot be had here.
 */
export function detectorOf(entries: Entries, given: Detector | undefined): Detector | undefined {
  const { pixelSize: [pixel1, pixel2], shape, others } = configOf(entries);
  if (given !== undefined) return given;
  if (others.length > 0) {
    throw wrong(
      entries,
      "detector_config",
      `not understood: it has ${others.map(quoted).join(", ")}; ${GIVE_DETECTOR}`,
    );
  }
  const spline = textOf(entries, "splinefile");
  if (spline !== undefined) {
    throw wrong(entries, "splinefile", `${quoted(spline)}, but distortions are not corrected here; ${GIVE_DETECTOR}`);
  }
  const size1 = pixel1 ?? numberOf(entries, "pixelsize1");
  const size2 = pixel2 ?? numberOf(entries, "pixelsize2");
  const name = textOf(entries, "detector") ?? NAMELESS;
  const model = findModel(name);
  if (model !== undefined) return modelled(model, [size1, size2], shape);
  const nameless = name.toLowerCase() === NAMELESS.toLowerCase();
  const lacking = [...(size1 !== undefined && size2 !== undefined ? [] : ["pixel size"]), ...(shape ? [] : ["shape"])];
  if (lacking.length === 0) {
    return new Detector({
      shape: shape as readonly [number, number],
      pixelSize: [size1 as number, size2 as number],
      name: nameless ? undefined : name,
    });
  }
  if (nameless && size1 === undefined && size2 === undefined && shape === undefined) return undefined;
  const similar = similarNames(name);
  throw new OptionError(
    `${CANNOT}: ${nameless ? "the detector's" : `the detector ${quoted(name)} is not known, and its`} ${
      lacking.join(" and ")
    } ` +
      `${be(lacking)} not in the file; ${similar.length > 0 ? `close to it are ${similar.join(", ")}; ` : ""}` +
      GIVE_DETECTOR,
  );
}

const GIVE_DETECTOR = "give it as Poni.parse(text, { detector: new Detector({ shape: [rows, columns], pixelSize }) })";

function modelled(
  model: Model,
  sizes: readonly [number | undefined, number | undefined],
  shape: readonly [number, number] = model.shape,
): Detector {
  const pixelSize = sizes.map((size = model.pixelSize) => {
    if (Math.abs(size / model.pixelSize - 1) <= SIZE_TOLERANCE) return size;
    throw new OptionError(
      `${CANNOT}: the pixels of a ${model.name} are ${model.pixelSize} m large, those in the file ${size} m; ` +
        `if they are binned, ${GIVE_DETECTOR}`,
    );
  });
  return new Detector({
    name: model.name,
    shape,
    pixelSize: pixelSize as [number, number],
    mask: gapMask(model, shape),
  });
}

/** The lines of a file that describe a detector. */
export function detectorLines(detector: Detector | undefined): string[] {
  if (detector === undefined) return configLines(NAMELESS, { pixel1: null, pixel2: null, orientation: 3 });
  const { name, shape, pixelSize: [pixel1, pixel2] } = detector;
  const model = modelOf(detector);
  if (model !== undefined) {
    const cut = shape[0] !== model.shape[0] || shape[1] !== model.shape[1];
    return configLines(model.name, { pixel1, pixel2, ...(cut ? { max_shape: shape } : {}), orientation: 3 });
  }
  return [
    ...(name === undefined ? [] : [`# The detector is called ${JSON.stringify(name)}`]),
    ...(detector.mask === undefined ? [] : ["# The detector has a mask, which is not in this file"]),
    ...configLines(NAMELESS, { pixel1, pixel2, max_shape: shape, orientation: 3 }),
  ];
}

function configLines(name: string, config: Readonly<Record<string, unknown>>): string[] {
  const members = Object.entries(config).map(([key, value]) => `"${key}": ${JSON.stringify(value)}`);
  return [`Detector: ${name}`, `Detector_config: {${members.join(", ")}}`];
}

/** The model that a detector is, gaps and all. */
function modelOf({ name, shape, pixelSize, mask }: Detector): Model | undefined {
  const model = name === undefined ? undefined : findModel(name);
  if (model === undefined || model.name !== name) return undefined;
  if (pixelSize.some((size) => Math.abs(size / model.pixelSize - 1) > SIZE_TOLERANCE)) return undefined;
  const gaps = gapMask(model, shape);
  if (mask === undefined || gaps === undefined) return mask === gaps ? model : undefined;
  const [own, expected] = [contiguous(mask), contiguous(gaps)];
  return own.every((byte, index) => byte === expected[index]) ? model : undefined;
}
