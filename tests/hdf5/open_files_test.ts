import assert from "node:assert/strict";
import { createFile, openFile } from "beamfold";
import { closed, FileScope, opened, type OpenFile, openFileAt } from "../../lib/hdf5/open_files.ts";
import { inFolder } from "../tools.ts";
import { fails } from "./support.ts";

const turn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

/** A file that notes what is done with it. */
function fake(path: string, onClose: () => void = () => {}): OpenFile & { calls: string[] } {
  return {
    path,
    isOpen: true,
    calls: [],
    flush() {
      this.calls.push("flush");
    },
    close() {
      this.calls.push("close");
      closed(this);
      onClose();
    },
  };
}

Deno.test("a scope has the files opened for writing in it, however deep, and no others", () =>
  inFolder(async (folder) => {
    createFile(`${folder}/there.h5`).close();
    using outside = createFile(`${folder}/outside.h5`);
    const scopes = [new FileScope(), new FileScope()];
    const deep = async (name: string): Promise<void> => {
      await turn();
      createFile(`${folder}/${name}.h5`);
      await turn();
      createFile(`${folder}/${name} closed.h5`).close();
    };
    // Both at the same time: what is opened while one waits belongs to the other.
    await Promise.all(scopes.map((scope, i) =>
      scope.enter(async () => {
        using _reading = openFile(`${folder}/there.h5`);
        await deep(`file ${i}`);
      })
    ));
    for (const [i, scope] of scopes.entries()) {
      const names = scope.files.map((file) => file.path.slice(folder.length + 1));
      assert.deepEqual(names, [`file ${i}.h5`, `file ${i} closed.h5`]);
      assert.deepEqual(scope.closeAll(), []);
      assert.ok(scope.files.every((file) => !file.isOpen));
    }
    assert.ok(outside.isOpen);
  }));

Deno.test("a scope gives the result of what is done in it, and its error", async () => {
  assert.equal(new FileScope().enter(() => 5), 5);
  await assert.rejects(new FileScope().enter(() => Promise.reject(new Error("inside"))), /inside/);
});

Deno.test("a scope with a label puts it into the names of the files made in it", () =>
  inFolder((folder) => {
    for (const [path, labelled] of [["a.b/x.h5", "a.b/x_k=1.h5"], ["a.b/x", "a.b/x_k=1"]]) {
      const file = new FileScope("k=1").enter(() => createFile(`${folder}/${path}`));
      assert.equal(file.filename, `${folder}/${labelled}`);
      file.close();
    }
  }));

Deno.test("rule 5: a file that cannot be closed does not keep the others open", () => {
  const scope = new FileScope();
  const files = [
    fake("first"),
    fake("bad", () => {
      throw new Error("disk full");
    }),
    fake("odd", () => {
      // What user code throws need not be an Error.
      // deno-lint-ignore no-throw-literal
      throw "a text";
    }),
    fake("last"),
  ];
  scope.enter(() => files.forEach(opened));
  assert.deepEqual(scope.closeAll().map((error) => error.message), ["disk full", "a text"]);
  assert.deepEqual(files.map(({ calls }) => calls), [["close"], ["close"], ["close"], ["close"]]);
});

Deno.test("an open file is found by its path until it is closed", () => {
  const file = fake("here.h5");
  assert.equal(openFileAt("here.h5"), undefined);
  opened(file);
  assert.equal(openFileAt("here.h5"), file);
  assert.equal(openFileAt("elsewhere.h5"), undefined);
  file.close();
  assert.equal(openFileAt("here.h5"), undefined);
});

Deno.test("a file that is still open for writing cannot be created or opened for writing again", () =>
  inFolder((folder) => {
    const path = `${folder}/out.h5`;
    using file = createFile(path);
    fails(() => createFile(path), {
      file: path,
      path: "",
      operation: "create",
      reason: /still open for writing.*close it/,
    });
    fails(() => openFile(path, "a"), { file: path, path: "", operation: "open", reason: /already open for writing/ });
    file.close();
    createFile(path).close();
    using again = openFile(path, "a");
    fails(() => createFile(path), { file: path, path: "", operation: "create", reason: /still open for writing/ });
    assert.ok(again.isOpen);
  }));

Deno.test("a file that is still open is known by every spelling of its path", () =>
  inFolder((folder) => {
    using _file = createFile(`${folder}/out.h5`);
    Deno.symlinkSync(folder, `${folder}/link`);
    for (
      const path of [`${folder}/./out.h5`, `${folder}//out.h5`, `${folder}/link/out.h5`]
    ) {
      fails(() => createFile(path), { file: path, path: "", operation: "create", reason: /still open for writing/ });
      fails(() => openFile(path, "a"), { file: path, path: "", operation: "open", reason: /already open for writing/ });
    }
  }));

Deno.test("a file open for writing can be read in the same process, staged rows included", () =>
  inFolder((folder) => {
    const path = `${folder}/out.h5`;
    using file = createFile(path);
    const dataset = file.createDataset("x", { shape: [0], maxShape: [null], dtype: "int8" });
    dataset.append(1);
    using reader = openFile(path);
    assert.deepEqual(reader.dataset("x").shape, [1]);
    reader.close();
    dataset.append(2);
    assert.equal(dataset.get(-1), 2);
  }));
