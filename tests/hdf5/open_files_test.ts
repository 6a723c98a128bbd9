import assert from "node:assert/strict";
import { createFile, openFile } from "beamfold";
import { closed, FileScope, opened, type OpenFile, openFileAt, whileRunning } from "../../lib/hdf5/open_files.ts";
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

Deno.test("a scope within another has its files for itself", () => {
  const [outer, inner] = [new FileScope(), new FileScope()];
  const files = ["outer", "inner", "again", "behind"].map((path) => fake(path));
  outer.enter(() => {
    opened(files[0] as OpenFile);
    inner.enter(() => {
      opened(files[1] as OpenFile);
      inner.enter(() => opened(files[2] as OpenFile));
    });
    opened(files[3] as OpenFile);
  });
  assert.deepEqual(inner.files.map(({ path }) => path), ["inner", "again"]);
  assert.deepEqual(outer.files.map(({ path }) => path), ["outer", "behind"]);
  files.forEach(closed);
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

Deno.test("a scope leaves alone what is closed already", () => {
  const scope = new FileScope();
  const file = { ...fake("closed"), isOpen: false };
  scope.enter(() => opened(file));
  assert.deepEqual([scope.closeAll(), file.calls], [[], []]);
  closed(file);
});

/** What listens for the end of the process while something runs, and the signals that the process sends itself. */
async function watched(
  run: (end: { listeners: Map<string, () => void>; kills: Deno.Signal[] }) => void | Promise<void>,
): Promise<void> {
  const { addEventListener, removeEventListener } = globalThis;
  const { addSignalListener, removeSignalListener, kill } = Deno;
  const listeners = new Map<string, () => void>();
  const kills: Deno.Signal[] = [];
  const add = (name: string, listener: unknown): void => {
    assert.ok(!listeners.has(name), `two listen for ${name}`);
    listeners.set(name, listener as () => void);
  };
  const remove = (name: string, listener: unknown): void => {
    assert.ok([listener, undefined].includes(listeners.get(name)), `another listens for ${name}`);
    listeners.delete(name);
  };
  Object.assign(globalThis, { addEventListener: add, removeEventListener: remove });
  Object.assign(Deno, { addSignalListener: add, removeSignalListener: remove });
  Deno.kill = (_, signal) => void kills.push(signal as Deno.Signal);
  try {
    await run({ listeners, kills });
  } finally {
    Object.assign(globalThis, { addEventListener, removeEventListener });
    Object.assign(Deno, { addSignalListener, removeSignalListener, kill });
  }
}

const ends = ["unload", "error", "unhandledrejection", "SIGINT", "SIGTERM", "SIGHUP"];

Deno.test("rule 5: the end of the process is watched as long as any file is open for writing", () =>
  watched(({ listeners }) => {
    const files = [fake("one"), fake("two")] as const;
    opened(files[0]);
    opened(files[1]);
    assert.deepEqual([...listeners.keys()], ends);
    files[0].close();
    assert.deepEqual([...listeners.keys()], ends);
    files[1].close();
    assert.deepEqual([...listeners.keys()], []);
  }));

Deno.test("rule 5: a signal closes all files and then does what it would have done", () =>
  watched(({ listeners, kills }) => {
    const files = [fake("one"), fake("two")];
    files.forEach(opened);
    // Of the listeners themselves, since none is left to ask for behind it.
    listeners.get("SIGHUP")?.();
    assert.deepEqual(files.map(({ calls }) => calls), [["close"], ["close"]]);
    assert.deepEqual([kills, listeners.size], [["SIGHUP"], 0]);
  }));

Deno.test("rule 11: during a run a signal is left to the run; after it, also a failed one, no longer", () =>
  watched(async ({ listeners, kills }) => {
    const file = fake("out.h5");
    opened(file);
    await whileRunning(async () => {
      await assert.rejects(whileRunning(() => Promise.reject(new Error("inside"))), /inside/);
      listeners.get("SIGINT")?.();
      assert.deepEqual([file.calls, kills], [[], []]);
    });
    listeners.get("SIGINT")?.();
    assert.deepEqual([file.calls, kills], [["close"], ["SIGINT"]]);
  }));

Deno.test("rule 5: an error that nobody catches has all files flushed, and leaves them open", () =>
  watched(({ listeners }) => {
    const file = fake("out.h5");
    opened(file);
    listeners.get("error")?.();
    listeners.get("unhandledrejection")?.();
    assert.deepEqual(file.calls, ["flush", "flush"]);
    file.close();
  }));

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

Deno.test("in a scope with a label, the file that was made is opened by the name that it was made by", () =>
  inFolder((folder) => {
    createFile(`${folder}/other.h5`).close();
    const scope = new FileScope("label", { guards: true });
    scope.enter(() => {
      createFile(`${folder}/out.h5`).close();
      for (const name of ["out.h5", "out_label.h5"]) {
        using file = openFile(`${folder}/${name}`, "a");
        assert.equal(file.filename, `${folder}/out_label.h5`);
      }
      using other = openFile(`${folder}/other.h5`);
      assert.equal(other.filename, `${folder}/other.h5`);
      fails(() => openFile(`${folder}/other.h5`, "a"), {
        file: `${folder}/other.h5`,
        path: "",
        operation: "open",
        reason: /only verifies another one, and must not change it/,
      });
    });
    assert.deepEqual([...scope.placed], [[`${folder}/out_label.h5`, `${folder}/out.h5`]]);
    new FileScope("label").enter(() => openFile(`${folder}/other.h5`, "a").close());
  }));
