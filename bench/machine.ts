/**
 * What the figures were measured on.
 *
 * @module
 */

import { inPython } from "./measure.ts";

const VERSIONS = `
import importlib.metadata as metadata, json, platform
found = {"Python": platform.python_version()}
for name in ["dranspose", "numpy", "cbor2", "h5py", "bitshuffle", "pyFAI"]:
    try:
        found[name] = metadata.version(name)
    except metadata.PackageNotFoundError:
        pass
print(json.dumps(found))
`;

/** Versions by name: Python's, and of those packages of interest that it has. */
export type Versions = Readonly<Record<string, string>>;

/** What Python has; undefined without a Python. */
export function pythonVersions(): Versions | undefined {
  try {
    return inPython(VERSIONS, []) as Versions;
  } catch {
    return undefined;
  }
}

/** The machine and the versions, on one line. */
export function machineLine(python: Versions | undefined): string {
  const cores = navigator.hardwareConcurrency;
  const memory = `${(Deno.systemMemoryInfo().total / 2 ** 30).toFixed(0)} GiB`;
  const versions = { Deno: Deno.version.deno, ...python };
  return [
    `${processor()}, ${cores} ${cores === 1 ? "core" : "cores"}, ${memory}`,
    system(),
    Object.entries(versions).map(([name, version]) => `${name} ${version}`).join(", "),
  ].join("; ");
}

function processor(): string {
  return firstMatch("/proc/cpuinfo", /model name\s*:\s*(.*)/) ?? Deno.build.arch;
}

function system(): string {
  const name = firstMatch("/etc/os-release", /PRETTY_NAME="(.*)"/);
  return `${name === undefined ? "" : `${name}, `}${Deno.build.os} ${Deno.osRelease()}`;
}

function firstMatch(path: string, pattern: RegExp): string | undefined {
  try {
    return pattern.exec(Deno.readTextFileSync(path))?.[1];
  } catch {
    return undefined;
  }
}
