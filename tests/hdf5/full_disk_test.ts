import assert from "node:assert/strict";
import { inFolder, type Need, python, run, testWith } from "../tools.ts";
import { type Found, found, writer } from "./writer.ts";

/** A file system of 300 KiB in a name space of its own, which goes with the process. */
const tinyDisk: Need = {
  missing() {
    const mount = ["--map-root-user", "--mount", "mount", "-t", "tmpfs", "tmpfs", "/tmp"];
    try {
      if (new Deno.Command("unshare", { args: mount, stderr: "null" }).outputSync().success) return undefined;
    } catch {
      // There is no such program: as where it may not mount.
    }
    return "no right to mount a file system (unshare --map-root-user --mount)";
  },
};

/** What the writer says after filling the disk. */
interface Said {
  readonly flushed: number;
  readonly error: { readonly name: string; readonly message: string; readonly file: string };
  /** The names of all errors since. */
  readonly others: string[];
  readonly open: boolean;
}

/** A bash script that runs the writer, `"$@"`, on a file `out.h5` in a folder with little room; `$0` is a folder. */
const little: Record<string, { script: string; needs: Need[]; reason: RegExp }> = {
  "a full disk": {
    script: `mkdir "$0/tiny" && mount -t tmpfs -o size=300k tmpfs "$0/tiny" && cd "$0/tiny" && "$@"; cp out.h5 "$0"`,
    needs: [python, tinyDisk],
    reason: /No space left on device/,
  },
  "a limit on the size of files": {
    // Without the trap the signal of the limit ends the process, as a kill does.
    script: `trap "" XFSZ; ulimit -f 300; cd "$0"; "$@"`,
    needs: [python],
    reason: /File too large/,
  },
};

for (const [what, { script, needs, reason }] of Object.entries(little)) {
  testWith(
    needs,
    `${what} is an error that names file and reason, and what was flushed before stays readable`,
    () =>
      inFolder(async (folder) => {
        const bash = ["bash", "-c", script, folder, Deno.execPath(), ...writer, "out.h5", "filling the disk"];
        const [program = "", ...args] = needs.includes(tinyDisk)
          ? ["unshare", "--map-root-user", "--mount", ...bash]
          : bash;
        const { stdout, stderr } = await run(program, args);
        const [ready, said = stderr] = stdout.trim().split("\n");
        assert.equal(ready, "ready", stderr);
        const { flushed, error, others, open } = JSON.parse(said) as Said;
        assert.match(error.message, reason);
        assert.match(error.message, /^cannot (write to "\/\w+" in|flush) "out\.h5": [^\n]+$/);
        assert.deepEqual([error.name, error.file, others, open], ["Hdf5Error", "out.h5", ["Hdf5Error"], false]);
        assert.ok(flushed > 500, `only ${flushed} rows were flushed`);
        const [{ right, blank }] = await found([`${folder}/out.h5`]) as [Found];
        assert.ok(right.every((count) => count >= flushed), `${right} rows are right, ${flushed} were flushed`);
        assert.deepEqual(blank, [0, 0], "rows of zeros stand where rows were lost");
      }),
  );
}
