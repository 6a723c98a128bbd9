import { createFile, dump, type EventData, type ResultData, writeXye } from "beamfold";
import assert from "node:assert/strict";
import { inFolder } from "../tools.ts";
import { Keep } from "./parts.ts";
import { ALL, Each, ORDERS, places, verified } from "./verified.ts";

Deno.test("verify: rounding is a note, and no failure", () =>
  inFolder(async (folder) => {
    class Sums extends Each {
      sum = 0;
      take(_: number, payload: number) {
        this.sum += payload;
      }
      finish() {
        dump({ sum: this.sum, sums: Float64Array.of(1, this.sum) }, `${folder}/sum.h5`);
      }
    }
    class Fractions {
      processEvent({ eventNumber }: EventData) {
        return eventNumber === 0 ? undefined : 1 / (3 * eventNumber);
      }
    }
    const { differences, notes, status, summary } = await verified({ worker: Fractions, reducer: Sums });
    assert.deepEqual([differences, status], [[], "complete"]);
    assert.equal(notes.length, 3);
    assert.match(
      notes[0] ?? "",
      /^sum in ".*sum\.h5" differs by rounding only \(up to \de-16 of the value\) with results/,
    );
    assert.match(notes[2] ?? "", /^sum of Sums differs by rounding only/);
    assert.match(summary, /^verified: the same with [^]*^note: sum in /m);
  }));

Deno.test("verify: whole numbers that are nearly the same are not the same", async () => {
  class Large extends Each {
    last = 0;
    take(eventNumber: number) {
      this.last = 1e14 + eventNumber;
    }
  }
  assert.ok((await verified({ reducer: Large })).differences.length > 0);
});

Deno.test("verify: what differs from run to run by itself is a note", () =>
  inFolder(async (folder) => {
    let runs = 0;
    class Times extends Keep {
      values: number[] = [];
      run = runs++;
      override processResult({ eventNumber }: ResultData) {
        this.values.push(eventNumber);
      }
      override finish() {
        dump({ run: this.run, other: 5 }, `${folder}/times.h5`);
      }
    }
    const { differences, notes, variants } = await verified({ reducer: Times });
    assert.deepEqual(new Set(differences.map(({ path }) => path)), new Set(["values"]));
    assert.deepEqual(notes, [
      `run in "${folder}/times.h5" differs from run to run, with nothing changed: it was not compared`,
      "run of Times differs from run to run, with nothing changed: it was not compared",
    ]);
    assert.deepEqual(variants, ALL);
  }));

Deno.test("verify: several files, attributes, texts, and files that only a variant makes", () =>
  inFolder(async (folder) => {
    class Several extends Each {
      last = 0;
      take(_: number, payload: number) {
        this.last = payload;
      }
      finish() {
        dump({ same: [1, 2], names: ["a", `b${this.last}`] }, `${folder}/a.h5`);
        dump({ g: { x: 1, x_attrs: { last: this.last } } }, `${folder}/b.h5`);
        createFile(`${folder}/last ${this.last}.h5`).close();
        writeXye(`${folder}/c.xye`, [1, 2], [3, this.last]);
      }
    }
    const result = await verified({ reducer: Several });
    const [first] = ORDERS;
    const told = result.differences.filter(({ variant }) => variant === first).map((
      { kind, file, path, index, expected },
    ) => [kind, file?.slice(folder.length + 1), path, index.join(), expected].join("|"));
    const found = result.differences.find(({ path, variant }) => path === "last" && variant === first)?.found;
    assert.deepEqual(told, [
      "dataset|a.h5|names|1|b10",
      "attribute|b.h5|g/x@last||10",
      "file|last 10.h5|||a file",
      `file|last ${found}.h5|||nothing`,
      "file|c.xye||2,1|10",
      "field||last||10",
    ]);
    const names = Array.from(Deno.readDirSync(folder), ({ name }) => name).sort();
    assert.deepEqual(names, ["a.h5", "b.h5", "c.xye", "last 10.h5"]);
    assert.match(Deno.readTextFileSync(`${folder}/c.xye`), /^2 10$/m);
  }));

Deno.test("verify: shapes, types and kinds that differ, each in a sentence", () =>
  inFolder(async (folder) => {
    class Odd extends Each {
      last = 0;
      list: number[] = [];
      take(eventNumber: number, payload: number) {
        if (eventNumber > this.last) this.list.push(payload);
        this.last = eventNumber;
      }
      finish() {
        const fine = this.last === 10;
        dump({
          shape: fine ? [1, 2] : [1],
          dtype: fine ? [1] : [0.5],
          kind: fine ? { a: 1 } : 5,
          ...(fine ? { missing: 1 } : {}),
        }, `${folder}/odd.h5`);
      }
    }
    const { differences } = await verified({ reducer: Odd });
    const messages = differences.filter(({ variant }) => variant === ORDERS[0]).map(({ message }) =>
      message.replace(/ with results.*/, "").replace(`in "${folder}/odd.h5" `, "").replace(/but \d+/, "but n")
    );
    assert.deepEqual(messages.toSorted(), [
      "dtype has dtype int64, but dtype float64",
      "kind is a group, but a dataset",
      "last of Odd is 10, but n",
      "list of Odd has 10 elements, but n elements",
      "missing is a dataset, but nothing",
      "shape has shape (2), but shape (1)",
    ]);
  }));

Deno.test("verify: nested data is told by its place, and what cannot be compared is passed over", async () => {
  class Nested extends Each {
    fits = new Map<string, { points: { x: number }[] }>([["a", { points: [{ x: 0 }, { x: 0 }] }]]);
    self = this;
    set = new Set<number>();
    callback = () => this;
    when = new Date(0);
    results: ResultData[] = [];
    override processResult(result: ResultData<number>) {
      this.results[result.eventNumber] = result;
      super.processResult(result);
    }
    take(eventNumber: number, payload: number) {
      this.callback = () => this;
      this.set.add(eventNumber);
      (this.fits.get("a")?.points[1] as { x: number }).x = payload;
    }
  }
  const result = await verified({ reducer: Nested });
  const paths = Object.keys(places(result));
  assert.deepEqual(paths, ["fits[].points[].x"]);
  assert.deepEqual(result.differences[0]?.index, ["a", 1]);
  assert.match(
    result.differences[0]?.message ?? "",
    /^fits\["a"\]\.points\[1\]\.x of Nested is 10, but \d+ with results/,
  );
});
