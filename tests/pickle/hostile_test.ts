import assert from "node:assert/strict";
import { unpickle } from "../../lib/pickle/unpickle.ts";
import { exists } from "../../lib/cli/environment.ts";
import { python, run, testWith } from "../tools.ts";
import { bytes, pickleError, text } from "./support.ts";

/** A file that the attacks below make where they succeed. */
const TRACE = `${Deno.makeTempDirSync({ prefix: "beamfold-" })}/trace`;
const COMMAND = `touch ${TRACE}`;

/** Pickles that run code in Python, or ask for what could, and the name that they ask for. */
const attacks: readonly (readonly [what: string, pickle: string, global: string])[] = [
  ["GLOBAL and REDUCE", `cos\nsystem\n(S'${COMMAND}'\ntR.`, "os.system"],
  ["STACK_GLOBAL", `\x80\x04${text("posix")}${text("system")}\x93${text(COMMAND)}\x85R.`, "posix.system"],
  ["INST", `(S'${COMMAND}'\nios\nsystem\n.`, "os.system"],
  ["OBJ", `(cos\nsystem\nS'${COMMAND}'\no.`, "os.system"],
  [
    "NEWOBJ",
    `\x80\x02csubprocess\nPopen\nU${String.fromCharCode(COMMAND.length)}${COMMAND}\x85\x81.`,
    "subprocess.Popen",
  ],
  ["NEWOBJ_EX", `\x80\x04csubprocess\nPopen\n)}\x92.`, "subprocess.Popen"],
  ["eval", `c__builtin__\neval\n(S'1'\ntR.`, "__builtin__.eval"],
  ["exec", `cbuiltins\nexec\n(S'1'\ntR.`, "builtins.exec"],
  ["getattr", `cbuiltins\ngetattr\n(cbuiltins\nset\nS'__class__'\ntR.`, "builtins.getattr"],
  ["import", `cbuiltins\n__import__\n(S'os'\ntR.`, "builtins.__import__"],
  ["importlib", `cimportlib\nimport_module\n(S'os'\ntR.`, "importlib.import_module"],
  ["subprocess", `csubprocess\ncheck_output\n(S'ls'\ntR.`, "subprocess.check_output"],
  ["open", `cio\nopen\n(S'${TRACE}'\nS'w'\ntR.`, "io.open"],
  ["numpy.load", `cnumpy\nload\n(S'x.npy'\ntR.`, "numpy.load"],
  ["numpy.testing", `cnumpy.testing._private.utils\nrunstring\n(S'1'\n}tR.`, "numpy.testing._private.utils.runstring"],
  ["codecs.decode", `c_codecs\ndecode\n(S'x'\nS'zip'\ntR.`, "_codecs.decode"],
  ["operator", `coperator\nattrgetter\n(S'x'\ntR.`, "operator.attrgetter"],
  ["a name with dots", `\x80\x04${text("builtins")}${text("set.__class__")}\x93.`, "builtins.set.__class__"],
  ["a module of this language", `cDeno\nCommand\n(tR.`, "Deno.Command"],
  ["a property of a Map", `cconstructor\nconstructor\n.`, "constructor.constructor"],
  ["__proto__", `c__proto__\n__proto__\n.`, "__proto__.__proto__"],
  ["has", `chas\nget\n.`, "has.get"],
  ["no name", `c\n\n.`, "."],
  ["only mentioned", `(lcos\nsystem\n0.`, "os.system"],
  ["a class of the table's module", `cdatetime\nsys\n.`, "datetime.sys"],
  ["in an argument", `cnumpy\ndtype\n(cos\nsystem\ntR.`, "os.system"],
];

Deno.test("what asks for code is refused by name, where it asks, and runs nothing", async (t) => {
  for (const [what, pickle, global] of attacks) {
    await t.step(what, () => {
      const error = pickleError(() => unpickle(bytes(pickle)));
      assert.equal(error.global, global);
      assert.ok(error.message.includes(JSON.stringify(global)), error.message);
      assert.match(error.message, /neither looked up nor run/);
      const at = pickle.search(/[\nc]?c[^\n]*\n[^\n]*\n|i[a-z]+\nsystem|\x93/);
      assert.ok((error.offset as number) >= at && (error.offset as number) < pickle.length);
      assert.ok(!exists(TRACE));
    });
  }
});

testWith([python], "the attacks are real ones: Python runs them", async () => {
  for (const [what, pickle] of attacks.slice(0, 4)) {
    const script = `import pickle; pickle.loads(bytes.fromhex("${bytes(pickle).toHex()}"))`;
    await run(python.path, ["-c", script]);
    assert.ok(exists(TRACE), what);
    Deno.removeSync(TRACE);
  }
});

const MARKS = "(".repeat(100_000);

/** Pickles that misuse what is allowed, and what the error says. */
const misuse: readonly (readonly [what: string, pickle: string, message: RegExp])[] = [
  ["PERSID", "P1\n.", /PERSID refers to an object outside of the pickle \(byte 0\)/],
  ["BINPERSID", "NQ.", /BINPERSID refers to an object outside/],
  ["EXT1", "\x82\x01.", /EXT1 refers to a registry/],
  ["EXT2", "\x83\x01\0.", /EXT2 refers/],
  ["EXT4", "\x84\x01\0\0\0.", /EXT4 refers/],
  ["NEXT_BUFFER", "\x97.", /NEXT_BUFFER takes its bytes from an out-of-band buffer, and there is none/],
  ["READONLY_BUFFER", "N\x98.", /READONLY_BUFFER takes/],
  ["a later protocol", "\x80\x06N.", /its protocol is 6/],
  ["a name that is no text", "NN\x93.", /a name is None and None/],
  ["calls None", "N)R.", /it calls None, which was not run/],
  ["calls a text", "S'eval'\n)R.", /it calls "eval", which was not run/],
  ["calls a dict", "}U\x04callN})R.", /it calls a dict/],
  ["makes an object of None", "N)\x81.", /makes an object of None/],
  ["an object of a class with arguments", "cdranspose.event\nStreamData\n(NtR.", /StreamData is not called/],
  ["NEWOBJ with arguments", "cdranspose.event\nStreamData\n(Nt\x81.", /StreamData is made with a list of 1/],
  ["INST with arguments", "(Nidranspose.event\nStreamData\n.", /StreamData is not called/],
  ["NEWOBJ_EX with names", "ccollections\nOrderedDict\n)}U\x01aNs\x92.", /made with arguments by name/],
  ["arguments that are no tuple", "ccollections\nOrderedDict\n}R.", /the arguments are a dict/],
  ["a marker that is called", "cnumpy\nndarray\n)R.", /numpy.ndarray is not called/],
  ["object()", "c__builtin__\nobject\n)R.", /__builtin__.object is not called/],
  [
    "copyreg of numpy.ndarray",
    "ccopyreg\n_reconstructor\n(cnumpy\nndarray\ncbuiltins\nobject\nNtR.",
    /not read for numpy/,
  ],
  [
    "copyreg with a state",
    "ccopyreg\n_reconstructor\n(cdranspose.event\nStreamData\ncbuiltins\nobject\nK\x01tR.",
    /plain/,
  ],
  [
    "copyreg with another base",
    "ccopyreg\n_reconstructor\n(cdranspose.event\nStreamData\ncbuiltins\nset\nNtR.",
    /plain/,
  ],
  [
    "_reconstruct of a set",
    "cnumpy.core.multiarray\n_reconstruct\n(cbuiltins\nset\n)C\x01btR.",
    /not for builtins.set/,
  ],
  [
    "_reconstruct of a dict that looks like it",
    "cnumpy.core.multiarray\n_reconstruct\n(}U\x05labelU\x0dnumpy.ndarrays)NtR.",
    /a dict/,
  ],
  ["BUILD of a list", "]}b.", /a list of 0 cannot get a state/],
  ["BUILD of a dict", "}}U\x09__class__Nsb.", /a dict cannot get a state/],
  ["BUILD of a name", "cbuiltins\nset\n}U\x08__call__Nsb.", /builtins.set cannot get a state/],
  [
    "BUILD with a list",
    "cdranspose.event\nStreamData\n)\x81]b.",
    /StreamData has a list of 0, expected a dict of fields/,
  ],
  ["BUILD with keys that are no texts", "cdranspose.event\nStreamData\n)\x81}K\x01K\x01sb.", /StreamData has a dict/],
  ["BUILD with a __dict__ of None", "cdranspose.event\nStreamData\n)\x81}U\x08__dict__Nsb.", /StreamData has None/],
  ["BUILD of a dtype", "cnumpy\ndtype\nU\x02u1\x85R}b.", /numpy.dtype has the state a dict/],
  ["a name as a value", "]cbuiltins\nset\na.", /builtins.set is no value/],
  ["a name as a key", "}cbuiltins\nset\nK\x01s.", /builtins.set is no value/],
  ["a name in a set", "\x8f(cbuiltins\nset\n\x90.", /builtins.set is no value/],
  ["a name in a tuple that is a key", "}cbuiltins\nset\n\x85K\x01s.", /builtins.set is no value/],
  ["a dict that is a key and becomes a Map", "}}q\0K\x01K\x02sK\x03s.", /is a key or an element of a set/],
  ["bytes of a length", "cbuiltins\nbytes\nJ\xff\xff\xff\x7f\x85R.", /made from bytes/],
  ["bytearray of a length", "cbuiltins\nbytearray\nJ\xff\xff\xff\x7f\x85R.", /made from bytes/],
  ["another encoding", "c_codecs\nencode\n(U\x01aU\x03zipt\x52.", /takes a text and latin1/],
  ["wide characters as bytes", "c_codecs\nencode\n(V\\u20ac\nU\x06latin1tR.", /wide characters/],
  ["a set of a text", "cbuiltins\nset\nU\x03abc\x85R.", /a set is made of "abc"/],
  ["an OrderedDict of numbers", "ccollections\nOrderedDict\n]K\x01a\x85R.", /something else than pairs/],
  ["a month 13", "cdatetime\ndatetime\nC\x0a\x07\xe8\x0d\x01\0\0\0\0\0\0\x85R.", /no day 2024-13-01/],
  ["a day that is not in the year", "cdatetime\ndate\nC\x04\x07\xe7\x02\x1d\x85R.", /no day 2023-02-29/],
  ["a year 0", "cdatetime\ndate\nC\x04\0\0\x01\x01\x85R.", /no day 0-01-01/],
  ["a date with a flag", "cdatetime\ndate\nC\x04\x07\xe8\x81\x01\x85R.", /no day 2024-129-01/],
  ["a flag at the wrong place", "cdatetime\ndatetime\nC\x0a\x07\xe8\x01\x01\x80\0\0\0\0\0\x85R.", /no time 128:00:00/],
  ["an hour 24", "cdatetime\ntime\nC\x06\x18\0\0\0\0\0\x85R.", /no time 24:00:00/],
  ["a million microseconds", "cdatetime\ntime\nC\x06\0\0\0\x0f\x42\x40\x85R.", /no time 00:00:00.1000000/],
  ["too few bytes of a date", "cdatetime\ndatetime\nC\x04\x07\xe8\x01\x01\x85R.", /datetime.datetime takes 10 bytes/],
  [
    "a zone that is a text",
    "cdatetime\ndatetime\nC\x0a\x07\xe8\x0a\x01\0\0\0\0\0\0U\x03CET\x86R.",
    /a datetime.timezone/,
  ],
  ["a zone of two days", "cdatetime\ntimezone\nJ\0\0\x03\0\x85R.", /less than a day/],
  ["a timedelta of a text", "cdatetime\ntimedelta\nU\x01a\x85R.", /takes days, seconds and microseconds/],
  ["nothing remembered", "h\x05.", /nothing was remembered as 5/],
  ["remembered out of bounds", "Nr\xff\xff\xff\x7f.", /there cannot be 2147483647 values/],
  ["remembered by a word", "Npx\n.", /"x" is no number to remember by/],
  ["nothing to remember", "q\0.", /fewer than 1 values/],
  ["nothing on the stack", ".", /fewer than 1 values/],
  ["nothing behind the mark", "N(.", /fewer than 1 values/],
  ["a tuple across a mark", "N(\x85.", /fewer than 1 values/],
  ["no mark", "Nt.", /there is no MARK/],
  ["a key without a value", "}(Nu.", /a key has no value/],
  ["items of a list", "]NNs.", /a list of 0 cannot have items/],
  ["appended to a dict", "}Na.", /a dict cannot be appended to/],
  ["added to a list", "](N\x90.", /a list of 0 is no set/],
  ["an integer that is none", "I1x\n.", /"1x" is no integer/],
  ["an empty integer", "L\n.", /"" is no integer/],
  ["a float that is none", "F0x10\n.", /"0x10" is no number/],
  ["a float of many digits", `F${"1".repeat(1e6)}x\n.`, /a number has 1000001 characters/],
  ["an integer of many digits", `I${"1".repeat(1e6)}x\n.`, /an integer has 1000001 characters/],
  ["a text of many quotes", `S'${"' ".repeat(1e6)}x\n.`, /no quoted text/],
  ["a text without quotes", "Sabc\n.", /"abc" is no quoted text/],
  ["a cut escape", "V\\u12\n.", /lacks digits/],
  ["no character", "V\\Uffffffff\n.", /is no character/],
  ["no UTF-8", "X\x02\0\0\0\xc3\x28.", /not UTF-8/],
  ["UTF-8 that ends too early", "U\0\x8c\x01\xc3.", /not UTF-8/],
  ["UTF-8 that goes on behind the end", "\x8c\x01\xc3\x94.", /not UTF-8/],
  ["overlong UTF-8", "\x8c\x02\xc0\x80.", /not UTF-8/],
  ["a frame that is cut", "\x95\x09\0\0\0\0\0\0\0N.", /a frame has 9 bytes, 7 more than there are/],
  ["many digits", `L${"9".repeat(5000)}L\n.`, /an integer has 5001 characters/],
  ["many bytes", `\x8b\x01\0\x01\0${"\x01".repeat(65537)}.`, /an integer has 65537 bytes/],
  ["keys that collide", "}\x8a\x0a\0\0\0\0\0\0\0\0\0\x01Ns.", /beyond 64 bits is a key/],
  ["elements that collide", "\x8f(\x8a\x0a\0\0\0\0\0\0\0\0\0\x01\x90.", /beyond 64 bits is a key/],
  ["marks", `${MARKS}.`, /fewer than 1 values/],
  ["lists in lists", `${MARKS}${"l".repeat(100_000)}.`, /nested more than 1000 deep/],
  ["tuples in tuples", `)${"\x85".repeat(100_000)}.`, /nested more than 1000 deep/],
  ["dicts in dicts", `${"}U\x01a".repeat(100_000)}N${"s".repeat(100_000)}.`, /nested more than 1000 deep/],
  ["a list in itself", "]q\0h\0a.", /a value is inside itself/],
  ["a dict in itself", "}q\0U\x01ah\0s.", /a value is inside itself/],
  ["a list in itself, beside a dict", "]q\0}ah\0a.", /a value is inside itself/],
  ["lists in lists, beside dicts", `${"(}".repeat(2000)}${"l".repeat(2000)}.`, /nested more than 1000 deep/],
  ["a list in a tuple in itself", "]q\0h\0\x85a.", /a value is inside itself/],
  ["an object in itself", "cdranspose.event\nStreamData\n)\x81q\0}U\x01ah\0sb.", /a value is inside itself/],
  ["a thousandfold list in itself", `]q\0(${"h\0".repeat(1000)}e.`, /a value is inside itself/],
  ["a state in itself", "cdranspose.event\nStreamData\n)\x81}q\0U\x01ah\0sb.", /a value is inside itself/],
];

Deno.test("what is allowed cannot be misused", async (t) => {
  for (const [what, pickle, message] of misuse) {
    await t.step(what, () => {
      const started = performance.now();
      const error = pickleError(() => unpickle(bytes(pickle)));
      assert.match(error.message, message);
      assert.equal(typeof error.offset, "number");
      assert.ok(error.message.length < 500);
      assert.ok(performance.now() - started < 2000, "it takes long");
    });
  }
});

Deno.test("values are nested up to 1000 deep", () => {
  unpickle(bytes(`N${"\x85".repeat(1000)}.`));
  pickleError(() => unpickle(bytes(`N${"\x85".repeat(1001)}.`)));
});

Deno.test("a billion laughs are counted where they are used", () => {
  // Each list has the one before it ten times: BINPUT i, then ten times BINGET i in a list.
  const laughs = (levels: number, open: string, close: string) => {
    let pickle = "U\x03lolq\0";
    for (let i = 0; i < levels; i++) {
      pickle += `${open}(${`h${String.fromCharCode(i)}`.repeat(10)}${close}q${String.fromCharCode(i + 1)}`;
    }
    return bytes(`${pickle}.`);
  };
  assert.match(pickleError(() => unpickle(laughs(9, "]", "e"))).message, /more than 10000000 elements/);
  assert.match(pickleError(() => unpickle(laughs(200, "]", "e"))).message, /more than 10000000 elements/);
  assert.match(pickleError(() => unpickle(laughs(200, "", "t"))).message, /more than 10000000 elements/);
  const value = unpickle(laughs(6, "]", "e")) as unknown[][];
  assert.equal(value[0], value[9]);
});

Deno.test("references do not multiply what is allocated", () => {
  const data = `T\0\0\x10\0${"\xff".repeat(2 ** 20)}q\0`;
  const dtype = "cnumpy\ndtype\nU\x02f8\x89\x88\x87Rq\x01";
  const frombuffer = "cnumpy.core.numeric\n_frombuffer\nq\x02";
  const call = "h\x02(h\0h\x01J\0\0\x02\0\x85U\x01CtR0";
  const swapped = dtype.replace("q\x01", "(K\x03U\x01>NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK\0tbq\x01");
  const codecs = "U\x06latin1q\x01c_codecs\nencode\nq\x02";
  const pairs = `(${"K\x01K\x02\x86".repeat(2 ** 18)}lq\0`;
  const cases: [what: string, pickle: string][] = [
    ["swapped arrays", `${data}${swapped}${frombuffer}${call.repeat(100)}N.`],
    ["bytes from text", `X\0\0\x10\0${"a".repeat(2 ** 20)}q\0${codecs}${"h\x02h\0h\x01\x86R0".repeat(100)}N.`],
    ["sets", `(${"N".repeat(2 ** 20)}lq\0cbuiltins\nset\nq\x02${"h\x02h\0\x85R0".repeat(100)}N.`],
    ["OrderedDicts", `${pairs}ccollections\nOrderedDict\nq\x02${"h\x02h\0\x85R0".repeat(100)}N.`],
  ];
  for (const [what, pickle] of cases) {
    assert.match(pickleError(() => unpickle(bytes(pickle))).message, /take far more memory than the pickle/, what);
  }
  // Of two neighbouring places, at most one is aligned.
  const places = ["", "N"].map((before) => `${before}${data}${dtype}${frombuffer}${call.repeat(100)}N.`);
  assert.ok(places.some((pickle) => {
    try {
      return unpickle(bytes(pickle)) !== null;
    } catch (error) {
      return /take far more memory than the pickle/.test((error as Error).message);
    }
  }));
});
