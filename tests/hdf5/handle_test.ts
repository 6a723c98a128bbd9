import assert from "node:assert/strict";
import { createFile, type H5File, openFile } from "beamfold";
import { FileHandle, type Staged } from "../../lib/hdf5/handle.ts";
import { h5wasm } from "../../lib/hdf5/library.ts";
import { inFolder } from "../tools.ts";
import { inFile, plain } from "./support.ts";

/** The names of attributes of the root that a kill at this moment would leave. */
function onDisk(path: string): string[] {
  const copy = `${path}.copy`;
  Deno.copyFileSync(path, copy);
  using file = openFile(copy);
  return file.attrs.keys();
}

/** Runs something at a time that it sets itself. */
function atTimes(run: (at: (time: number) => void) => void): void {
  const { now } = performance;
  let time = 0;
  performance.now = () => time;
  try {
    run((next) => time = next);
  } finally {
    performance.now = now;
  }
}

/**
 * Runs something with timers that do not run by themselves; gives those that are due. None may keep the process alive.
 */
function withTimers(run: (due: (() => void)[]) => void): void {
  const [{ setTimeout }, { unrefTimer }] = [globalThis, Deno];
  const due: (() => void)[] = [];
  const held = new Set<number>();
  let timers = 0;
  globalThis.setTimeout = ((action: () => void) => {
    due.push(action);
    held.add(++timers);
    return timers;
  }) as unknown as typeof setTimeout;
  Deno.unrefTimer = (timer) => held.delete(Number(timer));
  try {
    run(due);
    assert.equal(held.size, 0, "a timer keeps the process alive");
  } finally {
    globalThis.setTimeout = setTimeout;
    Deno.unrefTimer = unrefTimer;
  }
}

Deno.test("every kind of change is on the disk a second later, when the next one comes", () =>
  inFolder((folder) => {
    const changes: Record<string, (file: H5File) => unknown> = {
      "a group": (file) => file.createGroup("new"),
      "a dataset": (file) => file.createDataset("new", { data: 1 }),
      "a soft link": (file) => file.createSoftLink("new", "/x"),
      "a hard link": (file) => file.createHardLink("new", "/x"),
      "an attribute": (file) => file.attrs.set("new", 1),
      "an attribute less": (file) => file.attrs.delete("old"),
      "other extents": (file) => file.dataset("x").resize([5]),
      "a row": (file) => file.dataset("x").set(0, 1),
      "a part": (file) => file.dataset("x").set(":1", 1),
    };
    for (const [name, change] of Object.entries(changes)) {
      const path = `${folder}/${name}.h5`;
      atTimes((at) => {
        using file = createFile(path);
        file.attrs.set("old", 1);
        file.createDataset("x", { shape: [2], maxShape: [null], dtype: "int8" });
        file.flush();
        change(file);
        at(1000);
        file.attrs.set("tick", 1);
        assert.ok(onDisk(path).includes("tick"), name);
      });
    }
  }));

Deno.test("a second is counted from the first change since the last flush", () =>
  inFile((file, path) => {
    atTimes((at) => {
      const change = (time: number): boolean => {
        at(time);
        file.attrs.set(`at ${time}`, 1);
        return onDisk(path).includes(`at ${time}`);
      };
      assert.deepEqual([0, 600, 999, 1000].map(change), [false, false, false, true]);
      file.flush();
      assert.deepEqual([5000, 5999, 6000].map(change), [false, false, true]);
    });
  }));

/** When rows are written to the disk if one is taken at each of some times, and the looks at the clock. */
function flushesOf(path: string, times: readonly number[]): { flushes: number[]; looks: number } {
  const flushes: number[] = [];
  let looks = 0;
  const handle = new FileHandle(path, new h5wasm.File(path, "w"), false);
  atTimes(() => {
    let time = 0;
    performance.now = () => (looks++, time);
    handle.staged("/", () => ({
      flushRows: () => {},
      flushSafeRows: () => flushes.push(time),
      trim: () => {},
      discardRows: () => {},
    }));
    for (time of times) handle.tookRow();
  });
  handle.close();
  return { flushes, looks };
}

Deno.test("rows that come quickly are flushed after about a second, with few looks at the clock", () =>
  inFolder((folder) => {
    const { flushes, looks } = flushesOf(`${folder}/out.h5`, Array.from({ length: 50_000 }, (_, i) => i / 20));
    assert.equal(flushes.length, 2);
    assert.ok(flushes.every((time, i) => time >= 1000 * (i + 1) && time < 1010 * (i + 1)), `${flushes}`);
    assert.ok(looks < 5000, `${looks} looks`);
  }));

Deno.test("rows that come slowly are flushed when a second has passed, also behind quick ones", () =>
  inFolder((folder) => {
    const slow = Array.from({ length: 70 }, (_, i) => 100 * i);
    assert.deepEqual(flushesOf(`${folder}/slow.h5`, slow).flushes, [1000, 2100, 3200, 4300, 5400, 6500]);
    // Behind quick ones it may take some more until the clock is looked at.
    const quick = Array.from({ length: 200 }, (_, i) => i / 100);
    const { flushes } = flushesOf(`${folder}/both.h5`, [...quick, ...slow.map((time) => 2 + time), 7102, 8202, 9302]);
    assert.ok((flushes[0] as number) < 6500, `${flushes}`);
    assert.ok(flushes.length >= 3, `${flushes}`);
    for (const [i, time] of flushes.slice(1).entries()) {
      const between = time - (flushes[i] as number);
      assert.ok(between >= 1000 && between <= 2200, `${flushes}`);
    }
  }));

Deno.test("what no other change follows is flushed once, and so is what comes after that", () =>
  inFile((file, path) => {
    withTimers((due) => {
      for (const name of ["first", "second"]) {
        file.attrs.set(name, 1);
        file.attrs.set(`${name} again`, 1);
        assert.equal(due.length, 1);
        assert.ok(!onDisk(path).includes(name));
        due.pop()?.();
        assert.ok(onDisk(path).includes(`${name} again`));
      }
    });
  }));

Deno.test("a timer that is late finds nothing to do in a file that was flushed or closed", () =>
  inFolder((folder) => {
    const path = `${folder}/out.h5`;
    const flushed: string[] = [];
    const staged: Staged = {
      flushRows: () => flushed.push("all"),
      flushSafeRows: () => flushed.push("safe"),
      trim: () => flushed.push("trimmed"),
      discardRows: () => flushed.push("none"),
    };
    withTimers((due) => {
      const handle = new FileHandle(path, new h5wasm.File(path, "w"), false);
      handle.staged("/", () => staged);
      handle.changed();
      handle.flush();
      due.pop()?.();
      assert.deepEqual(flushed, ["all", "trimmed"]);
      handle.changed();
      handle.close();
      due.pop()?.();
      assert.deepEqual(flushed, ["all", "trimmed", "all", "trimmed", "none"]);
    });
    // What was not brought to the disk when the file was closed is not tried again behind it.
    staged.flushRows = () => {
      throw new Error("disk full");
    };
    withTimers((due) => {
      const handle = new FileHandle(path, new h5wasm.File(path, "w"), false);
      handle.staged("/", () => staged);
      handle.changed();
      assert.throws(() => handle.close(), /disk full/);
      due.pop()?.();
      assert.deepEqual(flushed, ["all", "trimmed", "all", "trimmed", "none", "none"]);
    });
  }));

Deno.test("rule 5: rows of a compressed dataset wait for their chunk to fill up, unless they are flushed", () =>
  inFile((file, path) => {
    const dataset = file.createDataset("x", {
      shape: [0],
      maxShape: [null],
      dtype: "int8",
      chunks: [4],
      compression: "gzip",
    });
    const rows = (): unknown => {
      Deno.copyFileSync(path, `${path}.copy`);
      using read = openFile(`${path}.copy`);
      return plain(read.dataset("x").get());
    };
    file.flush();
    withTimers((due) =>
      atTimes((at) => {
        for (const row of [1, 2]) dataset.append(row);
        due.pop()?.();
        assert.deepEqual(rows(), []);
        dataset.append(3);
        at(1000);
        file.attrs.set("tick", 1);
        assert.deepEqual(rows(), []);
        for (const row of [4, 5]) dataset.append(row);
        at(2000);
        file.attrs.set("tick", 2);
        assert.deepEqual(rows(), [1, 2, 3, 4]);
        file.flush();
        assert.deepEqual(rows(), [1, 2, 3, 4, 5]);
      })
    );
  }));

Deno.test("rule 5: after rows were lost nothing reaches the disk any more, and close says the first reason", () =>
  inFolder((folder) => {
    const path = `${folder}/out.h5`;
    const handle = new FileHandle(path, new h5wasm.File(path, "w"), false);
    handle.flush();
    const before = Deno.readFileSync(path);
    let discarded = 0;
    const staged: Staged = {
      flushRows: () => assert.fail("rows are written"),
      flushSafeRows: () => assert.fail("rows are written"),
      trim: () => assert.fail("extents are changed"),
      discardRows: () => discarded++,
    };
    handle.staged("/", () => staged);
    for (const reason of ["the first", "another"]) handle.breakBy(new Error(reason));
    assert.throws(() => handle.flush(), /the first/);
    assert.throws(() => handle.close(), /the first/);
    assert.equal(handle.isOpen, false);
    handle.close();
    assert.equal(discarded, 1);
    assert.deepEqual(Deno.readFileSync(path), before);
  }));

Deno.test("a flush in the background throws to nobody; the next call does", () =>
  inFolder((folder) => {
    const path = `${folder}/out.h5`;
    let full = true;
    const write = (): void => {
      if (full) throw new Error("disk full");
    };
    withTimers((due) => {
      const handle = new FileHandle(path, new h5wasm.File(path, "w"), false);
      handle.staged("/", () => ({ flushRows: write, flushSafeRows: write, trim: () => {}, discardRows: () => {} }));
      handle.changed();
      due.pop()?.();
      assert.throws(() => handle.flush(), /disk full/);
      full = false;
      handle.close();
    });
  }));
