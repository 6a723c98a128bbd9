import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import {
  BinaryParameter,
  BoolParameter,
  createFile,
  FloatParameter,
  type H5File,
  IntParameter,
  openFile,
  replay,
  type Setup,
  StrParameter,
  type WithParameters,
  writeNXprocess,
} from "beamfold";
import config from "../../deno.json" with { type: "json" };
import { resolveParameters } from "../../lib/parameter_values.ts";
import { numbered, Numbers } from "../replay/parts.ts";
import { inFolder, python, pythonJson, testWith } from "../tools.ts";
import { fails, inFile, plain } from "./support.ts";

const parameters = resolveParameters([
  new IntParameter({ name: "rows", default: 4, unit: "px" }),
  new FloatParameter({ name: "energy", default: 12, unit: "keV" }),
  new StrParameter({ name: "edge" }),
  new BoolParameter({ name: "normalise", default: true }),
  new BinaryParameter({ name: "poni", default: Uint8Array.of(0, 255, 10) }),
  new BinaryParameter({ name: "mask" }),
]);

const valueOf = (file: H5File, path: string) => plain(file.dataset(path).get());
const sha256 = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");

Deno.test("program, version and date, and every parameter in its own type and with its unit", () =>
  inFile(async (file) => {
    await writeNXprocess(file.createGroup("entry/process"), { parameters, date: new Date(0) });
    const process = file.group("entry/process");
    assert.deepEqual(process.keys().sort(), ["date", "parameters", "program", "version"]);
    assert.equal(valueOf(file, "entry/process/program"), "beamfold");
    assert.equal(valueOf(file, "entry/process/version"), config.version);
    assert.equal(valueOf(file, "entry/process/date"), "1970-01-01T00:00:00.000Z");
    assert.deepEqual(
      ["/", "/entry", "/entry/process", "/entry/process/parameters"].map((path) =>
        file.get(path).attrs.get("NX_class")
      ),
      ["NXroot", "NXentry", "NXprocess", "NXparameters"],
    );
    assert.deepEqual(file.attrs.keys(), ["NX_class"]);
    const group = process.group("parameters");
    const found = Object.fromEntries(
      group.keys().map((name) => {
        const dataset = group.dataset(name);
        return [name, [dataset.dtype, plain(dataset.get()), dataset.attrs.get("units")]];
      }),
    );
    assert.deepEqual(found, {
      rows: ["int64", 4, "px"],
      energy: ["float64", 12, "keV"],
      edge: ["str", "", undefined],
      normalise: ["int8", 1, undefined],
      poni: ["uint8", [0, 255, 10], undefined],
      mask: ["uint8", [], undefined],
    });
  }));

Deno.test("captures have their paths, sizes and hashes, also those of more than a block", () =>
  inFolder(async (folder) => {
    const large = new Uint8Array(2 * 2 ** 20 + 7).map((_, i) => i % 251);
    const contents = [new Uint8Array(), Uint8Array.of(1, 2, 3), large];
    const captures = contents.map((bytes, i) => {
      Deno.writeFileSync(`${folder}/${i}.cbors`, bytes);
      return `${folder}/${i}.cbors`;
    });
    using file = createFile(`${folder}/a.h5`);
    await writeNXprocess(file.createGroup("process"), { parameters, captures });
    assert.deepEqual(valueOf(file, "process/captures/path"), captures);
    assert.deepEqual(valueOf(file, "process/captures/size"), contents.map(({ length }) => BigInt(length)));
    assert.equal(file.dataset("process/captures/size").attrs.get("units"), "bytes");
    assert.deepEqual(valueOf(file, "process/captures/sha256"), contents.map(sha256));
    assert.equal(file.get("process/captures").attrs.get("NX_class"), "NXcollection");
    await writeNXprocess(file.createGroup("quick"), { parameters, context: { captures }, hash: false });
    assert.deepEqual(file.group("quick/captures").keys().sort(), ["path", "size"]);
  }));

Deno.test("everything but the hashes is there before the first of them is waited for", () =>
  inFolder(async (folder) => {
    Deno.writeFileSync(`${folder}/0.cbors`, Uint8Array.of(1));
    using file = createFile(`${folder}/a.h5`);
    const written = writeNXprocess(file.createGroup("process"), { parameters, captures: [`${folder}/0.cbors`] });
    assert.deepEqual(valueOf(file, "process/captures/path"), [`${folder}/0.cbors`]);
    assert.deepEqual(valueOf(file, "process/captures/sha256"), [""]);
    await written;
    assert.deepEqual(valueOf(file, "process/captures/sha256"), [sha256(Uint8Array.of(1))]);
  }));

Deno.test("a capture that is gone is an error with its path", () =>
  inFile(async (file) => {
    const error = {
      name: "CaptureError",
      path: "gone.cbors",
      message: `cannot describe the capture "gone.cbors": there is no such file any more (looked in "${Deno.cwd()}")`,
    };
    await assert.rejects(
      writeNXprocess(file.createGroup("a"), { parameters, context: { captures: ["gone.cbors"] } }),
      error,
    );
    const folder = writeNXprocess(file.createGroup("b"), { parameters, captures: ["tests"] });
    await assert.rejects(folder, { name: "CaptureError", message: /^cannot describe the capture "tests": / });
  }));

Deno.test("the file itself and a group of another class are refused", () =>
  inFile(async (file, path) => {
    const refusal = async (run: Promise<void>) => await run.then(() => undefined, (error: unknown) => error);
    const group = file.createGroup("entry");
    group.attrs.set("NX_class", "NXentry");
    const operation = "write NXprocess into";
    for (
      const [at, where, reason] of [
        [file, "/", /such as file.createGroup\("entry\/process"\)/],
        [group, "/entry", /its NX_class is "NXentry"/],
      ] as const
    ) {
      const error = await refusal(writeNXprocess(at, { parameters }));
      fails(() => {
        throw error;
      }, { file: path, path: where, operation, reason });
    }
    assert.deepEqual(group.keys(), []);
  }));

class Documented {
  static describeParameters() {
    return [new IntParameter({ name: "rows", default: 4 }), new StrParameter({ name: "out" })];
  }
  context: Setup["context"];
  constructor({ context }: Setup) {
    this.context = context;
  }
  processResult() {}
  async finish({ parameters }: WithParameters<typeof Documented>) {
    const file = createFile(parameters.out.value);
    await writeNXprocess(file.createGroup("entry/process"), { parameters, context: this.context });
    file.close();
  }
}

Deno.test("a reducer knows the captures of its run: captures and raw dumps as they were named, none of a source", () =>
  inFolder(async (folder) => {
    const files = [await numbered(`${folder}/a.cbors`, [0, 1]), await numbered(`${folder}/b.cbors`, [0], "t")];
    const out = `${folder}/out.h5`;
    await replay({ worker: Numbers, reducer: Documented, files, parameters: { out, rows: 7 } });
    using file = openFile(out);
    assert.deepEqual(valueOf(file, "entry/process/captures/path"), files);
    const hashes = files.map((path) => sha256(Deno.readFileSync(path)));
    assert.deepEqual(valueOf(file, "entry/process/captures/sha256"), hashes);
    assert.deepEqual(valueOf(file, "entry/process/parameters/rows"), 7);

    const contexts: Setup["context"][] = [];
    class Notes extends Documented {
      constructor(setup: Setup) {
        super(setup);
        contexts.push(setup.context);
      }
      override async finish() {}
    }
    class Nothing {
      *items() {
        yield { eventNumber: 0, streams: {} };
      }
      getSourceGenerators() {
        return [this.items()];
      }
    }
    await replay({ worker: Numbers, reducer: Notes, source: Nothing });
    await replay({ worker: Numbers, reducer: Notes, files: [{ path: files[0] as string, protocol: "stins" }] })
      .catch(() => {});
    assert.deepEqual(contexts, [{}, { captures: [files[0]] }]);
  }));

testWith([python], "h5py reads it", () =>
  inFolder(async (folder) => {
    const capture = await numbered(`${folder}/a.cbors`, [0, 1]);
    const path = `${folder}/a.h5`;
    const file = createFile(path);
    await writeNXprocess(file.createGroup("entry/process"), { parameters, captures: [capture] });
    file.close();
    const script = `
import h5py, hashlib, json, sys
process = h5py.File(sys.argv[1])["entry/process"]
given, captures = process["parameters"], process["captures"]
path = captures["path"][0].decode()
print(json.dumps([process["program"][()].decode(), bytes(given["poni"][()]).hex(), given["mask"].shape, given["energy"][()],
  given["edge"][()].decode(), captures["sha256"][0].decode() == hashlib.sha256(open(path, "rb").read()).hexdigest()]))`;
    assert.deepEqual(await pythonJson(script, [path]), ["beamfold", "00ff0a", [0], 12, "", true]);
  }));
