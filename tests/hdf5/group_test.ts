import assert from "node:assert/strict";
import { H5Dataset, H5Group, openFile } from "beamfold";
import { inFolder, python, pythonJson, testWith } from "../tools.ts";
import { fails, inFile, inPython, madeByPython, plain } from "./support.ts";

Deno.test("groups on the way to a name are made", () =>
  inFile((file) => {
    const entry = file.createGroup("entry");
    entry.createGroup("instrument/detector");
    entry.createDataset("/other/deep/x", { data: 1 });
    entry.createDataset("data//y/", { data: 2 });
    assert.deepEqual(file.keys(), ["entry", "other"]);
    assert.deepEqual(entry.keys(), ["data", "instrument"]);
    assert.equal(file.group("entry/instrument/detector").path, "/entry/instrument/detector");
    assert.equal(entry.dataset("data/y").get(), 2);
    assert.equal(entry.dataset("/other/deep/x").path, "/other/deep/x");
  }));

Deno.test("has, kind and get answer for any path", () =>
  inFile((file) => {
    file.createDataset("g/x", { data: 1 });
    const group = file.group("g");
    const paths = ["g", "g/x", "/g/x", "/", "nope", "nope/x", "g/x/y"];
    const kinds = ["group", "dataset", "dataset", "group", undefined, undefined, undefined];
    assert.deepEqual(paths.map((path) => file.kind(path)), kinds);
    assert.deepEqual(paths.map((path) => file.has(path)), kinds.map((kind) => kind !== undefined));
    assert.ok(file.get("g") instanceof H5Group);
    assert.ok(group.get("x") instanceof H5Dataset);
    assert.deepEqual([group.has("x"), group.has("g"), group.has("/g")], [true, false, true]);
  }));

Deno.test("what is missing is an error that says what there is", () =>
  inFile((file, path) => {
    file.createDataset("scan/intensity", { data: 1 });
    const at = (path_: string, operation = "get") => ({ file: path, path: path_, operation });
    fails(() => file.get("scan/intensty"), {
      ...at("/scan/intensty"),
      reason: /there is nothing at this path; "\/scan" has "intensity"; did you mean "intensity"\?/,
    });
    fails(() => file.get("nope/x"), { ...at("/nope/x"), reason: /there is no group "\/nope"/ });
    fails(() => file.get("scan/intensity/x"), { ...at("/scan/intensity/x"), reason: /no group "\/scan\/intensity"/ });
    fails(() => file.createGroup("empty").get("x"), { ...at("/empty/x"), reason: /"\/empty" is empty/ });
    fails(() => file.dataset("scan"), { ...at("/scan", "get the dataset"), reason: /it is a group of intensity/ });
    fails(() => file.group("scan/intensity"), {
      ...at("/scan/intensity", "get the group"),
      reason: /it is a dataset/,
    });
  }));

Deno.test("a name that is taken, below a dataset, or empty is refused", () =>
  inFile((file, path) => {
    file.createDataset("g/x", { data: 1 });
    const makers = {
      "create the dataset": (name: string) => file.createDataset(name, { data: 2 }),
      "create the group": (name: string) => file.createGroup(name),
      "create the soft link": (name: string) => file.createSoftLink(name, "/g"),
      "create the hard link": (name: string) => file.createHardLink(name, "/g"),
    };
    for (const [operation, make] of Object.entries(makers)) {
      const at = (path_: string) => ({ file: path, path: path_, operation });
      fails(() => make("g/x"), { ...at("/g/x"), reason: /there is a dataset of this name already/ });
      fails(() => make("g"), { ...at("/g"), reason: /there is a group of this name already/ });
      fails(() => make("g/x/y"), { ...at("/g/x/y"), reason: /"\/g\/x" is a dataset, so nothing can be below it/ });
      fails(() => make(""), { ...at("/"), reason: /the name is empty/ });
    }
    assert.equal(file.dataset("g/x").get(), 1);
    assert.deepEqual([file.keys(), file.group("g").keys()], [["g"], ["x"]]);
  }));

testWith([python], "h5py finds names of any script, soft links and hard links", () =>
  inFile(async (file, path) => {
    file.createDataset("πληροφορίες/日本", { data: 1 });
    file.createSoftLink("soft", "/πληροφορίες/日本");
    file.createSoftLink("later", "/not/yet");
    file.createHardLink("hard", "πληροφορίες");
    file.createDataset("hard/new", { data: 2 });
    file.close();
    const script = `
import h5py, json, sys
f = h5py.File(sys.argv[1])
soft = f.get("soft", getlink=True).path, f.get("later", getlink=True).path
print(json.dumps([list(f), int(f["soft"][()]), soft, sorted(f["πληροφορίες"])]))`;
    const names = ["hard", "later", "soft", "πληροφορίες"];
    const links = ["/πληροφορίες/日本", "/not/yet"];
    assert.deepEqual(await pythonJson(script, [path]), [names, 1, links, ["new", "日本"]]);
  }));

Deno.test("the names of a hard link are relative to the group that makes it, or absolute", () =>
  inFile((file) => {
    const group = file.createGroup("entry");
    group.createDataset("x", { data: 1 });
    file.createDataset("x", { data: 2 });
    group.createHardLink("near", "x");
    group.createHardLink("far", "/x");
    group.createHardLink("/up", "x");
    assert.deepEqual([group.dataset("near").get(), group.dataset("far").get(), file.dataset("up").get()], [1, 2, 1]);
  }));

Deno.test("a hard link needs something at its target", () =>
  inFile((file, path) => {
    const reason = /there is nothing at its target "\/nowhere"/;
    fails(() => file.createHardLink("x", "nowhere"), {
      file: path,
      path: "/x",
      operation: "create the hard link",
      reason,
    });
    assert.deepEqual(file.keys(), []);
  }));

for (const kind of ["Soft", "Hard"] as const) {
  testWith(
    [python],
    `rows set through a ${kind.toLowerCase()} link and through the name itself are rows of one dataset`,
    () =>
      inFile(async (file, path) => {
        const dataset = file.createDataset("x", { shape: [0], maxShape: [null], dtype: "uint8" });
        file[`create${kind}Link`]("alias", "/x");
        const alias = file.dataset("alias");
        dataset.append(1);
        alias.append(2);
        file.dataset("x").append(3);
        assert.deepEqual([dataset.shape, alias.shape], [[3], [3]]);
        assert.deepEqual(plain(alias.get()), [1, 2, 3]);
        file.close();
        assert.deepEqual(Object.values(await inPython(path)).map(({ data }) => data), ["010203"]);
      }),
  );
}

testWith([python], "links made by h5py are followed, or named for what they are", () =>
  inFolder(async (folder) => {
    const path = `${folder}/python.h5`;
    await madeByPython(
      path,
      `
f["g/x"] = 1; f["soft"] = h5py.SoftLink("/g"); f["relative"] = h5py.SoftLink("g/x"); f["hard"] = f["g"]
f["broken"] = h5py.SoftLink("/nowhere"); f["outside"] = h5py.ExternalLink("other.h5", "/x")
f["itself"] = h5py.SoftLink("/itself"); f["type"] = np.dtype("f8")`,
    );
    using file = openFile(path);
    assert.equal(file.dataset("soft/x").get(), 1);
    assert.equal(file.dataset("relative").get(), 1);
    assert.equal(file.dataset("hard/x").get(), 1);
    const kinds = ["broken", "outside", "itself", "type", "broken/x", "outside/x"].map((name) => file.kind(name));
    assert.deepEqual(kinds, ["broken link", "external link", "broken link", "other", undefined, undefined]);
    for (
      const [name, reason] of [["broken", /broken link/], ["outside", /external link/], [
        "type",
        /neither group nor dataset/,
      ]] as const
    ) {
      fails(() => file.get(name), { file: path, path: `/${name}`, operation: "get", reason });
    }
  }));

Deno.test("groups and datasets print on one line", () =>
  inFile((file) => {
    file.createDataset("g/x", { shape: [2, 3], dtype: "float32" });
    assert.equal(Deno.inspect(file.group("g")), 'H5Group "/g" { x }');
    const dataset = file.dataset("g/x");
    assert.equal(Deno.inspect(dataset), 'H5Dataset "/g/x" float32 (2, 3)');
    file.close();
    assert.equal(Deno.inspect(dataset), 'H5Dataset "/g/x" (closed)');
  }));
