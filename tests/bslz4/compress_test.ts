import assert from "node:assert/strict";
import { compressBslz4, compressLz4 } from "../../lib/bslz4/compress.ts";
import { inFolder, type Need, python, pythonJson, testWith } from "../tools.ts";
import { bytesOf, CONTENTS, implementations, ITEMSIZES, same } from "./samples.ts";

const bitshuffle: Need = {
  missing() {
    try {
      const args = ["-c", "import bitshuffle, numpy"];
      const { success } = new Deno.Command(python.path, { args, stdout: "null", stderr: "null" }).outputSync();
      if (success) return undefined;
    } catch {
      // There is no Python.
    }
    return "no Python with bitshuffle (.venv or BEAMFOLD_PYTHON)";
  },
};

const COUNTS = [0, 1, 7, 8, 9, 130, 1024, 4099, 20_005];

/** Names of files, with what is in them: `raw` and `itemsize`, and `header` where the frame has one. */
interface Entry {
  readonly name: string;
  readonly itemsize: number;
  readonly count: number;
  readonly header: boolean;
  readonly block: number;
}

function entries(): { entry: Entry; raw: Uint8Array<ArrayBuffer> }[] {
  return ITEMSIZES.flatMap((itemsize) =>
    COUNTS.flatMap((count) =>
      CONTENTS.flatMap((contents) =>
        [0, 8 * 17].map((block) => ({
          entry: { name: `${contents}-${itemsize}-${count}-${block}`, itemsize, count, header: block > 0, block },
          raw: bytesOf(contents, count, itemsize, count),
        }))
      )
    )
  );
}

const decompressing = `
import sys, json, struct
import numpy as np, bitshuffle
folder = sys.argv[1]
wrong = []
for entry in json.load(open(folder + "/entries.json")):
    raw = np.fromfile(folder + "/" + entry["name"] + ".raw", "<u%d" % entry["itemsize"])
    frame = np.fromfile(folder + "/" + entry["name"] + ".frame", "u1")
    if entry["header"]:
        assert frame[:12].tobytes() == struct.pack(">QI", raw.nbytes, entry["block"] * entry["itemsize"])
        frame = frame[12:].copy()
    # The package cannot be asked for an empty array.
    found = bitshuffle.decompress_lz4(frame, raw.shape, raw.dtype, entry["block"]) if raw.size else raw
    if not (found == raw).all():
        wrong.append(entry["name"])
print(json.dumps(wrong))
`;

testWith([bitshuffle], "Python reads what is compressed here", async () => {
  await inFolder(async (folder) => {
    const all = entries();
    for (const { entry, raw } of all) {
      const { name, itemsize, header, block } = entry;
      const options = header ? { itemsize, header, blockSize: block * itemsize } : { itemsize };
      Deno.writeFileSync(`${folder}/${name}.raw`, raw);
      Deno.writeFileSync(`${folder}/${name}.frame`, compressBslz4(raw, options));
    }
    Deno.writeTextFileSync(`${folder}/entries.json`, JSON.stringify(all.map(({ entry }) => entry)));
    assert.deepEqual(await pythonJson(decompressing, [folder]), []);
  });
});

const compressing = `
import sys, json, struct
import numpy as np, bitshuffle
folder = sys.argv[1]
for entry in json.load(open(folder + "/entries.json")):
    raw = np.fromfile(folder + "/" + entry["name"] + ".raw", "<u%d" % entry["itemsize"])
    frame = bitshuffle.compress_lz4(raw, entry["block"]).tobytes() if raw.size else b""
    if entry["header"]:
        frame = struct.pack(">QI", raw.nbytes, entry["block"] * entry["itemsize"]) + frame
    open(folder + "/" + entry["name"] + ".frame", "wb").write(frame)
print("null")
`;

testWith([bitshuffle], "what Python compresses is read here", async () => {
  await inFolder(async (folder) => {
    const all = entries();
    for (const { entry: { name }, raw } of all) Deno.writeFileSync(`${folder}/${name}.raw`, raw);
    Deno.writeTextFileSync(`${folder}/entries.json`, JSON.stringify(all.map(({ entry }) => entry)));
    await pythonJson(compressing, [folder]);
    const ways = Object.entries(implementations());
    for (const { entry: { name, itemsize }, raw } of all) {
      const frame = Deno.readFileSync(`${folder}/${name}.frame`);
      for (const [way, decompress] of ways) {
        assert.ok(same(decompress(frame, { itemsize, size: raw.length }), raw), `${way} ${name}`);
      }
    }
  });
});

Deno.test("what repeats is compressed, and what does not grows by little", () => {
  const zeros = bytesOf("zeros", 100_000, 4);
  assert.ok(compressBslz4(zeros, { itemsize: 4 }).length < zeros.length / 150);
  assert.ok(compressLz4(zeros).length < zeros.length / 250);
  assert.ok(compressBslz4(bytesOf("counts", 100_000, 4), { itemsize: 4 }).length < 400_000 / 4);
  const noise = bytesOf("noise", 100_000, 4);
  assert.ok(compressLz4(noise).length <= noise.length + Math.ceil(noise.length / 255) + 16);
});

Deno.test("LZ4 blocks end as the format demands: five literals, and no match within the last twelve bytes", () => {
  for (let length = 0; length < 40; length++) {
    const block = compressLz4(new Uint8Array(length));
    // The first byte is literal, and the match begins at the second.
    const literals = length <= 13 ? length : 5;
    assert.equal((block[block.length - literals - 1] as number) >> 4, literals, String(length));
    assert.equal(block.length, length <= 13 ? 1 + length : 4 + (length - 6 >= 19 ? 1 : 0) + 1 + 5);
  }
});

Deno.test("options that do not fit are refused with the value found", () => {
  const fails = (bytes: number, options: Parameters<typeof compressBslz4>[1], message: string): void => {
    assert.throws(() => compressBslz4(new Uint8Array(bytes), options), {
      name: "OptionError",
      message: `cannot compress ${bytes} bytes: ${message}`,
    });
  };
  fails(12, { itemsize: 3 }, '"itemsize" is 3, expected 1, 2, 4 or 8');
  fails(13, { itemsize: 4 }, "that is no whole number of elements of 4 bytes");
  fails(16, { itemsize: 4, blockSize: 64 }, '"blockSize" is known to readers only with "header: true"');
  for (const blockSize of [0, -32, 40, 32.5, 2 ** 31]) {
    fails(16, { itemsize: 4, header: true, blockSize }, `"blockSize" is ${blockSize}, expected a multiple of 32`);
  }
});
