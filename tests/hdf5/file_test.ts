import assert from "node:assert/strict";
import { createFile, openFile } from "beamfold";
import { isHdf5 } from "../../lib/hdf5/file.ts";
import { inFolder, python, pythonJson, testWith } from "../tools.ts";
import { fails, hex, inFile, inPython, madeByPython, plain } from "./support.ts";

/** What a kill at this moment would leave on the disk: a copy of the file as other programs see it. */
function onDisk(path: string): string {
  const copy = `${path}.copy`;
  Deno.copyFileSync(path, copy);
  return copy;
}

/** How many files this process has open; 0 where the system does not say. */
function descriptors(): number {
  return Deno.build.os === "linux" ? [...Deno.readDirSync("/proc/self/fd")].length : 0;
}

Deno.test("a new file is readable on the disk from the moment it has its name, and its folder is made", () =>
  inFolder((folder) => {
    const path = `${folder}/not/yet/there/out.h5`;
    using file = createFile(path);
    assert.deepEqual([...Deno.readDirSync(`${folder}/not/yet/there`)].map(({ name }) => name), ["out.h5"]);
    using read = openFile(onDisk(path));
    assert.deepEqual([read.keys(), read.filename, file.filename], [[], `${path}.copy`, path]);
  }));

Deno.test("flush brings staged rows, attributes and groups to the disk", () =>
  inFile((file, path) => {
    file.createDataset("g/x", { shape: [0], maxShape: [null], dtype: "int8", attrs: { units: "mm" } }).append(5);
    file.flush();
    using read = openFile(onDisk(path));
    assert.deepEqual(plain(read.dataset("g/x").get()), [5]);
    assert.equal(read.dataset("g/x").attrs.get("units"), "mm");
  }));

Deno.test("what no other change follows reaches the disk by itself", () =>
  inFile(async (file, path) => {
    file.createDataset("text", { shape: [1], maxShape: [null], dtype: "S16" }).set(0, "by itself");
    const there = (): boolean => new TextDecoder("latin1").decode(Deno.readFileSync(path)).includes("by itself");
    assert.ok(!there());
    for (let i = 0; i < 1000 && !there(); i++) await new Promise((resolve) => setTimeout(resolve, 10));
    assert.ok(there());
  }));

Deno.test("a program that never waits flushes as well, a second after its first change", () =>
  inFile((file, path) => {
    const { now } = performance;
    let time = 0;
    performance.now = () => time;
    try {
      const dataset = file.createDataset("x", { shape: [0], maxShape: [null], dtype: "int8" });
      const rows: number[] = [];
      for (time of [10, 999, 1000, 1001, 2100]) {
        dataset.append(1);
        using read = openFile(onDisk(path));
        rows.push(read.has("x") ? read.dataset("x").shape[0] as number : 0);
      }
      assert.deepEqual(rows, [0, 0, 3, 3, 5]);
    } finally {
      performance.now = now;
    }
  }));

Deno.test("a file takes the place of one that is there, which a reader keeps", () =>
  inFolder((folder) => {
    const path = `${folder}/out.h5`;
    using first = createFile(path);
    first.createDataset("old", { data: 1 });
    first.close();
    using reader = openFile(path);
    using second = createFile(path);
    second.createDataset("new", { data: 2 });
    second.close();
    assert.equal(reader.dataset("old").get(), 1);
    using after = openFile(path);
    assert.deepEqual(after.keys(), ["new"]);
  }));

Deno.test("a file that cannot be made is an error that says why, and leaves nothing behind", () =>
  inFolder((folder) => {
    Deno.mkdirSync(`${folder}/folder.h5`);
    Deno.writeTextFileSync(`${folder}/text`, "hello");
    const reasons: Record<string, RegExp> = {
      "": /its name is empty; an empty filename in a header means: do not save/,
      [`${folder}/folder.h5`]: /there is a folder of this name/,
      [`${folder}/text/out.h5`]: /Not a directory/,
      // Not even the administrator can write here.
      "/sys/out.h5": /Permission denied|[Rr]ead-only|not permitted/,
    };
    for (const [path, reason] of Object.entries(reasons)) {
      fails(() => createFile(path), { file: path, path: "", operation: "create", reason });
    }
    assert.deepEqual([...Deno.readDirSync(folder)].map(({ name }) => name).sort(), ["folder.h5", "text"]);
    assert.equal(Deno.readTextFileSync(`${folder}/text`), "hello");
  }));

Deno.test("a file that cannot take its name leaves nothing behind, and can be made when it can", () =>
  inFolder((folder) => {
    const path = `${folder}/out.h5`;
    const { renameSync } = Deno;
    // As in a folder like /tmp, where the file that is there belongs to somebody else.
    Deno.renameSync = () => {
      throw new Deno.errors.PermissionDenied("Operation not permitted");
    };
    const before = descriptors();
    try {
      for (let i = 0; i < 50; i++) {
        fails(() => createFile(path), { file: path, path: "", operation: "create", reason: /Operation not permitted/ });
      }
    } finally {
      Deno.renameSync = renameSync;
    }
    assert.deepEqual([...Deno.readDirSync(folder)], []);
    assert.ok(descriptors() < before + 20, `${descriptors() - before} more descriptors`);
    using file = createFile(path);
    assert.ok(file.isOpen);
  }));

Deno.test("what is no HDF5 file is an error that says what it is", () =>
  inFolder((folder) => {
    Deno.writeTextFileSync(`${folder}/text.h5`, "hello, this is no HDF5 file\n".repeat(100));
    Deno.writeTextFileSync(`${folder}/empty.h5`, "");
    const reasons = {
      "text.h5": /it is not an HDF5 file/,
      "empty.h5": /it is not an HDF5 file/,
      "missing.h5": /there is no such file/,
      ".": /it is a folder/,
    };
    for (const [name, reason] of Object.entries(reasons)) {
      const path = `${folder}/${name}`;
      fails(() => openFile(path), { file: path, path: "", operation: "open", reason });
      fails(() => openFile(path, "a"), { file: path, path: "", operation: "open", reason });
    }
    assert.deepEqual([...Deno.readDirSync(folder)].map(({ name }) => name).sort(), ["empty.h5", "text.h5"]);
  }));

Deno.test("a file cut anywhere opens with an error, not with wrong values", () =>
  inFile((file, path) => {
    file.createDataset("x", { data: [1, 2, 3] });
    file.close();
    const whole = Deno.readFileSync(path);
    const cut = `${path}.cut`;
    for (let length = 0; length < whole.length; length += 7) {
      Deno.writeFileSync(cut, whole.subarray(0, length));
      const reason = length < 8 ? /it is not an HDF5 file/ : length < 96 ? /./ : /truncated/;
      fails(() => openFile(cut), { file: cut, path: "", operation: "open", reason });
    }
  }));

Deno.test("an HDF5 file is known by its signature, also behind a user block", () =>
  inFile((file, path) => {
    file.createDataset("x", { data: 3 });
    file.close();
    const other = `${path}.other`;
    const isOne = (...parts: Uint8Array[]): boolean => {
      Deno.writeFileSync(other, Uint8Array.from(parts.flatMap((part) => [...part])));
      return isHdf5(other);
    };
    const whole = Deno.readFileSync(path);
    assert.deepEqual([0, 512, 1024, 2048].map((n) => isOne(new Uint8Array(n), whole)), [true, true, true, true]);
    assert.deepEqual([1, 256, 1536].map((n) => isOne(new Uint8Array(n), whole)), [false, false, false]);
    const wrongEnd = whole.slice(0, 8).with(7, 0);
    assert.deepEqual([isOne(whole.subarray(0, 8)), isOne(wrongEnd)], [true, false]);
    assert.deepEqual([whole.subarray(0, 7), new Uint8Array(0)].map((part) => isOne(part)), [false, false]);
  }));

Deno.test("files that are looked at, or opened and closed, keep no descriptor open", () =>
  inFolder((folder) => {
    const path = `${folder}/out.h5`;
    Deno.writeTextFileSync(`${folder}/text`, "no HDF5 file");
    const before = descriptors();
    for (let i = 0; i < 50; i++) {
      createFile(path).close();
      openFile(path).close();
      openFile(path, "a").close();
      assert.deepEqual([isHdf5(path), isHdf5(`${folder}/text`)], [true, false]);
    }
    assert.ok(descriptors() < before + 20, `${descriptors() - before} more descriptors`);
  }));

testWith(
  [python],
  'a file opened for reading cannot be changed: the error says openFile(path, "a")',
  () =>
    inFolder(async (folder) => {
      const path = `${folder}/python.h5`;
      await madeByPython(path, 'f.create_dataset("x", data=[1, 2], maxshape=(None,)); f.attrs["a"] = 1');
      const before = Deno.readFileSync(path);
      const file = openFile(path);
      const dataset = file.dataset("x");
      const changes: [operation: string, path: string, () => unknown][] = [
        ["write to", "/x", () => dataset.set(0, 1)],
        ["write to", "/x", () => dataset.set(":", 1)],
        ["write to", "/x", () => dataset.append(1)],
        ["resize", "/x", () => dataset.resize([1])],
        ["create the dataset", "/y", () => file.createDataset("y", { data: 1 })],
        ["create the group", "/g", () => file.createGroup("g")],
        ["create the soft link", "/l", () => file.createSoftLink("l", "/x")],
        ["create the hard link", "/l", () => file.createHardLink("l", "/x")],
        ['set the attribute "a" of', "/", () => file.attrs.set("a", 2)],
        ['delete the attribute "a" of', "/", () => file.attrs.delete("a")],
      ];
      for (const [operation, at, change] of changes) {
        fails(change, { file: path, path: at, operation, reason: /opened for reading; use openFile\(path, "a"\)/ });
      }
      file.flush();
      file.close();
      assert.deepEqual(Deno.readFileSync(path), before);
    }),
);

testWith([python], 'mode "a" adds to a file that h5py made', () =>
  inFolder(async (folder) => {
    const path = `${folder}/python.h5`;
    await madeByPython(path, 'f.create_dataset("x", data=np.arange(3, dtype="i4"), maxshape=(None,)); f["g/y"] = 1');
    const file = openFile(path, "a");
    file.dataset("x").append(7);
    file.createDataset("g/new", { data: 1.5 });
    file.attrs.set("title", "more");
    file.close();
    const seen = await inPython(path);
    assert.deepEqual(Object.keys(seen), ["g/new", "g/y", "x"]);
    assert.deepEqual([seen["x"]?.dtype, seen["x"]?.data], ["int32", hex(Int32Array.of(0, 1, 2, 7))]);
    const script = 'import h5py, json, sys; print(json.dumps(h5py.File(sys.argv[1]).attrs["title"]))';
    assert.equal(await pythonJson(script, [path]), "more");
  }));

Deno.test("after close everything is an error that says so; closing twice is allowed", () =>
  inFile((file, path) => {
    const dataset = file.createDataset("x", { shape: [0], maxShape: [null], dtype: "int8" });
    const group = file.createGroup("g");
    file.close();
    file.close();
    const calls: [operation: string, path: string, () => unknown][] = [
      ["write to", "/x", () => dataset.set(0, 1)],
      ["write to", "/x", () => dataset.append(1)],
      ["resize", "/x", () => dataset.resize([1])],
      ["read", "/x", () => dataset.get()],
      ["read", "/x", () => dataset.read(":")],
      ["create the dataset", "/g/y", () => group.createDataset("y", { data: 1 })],
      ["create the group", "/g/y", () => group.createGroup("y")],
      ["list", "/", () => file.keys()],
      ["look up", "/x", () => file.get("x")],
      ['set the attribute "a" of', "/g", () => group.attrs.set("a", 1)],
      ["list the attributes of", "/x", () => dataset.attrs.get("a")],
      ["flush", "", () => file.flush()],
    ];
    for (const [operation, at, call] of calls) {
      fails(call, { file: path, path: at, operation, reason: /the file is closed; open it again with openFile/ });
    }
    assert.deepEqual([file.isOpen, Deno.inspect(file)], [false, `H5File "${path}" (closed)`]);
  }));

Deno.test("using closes a file, also when its block throws", () =>
  inFolder((folder) => {
    const path = `${folder}/out.h5`;
    assert.throws(() => {
      using file = createFile(path);
      file.createDataset("x", { shape: [0], maxShape: [null], dtype: "int8" }).append(5);
      throw new Error("in the block");
    }, /in the block/);
    using file = openFile(path);
    assert.deepEqual(plain(file.dataset("x").get()), [5]);
    assert.equal(Deno.inspect(file), `H5File "${path}" { x }`);
  }));
