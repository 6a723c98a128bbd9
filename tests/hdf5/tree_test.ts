import assert from "node:assert/strict";
import { H5Group, openFile } from "beamfold";
import { type TreeNode, treeOf } from "../../lib/hdf5/tree.ts";
import { inFolder, python, testWith } from "../tools.ts";
import { inFile, madeByPython, plain } from "./support.ts";

/** The tree as lines such as `/g/x dataset int64 [2]/[2] units=mm`. */
function lines(node: TreeNode): string[] {
  const { path, kind, dataset, value, attrs, children } = node;
  const extents = dataset && `${dataset.dtype} ${JSON.stringify(dataset.shape)}/${JSON.stringify(dataset.maxShape)}`;
  const given = [...attrs].map(([name, value]) => `${name}=${plain(value)}`);
  const words = [path, kind, ...(extents ? [extents] : []), ...(value === undefined ? [] : [`is ${value}`]), ...given];
  return [words.join(" "), ...children.flatMap(lines)];
}

Deno.test("a tree has groups, datasets with extents, the values of scalars, and attributes", () =>
  inFile((file) => {
    file.createDataset("g/x", { shape: [0, 3], maxShape: [null, 3], dtype: "uint16", attrs: { units: "mm" } });
    file.createDataset("g/till_x", { data: 3 });
    file.createDataset("title", { data: "a scan" });
    file.dataset("g/x").append([1, 2, 3]);
    file.createGroup("empty");
    file.attrs.set("n", 1);
    const tree = treeOf(file);
    assert.deepEqual(lines(tree), [
      "/ group n=1",
      "/empty group",
      "/g group",
      "/g/till_x dataset int64 []/[] is 3",
      "/g/x dataset uint16 [1,3]/[null,3] units=mm",
      "/title dataset str []/[] is a scan",
    ]);
    assert.deepEqual([tree.name, tree.children[1]?.name, tree.children[1]?.children[0]?.name], ["/", "g", "till_x"]);
  }));

testWith(
  [python],
  "links and types that cannot be followed or read do not hide the rest",
  () =>
    inFolder(async (folder) => {
      const path = `${folder}/python.h5`;
      await madeByPython(
        path,
        `
f["broken"] = h5py.SoftLink("/nowhere"); f["outside"] = h5py.ExternalLink("other.h5", "/x"); f["type"] = np.dtype("f8")
f["half"] = np.float16(1.5); f["halves"] = np.ones(2, "f2"); f["null"] = h5py.Empty("f4"); f["x"] = -1
f.attrs["half"] = np.float16(1); f.attrs["n"] = -2`,
      );
      using file = openFile(path);
      const [root, ...rest] = lines(treeOf(file)).map((line) =>
        line.replaceAll(/\(cannot read .*float16.*?\)/gi, "(why)")
      );
      assert.equal(root, "/ group half=(why) n=-2");
      assert.deepEqual(rest, [
        "/broken broken link",
        "/half dataset float16 []/[] is (why)",
        "/halves dataset float16 [2]/[2]",
        "/null dataset float32 []/[] is null",
        "/outside external link",
        "/type other",
        "/x dataset int64 []/[] is -1",
      ]);
    }),
);

Deno.test("groups that hold each other make a tree that ends", () =>
  inFile((file) => {
    file.createGroup("a");
    for (const name of ["itself", "again"]) file.createHardLink(`a/${name}`, "a");
    file.createSoftLink("a/soft", "/a");
    // Two ways round at each of 32 levels would be 2^32 groups: the count ends the test where the tree does not.
    const { keys } = H5Group.prototype;
    let groups = 0;
    H5Group.prototype.keys = function () {
      if (++groups > 50) throw new Error("the tree has no end");
      return keys.call(this);
    };
    try {
      assert.deepEqual(lines(treeOf(file)).slice(0, 2), ["/ group", "/a group"]);
    } finally {
      H5Group.prototype.keys = keys;
    }
  }));

testWith([python], "a link that leads to itself does not hide the rest", () =>
  inFolder(async (folder) => {
    const path = `${folder}/python.h5`;
    await madeByPython(path, 'f["itself"] = h5py.SoftLink("/itself"); f["x"] = 1');
    using file = openFile(path);
    assert.deepEqual(lines(treeOf(file)), ["/ group", "/itself broken link", "/x dataset int64 []/[] is 1"]);
  }));
