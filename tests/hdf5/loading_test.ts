import assert from "node:assert/strict";
import { h5wasm, loadHdf5, Module } from "../../lib/hdf5/loading.ts";
import { type Ended, ROOT, run } from "../tools.ts";

/** Runs a script in a process of its own, where nothing is loaded yet. */
function script(text: string): Promise<Ended> {
  return run(Deno.execPath(), ["eval", "--config", `${ROOT}deno.json`, text], { cwd: ROOT });
}

const PUT_OFF = 'import { loadHdf5, putOffHdf5 } from "./lib/hdf5/loading.ts"; putOffHdf5();';
const CREATE = `
const { createFile } = await import("beamfold");
const path = Deno.makeTempFileSync();
try {
  createFile(path).close();
  console.log("made");
} catch (error) {
  console.log(error.name, error.message.replace(path, "a.h5"));
} finally {
  Deno.removeSync(path);
}`;

Deno.test("HDF5 can be used as soon as the module is imported", async () => {
  const { stdout, stderr } = await script(CREATE);
  assert.deepEqual([stdout, stderr], ["made\n", ""]);
});

Deno.test("HDF5 that was put off can be used once it is loaded", async () => {
  const { stdout, stderr } = await script(`${PUT_OFF} await Promise.all([loadHdf5(), loadHdf5()]); ${CREATE}`);
  assert.deepEqual([stdout, stderr], ["made\n", ""]);
});

Deno.test("HDF5 that was put off and not loaded is an error that says what to do", async () => {
  const { stdout, stderr } = await script(`${PUT_OFF} ${CREATE}`);
  assert.equal(stderr, "");
  assert.match(
    stdout,
    /^Hdf5Error cannot create "a.h5": the HDF5 library is not loaded, .*import \{ createFile \} from/,
  );
});

Deno.test("what is to be done while HDF5 is compiled is done and waited for, also when it is there already", async () => {
  for (const round of [1, 2]) {
    let done = 0;
    await loadHdf5(async () => {
      await new Promise((resolve) => setTimeout(resolve));
      done++;
    });
    assert.equal(done, 1, `round ${round}`);
    assert.equal(typeof h5wasm.File, "function");
    assert.equal(typeof Module.flush, "function");
  }
});

Deno.test("what fails meanwhile fails the loading", async () => {
  await assert.rejects(loadHdf5(() => Promise.reject(new Error("no such module"))), /no such module/);
});

/** Replaces Node's `process`, which takes long to load, by something that counts who asks for it. */
const COUNTED = `
let asked = 0;
const counted = { configurable: true, enumerable: false, get: () => void asked++, set: undefined };
Object.defineProperty(globalThis, "process", counted);`;

Deno.test("HDF5 that was put off is loaded without Node's process, which is there again afterwards", async () => {
  const { stdout, stderr } = await script(`${COUNTED} ${PUT_OFF} await loadHdf5();
    const after = Object.getOwnPropertyDescriptor(globalThis, "process");
    console.log(asked, after.get === counted.get, after.configurable);`);
  assert.deepEqual([stdout, stderr], ["0 true true\n", ""]);
});

Deno.test("Node's process is there while HDF5 is loaded by an import, as others may be imported at that time", async () => {
  const { stdout, stderr } = await script(`${COUNTED} await import("beamfold"); console.log(asked > 0);`);
  assert.deepEqual([stdout, stderr], ["true\n", ""]);
});

Deno.test("HDF5 that was put off is loaded also where Node's process cannot be taken away", async () => {
  const { stdout, stderr } = await script(`
    Object.defineProperty(globalThis, "process", { configurable: false, value: undefined });
    ${PUT_OFF} await loadHdf5(); ${CREATE}`);
  assert.deepEqual([stdout, stderr], ["made\n", ""]);
});
