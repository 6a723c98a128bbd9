import assert from "node:assert/strict";
import { openFile, toNested } from "beamfold";
import type { NdArray } from "../../lib/array/dtypes.ts";
import type { FileSystem } from "../../lib/hdf5/host_files.ts";
import { Module } from "../../lib/hdf5/library.ts";
import { inFolder, python, pythonJson, ROOT, run, testWith } from "../tools.ts";

const fs = Module.FS as unknown as FileSystem;

const [O_RDONLY, O_WRONLY, O_RDWR, O_CREAT, O_EXCL, O_TRUNC, O_DIRECTORY] = [0, 1, 2, 0o100, 0o200, 0o1000, 0o200000];
const [SEEK_SET, SEEK_CUR, SEEK_END] = [0, 1, 2];

const bytes = (...values: number[]): Int8Array => Int8Array.from(values);

/** The error number of a call that fails. */
function errno(call: () => unknown): unknown {
  try {
    call();
  } catch (error) {
    assert.ok(error instanceof fs.ErrnoError);
    return (error as unknown as { errno: number }).errno;
  }
  return assert.fail("it did not fail");
}

Deno.test("a file is written and read at positions and one after the other, which do not disturb each other", () =>
  inFolder((folder) => {
    const path = `${folder}/a.bin`;
    const file = fs.open(path, O_RDWR | O_CREAT | O_TRUNC, 0o666);
    assert.equal(fs.write(file, bytes(0, 1, 2, 3), 1, 3), 3);
    assert.equal(fs.write(file, bytes(9), 0, 1, 6), 1);
    assert.equal(fs.write(file, bytes(4), 0, 1), 1);
    assert.deepEqual([...Deno.readFileSync(path)], [1, 2, 3, 4, 0, 0, 9]);
    const memory = new Int8Array(8);
    assert.equal(fs.read(file, memory, 2, 2, 0), 2);
    assert.equal(fs.read(file, memory, 4, 4), 3);
    assert.deepEqual([...memory], [0, 0, 1, 2, 0, 0, 9, 0]);
    assert.equal(fs.read(file, memory, 0, 8), 0);
    fs.close(file);
    assert.equal(errno(() => fs.getStreamChecked(99)), 8);
  }));

Deno.test("flags and modes are those of the system", () =>
  inFolder((folder) => {
    const path = `${folder}/a.bin`;
    fs.close(fs.open(path, O_WRONLY | O_CREAT | O_EXCL, 0o640));
    if (Deno.build.os !== "windows") assert.equal((Deno.statSync(path).mode ?? 0) & 0o777, 0o640);
    Deno.writeFileSync(path, Uint8Array.of(1, 2, 3));
    fs.close(fs.open(path, O_RDWR));
    assert.equal(Deno.statSync(path).size, 3);
    fs.close(fs.open(path, O_WRONLY | O_TRUNC));
    assert.equal(Deno.statSync(path).size, 0);
    assert.equal(errno(() => fs.open(path, O_RDWR | O_CREAT | O_EXCL)), 20);
    assert.equal(errno(() => fs.open(`${folder}/none`, O_RDONLY)), 44);
    assert.equal(errno(() => fs.open(`${path}/none`, O_RDONLY)), 54);
    assert.equal(errno(() => fs.open(folder, O_RDWR)), 31);
  }));

Deno.test("a position is sought from the start, from where one is, and from the end; not before the start", () =>
  inFolder((folder) => {
    Deno.writeFileSync(`${folder}/a.bin`, Uint8Array.of(1, 2, 3, 4));
    const file = fs.open(`${folder}/a.bin`, O_RDONLY);
    assert.equal(fs.llseek(file, 3, SEEK_SET), 3);
    assert.equal(fs.llseek(file, -1, SEEK_CUR), 2);
    assert.equal(fs.llseek(file, -3, SEEK_END), 1);
    const memory = new Int8Array(2);
    fs.read(file, memory, 0, 2);
    assert.deepEqual([...memory], [2, 3]);
    assert.equal(errno(() => fs.llseek(file, -5, SEEK_END)), 28);
    fs.close(file);
  }));

Deno.test("sizes, kinds and identities are told, and files made shorter and longer", () =>
  inFolder((folder) => {
    const file = fs.open(`${folder}/a.bin`, O_RDWR | O_CREAT);
    const fd = file.fd as number;
    fs.ftruncate(fd, 100);
    assert.equal(fs.fstat(fd).size, 100);
    fs.ftruncate(fd, 10);
    assert.equal(fs.stat(`${folder}/a.bin`).size, 10);
    Deno.linkSync(`${folder}/a.bin`, `${folder}/b.bin`);
    Deno.symlinkSync(`${folder}/a.bin`, `${folder}/c.bin`);
    const identity = ({ dev, ino }: { dev: number; ino: number }): string => `${dev} ${ino}`;
    for (const name of ["b.bin", "c.bin"]) assert.equal(identity(fs.stat(`${folder}/${name}`)), identity(fs.fstat(fd)));
    assert.notEqual(identity(fs.stat(folder)), identity(fs.fstat(fd)));
    const kinds = [fs.stat(folder), fs.stat(`${folder}/c.bin`), fs.stat(`${folder}/c.bin`, true)];
    assert.deepEqual(kinds.map(({ mode }) => mode & 0o170000), [0o040000, 0o100000, 0o120000]);
    assert.equal(errno(() => fs.stat(`${folder}/none`)), 44);
    fs.close(file);
  }));

Deno.test("a full device is the error of a full device", { ignore: Deno.build.os !== "linux" }, () => {
  const file = fs.open("/dev/full", O_WRONLY);
  assert.equal(errno(() => fs.write(file, bytes(1), 0, 1)), 51);
  fs.close(file);
});

Deno.test("folders are not looked into, where plugins of HDF5 could lie that are not for this build of it", () =>
  inFolder((folder) => {
    assert.equal(errno(() => fs.open(folder, O_RDONLY | O_DIRECTORY)), 44);
  }));

Deno.test("relative paths are meant from where the process is, also when it goes elsewhere", () =>
  inFolder(async (folder) => {
    Deno.mkdirSync(`${folder}/sub`);
    const { stdout, stderr } = await run(Deno.execPath(), [
      "eval",
      "--config",
      `${ROOT}deno.json`,
      `import { createFile, openFile } from "beamfold";
       createFile("a.h5").close();
       Deno.chdir("sub");
       createFile("b.h5").close();
       openFile("../a.h5").close();`,
    ], { cwd: folder });
    assert.deepEqual([stdout, stderr], ["", ""]);
    assert.deepEqual([...Deno.readDirSync(folder)].map(({ name }) => name).toSorted(), ["a.h5", "sub"]);
    assert.deepEqual([...Deno.readDirSync(`${folder}/sub`)].map(({ name }) => name), ["b.h5"]);
  }));

testWith(
  [python],
  "external links and virtual datasets lead to other files, by absolute and by relative paths",
  () =>
    inFolder(async (folder) => {
      const script = `
import h5py, os, sys
os.chdir(sys.argv[1])
with h5py.File('target.h5', 'w') as f: f['d'] = [1, 2, 3]
with h5py.File('links.h5', 'w') as f:
    f['relative'] = h5py.ExternalLink('target.h5', '/d')
    f['absolute'] = h5py.ExternalLink(os.path.abspath('target.h5'), '/d')
    layout = h5py.VirtualLayout(shape=(3,), dtype='i8')
    layout[:] = h5py.VirtualSource('target.h5', 'd', shape=(3,))
    f.create_virtual_dataset('virtual', layout)
print('{}')`;
      await pythonJson(script, [folder]);
      using file = openFile(`${folder}/links.h5`);
      for (const name of ["relative", "absolute", "virtual"]) {
        assert.deepEqual(toNested(file.dataset(name).read() as NdArray), [1n, 2n, 3n], name);
      }
    }),
);
