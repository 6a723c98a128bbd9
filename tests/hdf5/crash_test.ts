import assert from "node:assert/strict";
import fc from "fast-check";
import { createFile } from "beamfold";
import { inFolder, python, pythonJson, testWith } from "../tools.ts";
import { found, written } from "./writer.ts";

/** Numbers from 0 to 1, the same on every run. */
function* numbersFrom(seed: number): Generator<number, never> {
  for (;;) yield (seed = (seed * 48271) % 2147483647) / 2147483647;
}

testWith(
  [python],
  "rule 5: a process killed at any moment leaves a readable file with all rows flushed so far",
  () =>
    inFolder(async (folder) => {
      const moments = numbersFrom(5);
      const kills = Array.from({ length: 20 }, (_, i) => ({
        path: `${folder}/${i}.h5`,
        way: i % 2 === 0 ? "flushing" : "not flushing",
        after: 1500 * moments.next().value,
        flushed: 0,
      }));
      const waiting = [...kills];
      const killSome = async (): Promise<void> => {
        for (let kill = waiting.shift(); kill !== undefined; kill = waiting.shift()) {
          const { code, lines } = await written(kill.path, kill.way, { signal: "SIGKILL", after: kill.after });
          assert.equal(code, 137);
          kill.flushed = Number(/^flushed (\d+)$/.exec(lines.at(-1) as string)?.[1] ?? 0);
        }
      };
      await Promise.all([1, 2, 3, 4].map(killSome));
      for (const [i, { rows, right }] of (await found(kills.map(({ path }) => path))).entries()) {
        const { flushed } = kills[i] as typeof kills[number];
        assert.deepEqual(right, rows, `rows are wrong after ${Deno.inspect(kills[i])}`);
        assert.ok(rows.every((count) => count >= flushed), `${rows} rows after ${Deno.inspect(kills[i])}`);
      }
      assert.ok(kills.some(({ flushed }) => flushed > 1000), "no child lived long enough to show anything");
    }),
);

for (
  const [way, code, signal] of [
    ["the end of the script", 0],
    ["an error", 1],
    ["an error in a timer", 1],
    ["a rejection", 1],
    ["Deno.exit", 3],
    ["process.exit", 4],
    ["a signal", 130, "SIGINT"],
    ["a signal", 143, "SIGTERM"],
    ["a signal", 129, "SIGHUP"],
  ] as [way: string, code: number, signal?: Deno.Signal][]
) {
  testWith(
    [python],
    `rule 5: all rows are in a file left open at the end of the process by ${signal ?? way}`,
    () =>
      inFolder(async (folder) => {
        const path = `${folder}/out.h5`;
        const ended = await written(path, way, signal && { signal, after: 100 });
        assert.equal(ended.code, code);
        assert.deepEqual(await found([path]), [{ rows: [1500, 1500], right: [1500, 1500], blank: [0, 0] }]);
      }),
  );
}

testWith(
  [python],
  "rule 5: between any two calls the disk holds a readable file with all rows flushed so far",
  () =>
    inFolder(async (folder) => {
      // A copy of the file is what a kill at that moment would leave.
      const copies: { path: string; flushed: number }[] = [];
      const step = fc.oneof(
        fc.record({ rows: fc.integer({ min: 1, max: 150 }) }),
        fc.record({ call: fc.constantFrom("flush", "read", "group", "attribute", "resize") }),
      );
      fc.assert(
        fc.property(fc.array(step, { maxLength: 12 }), (steps) => {
          using file = createFile(`${folder}/out.h5`);
          const numbers = file.createDataset("numbers", {
            shape: [0],
            maxShape: [null],
            dtype: "int16",
            chunks: [100],
          });
          const rows = file.createDataset("rows", {
            shape: [0, 2],
            maxShape: [null, 2],
            dtype: "int32",
            chunks: [7, 2],
          });
          let [count, flushed] = [0, 0];
          for (const [i, step] of steps.entries()) {
            if ("rows" in step) {
              for (const end = count + step.rows; count < end; count++) {
                numbers.append(count);
                rows.append([count, 2 * count]);
              }
            } else if (step.call === "flush") {
              file.flush();
              flushed = count;
            } else if (step.call === "read") numbers.read("-1:");
            else if (step.call === "group") file.createGroup(`group ${i}`);
            else if (step.call === "attribute") file.attrs.set("text", "x".repeat(50 * i));
            else rows.resize([count, 2]);
            const path = `${folder}/${copies.length}.h5`;
            Deno.copyFileSync(`${folder}/out.h5`, path);
            copies.push({ path, flushed });
          }
        }),
        { numRuns: 40 },
      );
      for (const [i, { rows, right }] of (await found(copies.map(({ path }) => path))).entries()) {
        const { flushed } = copies[i] as typeof copies[number];
        assert.deepEqual(right, rows);
        assert.ok(
          flushed === 0 || (rows.length === 2 && rows.every((count) => count >= flushed)),
          `${rows} < ${flushed}`,
        );
      }
    }),
);

testWith(
  [python],
  "rule 5: rows flushed to a compressed dataset stay readable while its last chunk fills up",
  () =>
    inFolder(async (folder) => {
      const path = `${folder}/out.h5`;
      using file = createFile(path);
      const options = { shape: [0], maxShape: [null], dtype: "int64", chunks: [100], compression: "gzip" } as const;
      const dataset = file.createDataset("noise", options);
      const noise = numbersFrom(1);
      const append = (count: number, next: () => number): void => {
        for (let i = 0; i < count; i++) dataset.append(Math.floor(1e9 * next()));
      };
      append(60, () => noise.next().value);
      file.flush();
      // The chunk grows, so HDF5 moves it; what is small finds room where it was.
      append(40, () => noise.next().value);
      append(200, () => 0);
      Deno.copyFileSync(path, `${path}.killed`);
      const again = numbersFrom(1);
      const expected = Array.from({ length: 60 }, () => Math.floor(1e9 * again.next().value));
      const script = 'import h5py, json, sys; print(json.dumps(h5py.File(sys.argv[1])["noise"][:60].tolist()))';
      assert.deepEqual(await pythonJson(script, [`${path}.killed`]), expected);
    }),
);
