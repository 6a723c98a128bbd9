/** What rule 4 refuses, and where the error says it is. */

import assert from "node:assert/strict";
import { Socket } from "node:net";
import { createFile } from "beamfold";
import { PayloadCopier } from "../../lib/replay/payload.ts";
import { inFolder } from "../tools.ts";

function refusal(payload: unknown): { path: string; message: string } {
  try {
    new PayloadCopier().copy(payload);
  } catch (error) {
    assert.ok(error instanceof Error && error.name === "PayloadError" && "path" in error, String(error));
    return { path: String(error.path), message: error.message };
  }
  assert.fail(`it was copied: ${Deno.inspect(payload)}`);
}

const callback = (): number => 1;

Deno.test("rule 4: a function in a payload is an error with its path, its name and what to do", () => {
  assert.deepEqual(refusal({ fit: { callback } }), {
    path: "payload.fit.callback",
    message: "payload.fit.callback cannot be handed to the reducer: it is the function callback; " +
      "return data only (methods of a class are kept)",
  });
  assert.match(refusal([() => 1]).message, /^payload\[0\] cannot .* it is the function \(anonymous\);/);
});

Deno.test("rule 4: the path leads through fields, indices, maps, sets and causes", () => {
  const paths: [unknown, string][] = [
    [callback, "payload"],
    [[1, [callback]], "payload[1][0]"],
    [{ "two theta": [callback] }, 'payload["two theta"][0]'],
    [{ "": callback }, 'payload[""]'],
    [{ 7: callback }, "payload[7]"],
    [{ a: new Map([["x", { b: callback }]]) }, 'payload.a.get("x").b'],
    [new Map([[3, callback]]), "payload.get(3)"],
    [new Map([[callback, 3]]), "a key of payload"],
    [{ seen: new Set([callback]) }, "an element of payload.seen"],
    [{ error: new Error("m", { cause: { callback } }) }, "payload.error.cause.callback"],
  ];
  for (const [payload, path] of paths) {
    const found = refusal(payload);
    assert.equal(found.path, path);
    assert.ok(found.message.startsWith(`${path} cannot be handed to the reducer: `), found.message);
  }
});

Deno.test("rule 4: a method is part of the class, a function in a field is not", () => {
  class Fit {
    readonly evaluate = (x: number): number => x;
    residual(): number {
      return 0;
    }
  }
  assert.equal(refusal({ fit: new Fit() }).path, "payload.fit.evaluate");
});

Deno.test("rule 4: a class is a function", () => {
  class Fit {}
  assert.match(refusal({ model: Fit }).message, /^payload\.model .* it is the function Fit;/);
});

Deno.test("rule 4: symbols are refused as values, of any kind", () => {
  for (const symbol of [Symbol("state"), Symbol.for("state")]) {
    assert.match(refusal({ kind: symbol }).message, /^payload\.kind cannot .*: it is Symbol\(state\);/);
  }
  assert.equal(refusal(Symbol.iterator).path, "payload");
});

Deno.test("rule 4: a field whose name is a symbol is refused, not left out, whichever object has it", () => {
  class Result {
    mean = 1;
  }
  const marked = Object.assign(new Result(), { [Symbol("note")]: "x" });
  assert.equal(refusal({ first: new Result(), second: marked }).path, "payload.second");
  assert.equal(refusal({ fit: { [Symbol("note")]: "x" } }).path, "payload.fit");
});

Deno.test("rule 4: a promise is refused, and the error says where to await it", () => {
  const pending = Promise.resolve(3);
  assert.deepEqual(refusal({ later: [pending] }), {
    path: "payload.later[0]",
    message: "payload.later[0] cannot be handed to the reducer: it is a Promise; await it in processEvent",
  });
});

Deno.test("rule 4: what has no inside to copy is refused by its kind", () => {
  function* generate(): Generator<number> {
    yield 1;
  }
  const kinds: [unknown, RegExp][] = [
    [generate(), /Generator/],
    [[1].values(), /Iterator/],
    [new WeakMap(), /WeakMap/],
    [new WeakSet(), /WeakSet/],
    [new WeakRef({}), /WeakRef/],
    [new SharedArrayBuffer(1), /SharedArrayBuffer/],
    [new Number(3), /Number/],
    [new Intl.NumberFormat(), /NumberFormat/],
    [new (class Index extends Map {})(), /Index/],
    [new (class Names extends Set {})(), /Names/],
  ];
  for (const [payload, kind] of kinds) {
    const { path, message } = refusal({ part: payload });
    assert.equal(path, "payload.part");
    assert.match(message, kind);
  }
});

Deno.test("rule 4: sockets, files and other things of the runtime are refused by their class", async () => {
  const kinds: Record<string, unknown> = {
    Socket: new Socket(),
    EventTarget: new EventTarget(),
    AbortController: new AbortController(),
    ReadableStream: new ReadableStream(),
    Response: new Response("x"),
    Blob: new Blob(["x"]),
    URL: new URL("file:///scan.h5"),
    TextDecoder: new TextDecoder(),
  };
  for (const [name, payload] of Object.entries(kinds)) {
    const { path, message } = refusal({ part: payload });
    assert.equal(path, "payload.part");
    assert.match(message, new RegExp(`it is a ${name}, `));
  }
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  using connection = await Deno.connect({ hostname: "127.0.0.1", port: (listener.addr as Deno.NetAddr).port });
  using accepted = await listener.accept();
  for (const socket of [listener, connection, accepted]) {
    assert.equal(refusal({ deep: { socket } }).path, "payload.deep.socket");
  }
});

Deno.test("rule 4: an open HDF5 file is refused", () =>
  inFolder((folder) => {
    const file = createFile(`${folder}/scan.h5`);
    try {
      assert.match(refusal({ file }).message, /^payload\.file cannot be handed to the reducer: it is a H5File, /);
    } finally {
      file.close();
    }
  }));

class Counter {
  #count = 1;
  next(): number {
    return this.#count++;
  }
}

Deno.test("rule 4: private fields cannot be copied, and the error names one", () => {
  assert.deepEqual(refusal({ stats: [new Counter()] }), {
    path: "payload.stats[0]",
    message:
      "payload.stats[0] cannot be handed to the reducer: it is a Counter, whose private #count cannot be copied; " +
      "use public (readonly) fields in payloads",
  });
});

Deno.test("rule 4: private fields of a parent, private methods, and those of another instance count too", () => {
  class Child extends Counter {}
  class Quiet {
    #secret(): number {
      return 1;
    }
    reveal(): number {
      return this.#secret();
    }
  }
  class Ordered {
    #rank = 1;
    static compare(a: Ordered, b: Ordered): number {
      return a.#rank - b.#rank;
    }
  }
  for (const payload of [new Child(), new Quiet(), new Ordered()]) {
    assert.match(refusal({ payload }).message, /^payload\.payload cannot .* whose private #(count|secret|rank) /);
  }
});

Deno.test("a private field of the class itself is no field of its instances", () => {
  class Numbered {
    static #made = 0;
    readonly number: number;
    constructor() {
      this.number = Numbered.#next();
    }
    static #next(): number {
      return this.#made++;
    }
  }
  const copy = new PayloadCopier().copy(new Numbered());
  assert.ok(copy instanceof Numbered);
  assert.equal(copy.number, 0);
});

Deno.test("rule 4: an instance is refused every time, each time with its own path", () => {
  const copier = new PayloadCopier();
  for (const payload of [{ a: new Counter() }, { b: new Counter() }]) {
    assert.throws(() => copier.copy(payload), { name: "PayloadError", path: `payload.${Object.keys(payload)[0]}` });
  }
});
