import * as beamfold from "beamfold";
import assert from "node:assert/strict";
import type { AnyClass } from "../../lib/replay/load.ts";
import { lookupInCells, madeOf, writtenClass } from "../../lib/replay/threads/source.ts";

const { isBeamfoldError } = beamfold;

/** What cells define, as a notebook would have it. */
function cells(source: string): Record<string, unknown> {
  const names = [...source.matchAll(/^(?:class|function|const) (\w+)/gm)].map((match) => match[1]);
  return new Function("beamfold", `${source}\nreturn { ${names.join(", ")} };`)(beamfold);
}

function written(source: string, name: string) {
  const scope = cells(source);
  const known = (other: string) => other in scope ? scope[other] : lookupInCells(other);
  return writtenClass(scope[name] as AnyClass, beamfold, known);
}

Deno.test("a class of a cell is made again from its source, with the classes that it uses", () => {
  const recipe = written(
    `const mean = beamfold.mean;
const Int = beamfold.IntParameter;
const all = beamfold;
class Inner { y = 2; }
class Result { constructor(x) { this.x = x; this.inner = new Inner(); } }
class Worker {
  static #count = 0;
  static describeParameters() { return [new Int({ name: "till_x", default: 2 })]; }
  #secret = Math.max(1, 2);
  processEvent(event, { parameters }) {
    const local = [1, 2].map((value) => value + this.#secret);
    return new Result(local.length + (event ?? all.sum ? 1 : 0) + typeof mean.name.length.toFixed.name.length);
  }
}`,
    "Worker",
  );
  assert.deepEqual(recipe.classes.map(([name]) => name), ["Inner", "Result", "Worker"]);
  assert.deepEqual(recipe.imports.toSorted(), [["Int", "IntParameter"], ["all", "*"], ["mean", "mean"]]);
  assert.ok(recipe.globals.includes("Math"));
  const made = madeOf(JSON.parse(JSON.stringify(recipe)), beamfold) as Record<
    string,
    new () => {
      processEvent(event: unknown, given: unknown): { x: string; inner: { y: number } };
    }
  >;
  const result = new (made["Worker"] as NonNullable<typeof made[string]>)().processEvent({}, {});
  assert.ok(result instanceof (made["Result"] as NonNullable<typeof made[string]>));
  assert.deepEqual([result.x, result.inner.y], ["3number", 2]);
});

Deno.test("classes that use each other are sent once", () => {
  const recipe = written(
    `class A { b() { return new B(); } }
class B { a() { return new A(); } }
class Worker { processEvent() { return [new A(), new B(), new Worker()]; } }`,
    "Worker",
  );
  assert.deepEqual(recipe.classes.map(([name]) => name).toSorted(), ["A", "B", "Worker"]);
});

Deno.test("what cannot be sent is named, with the way out", () => {
  const cases: [string, RegExp][] = [
    [
      `const factor = 3;\nclass Worker { processEvent() { return factor; } }`,
      /^Worker cannot be sent to a thread: Worker uses the variable factor of a cell; make it a parameter or a field/,
    ],
    [
      `function helper() {}\nclass Inner { a = helper(); }\nclass Worker { processEvent() { return new Inner(); } }`,
      /^Worker cannot be sent to a thread: Inner uses the function helper of a cell; make it a method/,
    ],
    [
      `class Base {}\nclass Worker extends Base { processEvent() {} }`,
      /^Worker cannot be sent to a thread: Worker extends Base, which is a class of a cell; put both into a file/,
    ],
    [
      `class Worker { processEvent() { return unknownName; } }`,
      /^Worker cannot be sent to a thread: Worker uses "unknownName", which is known in its file only; give the class as "path.ts:Worker"/,
    ],
    [
      `const name = "shadows a global";\nclass Worker { processEvent() { return name; } }`,
      /uses the variable name of a cell/,
    ],
  ];
  for (const [source, message] of cases) {
    assert.throws(() => written(source, "Worker"), (error) => {
      assert.ok(isBeamfoldError(error, "OptionError"), String(error));
      assert.match(error.message, message);
      assert.match(error.message, /"path\.ts:Worker"/);
      return true;
    });
  }
});

Deno.test("globals of the runtime are no cell's", () => {
  const recipe = written(
    `class Worker { processEvent() { console.log(Deno.pid, performance.now(), new URL("a:b"), structuredClone(1), undefined, NaN); } }`,
    "Worker",
  );
  assert.deepEqual(recipe.classes.length, 1);
  assert.deepEqual(recipe.imports, []);
});
