import assert from "node:assert/strict";
import fc from "fast-check";
import { PickleError } from "../../lib/errors.ts";
import { pickleExtent } from "../../lib/pickle/extent.ts";
import { pickle } from "../../lib/pickle/pickle.ts";
import { unpickle } from "../../lib/pickle/unpickle.ts";
import { python, testWith } from "../tools.ts";
import { bytes, pickleError, pythonPickles } from "./support.ts";

const expressions = [
  "{'status': 'running', 'dt': 0.1, 'é': [1, 2**70, -3, None, True], 's': {1, 'a'}, 2: b'abc' * 90}",
  "{'x': np.array([1.5]), 'y': np.array([[1], [2]], '>i8'), 'z': np.float32(2), 'm': {'q': np.arange(3)}}",
  "[dt(2024, 10, 7, 8, 49, 10, 627000, timezone.utc), timedelta(1), collections.OrderedDict([('a', (1, 2, 3, 4))])]",
  "__import__('dranspose.event').event.InternalWorkerMessage(event_number=3, created_at=dt(2024, 1, 1), streams={" +
  "'a': __import__('dranspose.event').event.StreamData(typ='x', frames=[b'ab'])})",
];

/** Pickles that need no Python. */
const handmade = [
  pickle({
    a: [1, 2.5, "x".repeat(300), 2n ** 70n, true, null],
    b: new Set([1]),
    c: Uint8Array.of(1, 2),
    d: new Date(0),
  }),
  pickle([new Float64Array(3), new Uint16Array(300), new BigInt64Array(2)]),
  bytes("(dp0\nVstatus\np1\nS'ok'\np2\nsVx\n(lp3\nI1\naL2L\naF0.5\nasI2\n(I1\nI2\ntp4\ns."),
  bytes("(cdatetime\ndate\nC\x04\x07\xe8\x01\x01o."),
];

function cutEverywhere(whole: Uint8Array): void {
  unpickle(whole);
  for (let length = 0; length < whole.length; length++) {
    const error = pickleError(() => unpickle(whole.slice(0, length)));
    assert.ok((error.offset as number) <= length, `cut at ${length}: ${error.message}`);
    assert.match(error.message, /cut/);
  }
}

/** A value, or a PickleError; what can be printed can be walked. */
function readsOrRefuses(damaged: Uint8Array): void {
  const started = performance.now();
  try {
    Deno.inspect(unpickle(damaged));
  } catch (error) {
    if (!(error instanceof PickleError)) throw error;
    assert.equal(typeof error.offset, "number");
    assert.ok((error.offset as number) <= damaged.length);
  }
  try {
    const extent = pickleExtent(damaged, 0, damaged.length);
    assert.ok("end" in extent ? extent.end <= damaged.length : extent.missing >= 1);
  } catch (error) {
    if (!(error instanceof PickleError)) throw error;
  }
  assert.ok(performance.now() - started < 5000, "it takes long");
}

/** Changes a few bytes each time: to another one, or to a neighbour's. */
function mutated(pickles: readonly Uint8Array[], times: number): void {
  const edit = fc.tuple(fc.nat(), fc.nat(255), fc.constantFrom("set", "insert", "remove", "double"));
  const edits = fc.array(edit, { minLength: 1, maxLength: 4 });
  fc.assert(
    fc.property(fc.nat(pickles.length - 1), edits, (which, changes) => {
      const damaged = [...pickles[which] as Uint8Array];
      for (const [where, byte, how] of changes) {
        const at = where % (damaged.length + 1);
        if (how === "set") damaged[Math.min(at, damaged.length - 1)] = byte;
        else if (how === "insert") damaged.splice(at, 0, byte);
        else if (how === "remove") damaged.splice(at, 1);
        else damaged.splice(at, 0, ...damaged.slice(at, at + byte % 16));
      }
      readsOrRefuses(Uint8Array.from(damaged));
    }),
    { numRuns: times },
  );
}

Deno.test("a pickle that is cut anywhere is an error that says where", () => {
  for (const whole of handmade) cutEverywhere(whole);
});

testWith([python], "a pickle by Python that is cut anywhere is an error that says where", async () => {
  for (const whole of (await pythonPickles(expressions)).flat()) cutEverywhere(whole);
});

Deno.test("damage is an error, or a value", () => {
  mutated(handmade, 10_000);
});

testWith([python], "damage to a pickle by Python is an error, or a value", async () => {
  mutated((await pythonPickles(expressions)).flat(), 10_000);
});

Deno.test("noise is an error, or a value", () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (noise) => readsOrRefuses(noise)), { numRuns: 5000 });
  // Only opcodes: those without arguments make the most of each byte.
  const opcodes = [...bytes("(.012NQR]abde)}ulost\x81\x85\x86\x87\x88\x89\x8f\x90\x91\x92\x93\x94"), 0x4b, 0x68, 0x71];
  const some = fc.array(fc.constantFrom(...opcodes, 0, 1), { maxLength: 60 });
  fc.assert(fc.property(some, (noise) => readsOrRefuses(bytes(Uint8Array.from(noise), "."))), { numRuns: 20_000 });
});
