/**
 * Whether classes may use HDF5, or write log lines, found out before they are imported.
 *
 * In doubt they may: to load a library in vain costs a moment, to do without it the run, or a line.
 *
 * @module
 */

import { fileUrl } from "../file_url.ts";
import { type Import, importsIn } from "./imports.ts";

/** What `mod.ts` exports that uses HDF5, or may. */
export const HDF5_NAMES: ReadonlySet<string> = new Set([
  "H5Dataset",
  "H5File",
  "H5Group",
  "createFile",
  "dump",
  "hdf5Source",
  "openFile",
  "replay",
  "show",
  "sweep",
  "writeNXdata",
  "writeNXprocess",
]);

/** What `mod.ts` exports that may log a warning. */
const LOG_NAMES: ReadonlySet<string> = new Set(["ingest"]);

const BEAMFOLD = new URL("../../mod.ts", import.meta.url).href;
const LIBRARY = new URL("../hdf5/library.ts", import.meta.url).href;
const LOG = new URL("../log.ts", import.meta.url).href;

/** A file of an npm package, in a folder of the project or in Deno's cache, to which names of the import map lead. */
const PACKAGE = /\/node_modules\/|\/npm\/[^/]+\/(@[^/]+\/)?[^/]+\/\d+\.\d+\.\d[^/]*\//;

/** What is looked for. */
interface Sought {
  /** What of `mod.ts` leads to it. */
  readonly names: ReadonlySet<string>;
  /** The file of this module that it is. */
  readonly file: string;
  /** Whether a package may lead to it. */
  readonly inPackages: boolean;
}

/**
 * Whether files, or what they import, may use HDF5.
 *
 * @param paths The files of the classes. One that is not there uses nothing: to import it is an error anyway.
 */
export function mayNeedHdf5(paths: readonly string[]): boolean {
  return mayReach(paths, { names: HDF5_NAMES, file: LIBRARY, inPackages: false });
}

/**
 * Whether files, or what they import, may write log lines from warnings on; by any package, since it may use LogTape.
 *
 * @param paths As {@linkcode mayNeedHdf5} has them.
 */
export function mayLog(paths: readonly string[]): boolean {
  return mayReach(paths, { names: LOG_NAMES, file: LOG, inPackages: true });
}

function mayReach(paths: readonly string[], sought: Sought): boolean {
  const seen = new Set<string>();
  const visit = (url: string): boolean => {
    if (seen.has(url)) return false;
    seen.add(url);
    const text = textOf(url);
    if (text === undefined) return false;
    const imports = importsIn(text);
    return imports === undefined || imports.some((imported) => leadsTo(sought, imported, url, visit));
  };
  return paths.map(urlOf).some((url) => url !== undefined && visit(url));
}

/** An import or export of names at the beginning of a line, where hardly a comment or a text has one. */
const STATIC = /^(?:import|export)\b(?!\s+type\b)[^;"'`]*?\bfrom\s*["']([^"']+)["']/gm;

/**
 * The files of a project that some of them import, and these themselves, as URLs; without what packages are.
 *
 * @param urls Where to begin.
 */
export function filesBehind(urls: readonly string[]): string[] {
  const seen = new Set<string>();
  const visit = (url: string): void => {
    if (seen.has(url)) return;
    const text = textOf(url);
    if (text === undefined) return;
    seen.add(url);
    for (const [, specifier] of text.matchAll(STATIC)) {
      const imported = /^(?:\.{0,2}\/|file:)/.test(specifier as string)
        ? resolved(specifier as string, url)
        : undefined;
      if (imported !== undefined && imported.href !== BEAMFOLD && /\.[jt]sx?$/.test(imported.pathname)) {
        visit(imported.href);
      }
    }
  };
  urls.forEach(visit);
  return [...seen];
}

function leadsTo(
  { names: faces, file: soughtFile, inPackages }: Sought,
  { specifier, names }: Import,
  from: string,
  visit: (url: string) => boolean,
): boolean {
  const url = resolved(specifier, from);
  // node:module can import by a function.
  if (url === undefined || url.href === "node:module") return true;
  if (url.protocol === "npm:") return inPackages;
  if (url.protocol === "node:") return false;
  if (url.protocol !== "file:") return true;
  // A query makes another module of a file, but it imports the same ones.
  const file = `file://${url.pathname}`;
  if (file === BEAMFOLD) return names === undefined || names.some((name) => faces.has(name));
  if (file === soughtFile) return true;
  if (PACKAGE.test(file)) return inPackages;
  // The text of these does not say what they import.
  return /\.(wasm|c[jt]s)$/.test(file) || visit(file);
}

/** Where an import leads, by the import map of this process; undefined when that is nowhere. */
function resolved(specifier: string, from: string): URL | undefined {
  try {
    return new URL(import.meta.resolve(/^\.{0,2}\//.test(specifier) ? new URL(specifier, from).href : specifier));
  } catch {
    return undefined;
  }
}

/** The URL of a class's file, as it is imported. */
function urlOf(path: string): string | undefined {
  try {
    return fileUrl(Deno.realPathSync(path));
  } catch {
    return undefined;
  }
}

function textOf(url: string): string | undefined {
  try {
    return Deno.readTextFileSync(new URL(url));
  } catch {
    return undefined;
  }
}
