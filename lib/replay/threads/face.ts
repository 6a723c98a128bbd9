/**
 * What users import as `beamfold`. It is above all else here, and only its name is known.
 *
 * @module
 */

const FACE = new URL("../../../mod.ts", import.meta.url).href;

/** Loads it. */
export async function loadFace(): Promise<Readonly<Record<string, unknown>>> {
  return await import(FACE);
}
