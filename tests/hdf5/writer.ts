/**
 * The process that writes an HDF5 file until it ends, well or badly, and what h5py then finds.
 *
 * @module
 */

import { pythonJson, ROOT } from "../tools.ts";

/** What starts the process that writes. */
export const writer = ["run", "-A", "--config", `${ROOT}deno.json`, `${ROOT}tests/fixtures/hdf5_writer.ts`];

/** How many rows the datasets of a file have, how many of these are right from the first on, and how many are blank. */
export interface Found {
  readonly rows: number[];
  readonly right: number[];
  readonly blank: number[];
}

/** What h5py finds in files of the writer. */
export async function found(paths: readonly string[]): Promise<Found[]> {
  const script = `
import h5py, json, numpy, sys
def look(path):
    rows, right, blank = [], [], []
    with h5py.File(path) as file:
        for name in [name for name in ("numbers", "rows") if name in file]:
            data = file[name][()]
            if data.ndim == 1: data = data[:, None]
            same = (data == numpy.arange(len(data))[:, None] * numpy.arange(1, data.shape[1] + 1)).all(axis=1)
            rows.append(len(data))
            right.append(len(data) if same.all() else int(same.argmin()))
            blank.append(int((~data.any(axis=1) & ~same).sum()))
    return dict(rows=rows, right=right, blank=blank)
print(json.dumps([look(path) for path in sys.argv[1:]]))`;
  return await pythonJson(script, [...paths]) as Found[];
}

/** Runs the writer; once it is ready, sends it a signal after some milliseconds. Gives its end and what it said. */
export async function written(
  path: string,
  way: string,
  kill?: { signal: Deno.Signal; after: number },
): Promise<{ code: number; lines: string[] }> {
  const child = new Deno.Command(Deno.execPath(), {
    args: [...writer, path, way],
    env: { NO_COLOR: "1" },
    stdin: "null",
    stdout: "piped",
    stderr: "null",
  }).spawn();
  let said = "";
  let timer: ReturnType<typeof setTimeout> | undefined;
  for await (const text of child.stdout.pipeThrough(new TextDecoderStream())) {
    said += text;
    if (kill && timer === undefined) timer = setTimeout(() => child.kill(kill.signal), kill.after);
  }
  const { code } = await child.status;
  clearTimeout(timer);
  return { code, lines: said.trim().split("\n") };
}
