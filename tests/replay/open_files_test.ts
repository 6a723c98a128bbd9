import { createFile, type EventData, type H5Dataset, type H5File, openFile, replay, type ResultData } from "beamfold";
import assert from "node:assert/strict";
import { inFolder } from "../tools.ts";
import { Keep, numbered, Numbers, rejection, upTo } from "./parts.ts";

/** A reducer that writes all numbers to a file, never closes it, and throws at event `breaksAt`. */
function leavesOpen(path: string, breaksAt = Infinity) {
  return class LeavesOpen {
    file: H5File = createFile(path);
    rows: H5Dataset = this.file.createDataset("rows", { shape: [0], maxShape: [null], dtype: "float64" });
    processResult({ eventNumber, payload }: ResultData<number>) {
      if (eventNumber >= breaksAt) throw new Error("broke");
      this.rows.set(eventNumber, payload);
    }
  };
}

function rowsOf(path: string): number[] {
  using file = openFile(path);
  return Array.from(file.dataset("rows").read().data as ArrayLike<number>);
}

Deno.test("rule 5: a file that the reducer leaves open is closed, whole, and named in the outcome", () =>
  inFolder(async (folder) => {
    const files = [await numbered(`${folder}/scan.cbors`, upTo(5))];
    const outcome = await replay({ worker: Numbers, reducer: leavesOpen(`${folder}/out.h5`), files });
    assert.equal(outcome.reducer.file.isOpen, false);
    assert.deepEqual(outcome.files, [`${folder}/out.h5`]);
    assert.deepEqual(rowsOf(`${folder}/out.h5`), upTo(5));
  }));

Deno.test("rule 5: after an error the file is readable and holds what came before", () =>
  inFolder(async (folder) => {
    const files = [await numbered(`${folder}/scan.cbors`, upTo(9))];
    const error = await rejection(replay({ worker: Numbers, reducer: leavesOpen(`${folder}/out.h5`, 5), files }));
    assert.match(error.message, /LeavesOpen\.processResult failed at event 5/);
    assert.deepEqual(rowsOf(`${folder}/out.h5`), upTo(5));
  }));

Deno.test("rule 5: a file made by a constructor that then throws is closed", () =>
  inFolder(async (folder) => {
    const files = [await numbered(`${folder}/scan.cbors`, upTo(2))];
    class Breaks extends Keep {
      file = createFile(`${folder}/out.h5`);
      constructor() {
        super();
        throw new Error("broke");
      }
    }
    await assert.rejects(replay({ worker: Numbers, reducer: Breaks, files }), /Breaks\.constructor failed/);
    // A file that is still open for writing could not be made again.
    createFile(`${folder}/out.h5`).close();
  }));

Deno.test("rule 5: files that workers make are closed as well", () =>
  inFolder(async (folder) => {
    const files = [await numbered(`${folder}/scan.cbors`, upTo(4))];
    let made = 0;
    class Writes {
      path = `${folder}/worker-${made++}.h5`;
      file: H5File | undefined;
      async processEvent({ eventNumber }: EventData) {
        // Also behind an await the file belongs to the run.
        await Promise.resolve();
        this.file ??= createFile(this.path);
        this.file.createDataset(`event-${eventNumber}`, { data: eventNumber });
      }
    }
    const outcome = await replay({ worker: Writes, reducer: Keep, files });
    assert.deepEqual(outcome.files, [`${folder}/worker-0.h5`, `${folder}/worker-1.h5`]);
    using first = openFile(`${folder}/worker-0.h5`);
    assert.deepEqual(first.keys(), ["event-0", "event-1", "event-3"]);
    using second = openFile(`${folder}/worker-1.h5`);
    assert.deepEqual(second.keys(), ["event-0", "event-2"]);
  }));

Deno.test("rule 5: files opened outside of the run are left alone", () =>
  inFolder(async (folder) => {
    const files = [await numbered(`${folder}/scan.cbors`, upTo(3))];
    using mine = createFile(`${folder}/mine.h5`);
    const outcome = await replay({ worker: Numbers, reducer: leavesOpen(`${folder}/out.h5`), files });
    assert.ok(mine.isOpen);
    assert.deepEqual(outcome.files, [`${folder}/out.h5`]);
    mine.createDataset("later", { data: 1 });
    assert.deepEqual(mine.keys(), ["later"]);
  }));

Deno.test("rule 5: of two runs at once, each closes its own files only", () =>
  inFolder(async (folder) => {
    const files = [await numbered(`${folder}/scan.cbors`, upTo(3))];
    const gate = Promise.withResolvers<void>();
    const begun = Promise.withResolvers<void>();
    class Waits {
      async processEvent({ eventNumber }: EventData) {
        begun.resolve();
        await gate.promise;
        return eventNumber;
      }
    }
    let slowFile: H5File | undefined;
    class Slow extends leavesOpen(`${folder}/slow.h5`) {
      constructor() {
        super();
        slowFile = this.file;
      }
    }
    const slow = replay({ worker: Waits, reducer: Slow, files });
    await begun.promise;
    const quick = await replay({ worker: Numbers, reducer: leavesOpen(`${folder}/quick.h5`), files });
    assert.deepEqual([quick.reducer.file.isOpen, slowFile?.isOpen], [false, true]);
    gate.resolve();
    const { files: written } = await slow;
    assert.deepEqual(written, [`${folder}/slow.h5`]);
    assert.deepEqual(rowsOf(`${folder}/slow.h5`), upTo(3));
  }));

Deno.test("files that the reducer closes itself are named in the outcome, each once", () =>
  inFolder(async (folder) => {
    const files = [await numbered(`${folder}/scan.cbors`, upTo(3))];
    class OneEach {
      processResult({ eventNumber }: ResultData<number>) {
        createFile(`${folder}/${eventNumber}.h5`).close();
      }
    }
    const { files: written } = await replay({ worker: Numbers, reducer: OneEach, files });
    assert.deepEqual(written, upTo(3).map((i) => `${folder}/${i}.h5`));
  }));
