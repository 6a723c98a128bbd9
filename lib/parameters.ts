/**
 * Parameters: what a worker or reducer lets its user set, each with a type, a default and bounds.
 *
 * @module
 */

/** How a parameter is described. */
export interface ParameterOptions<Name extends string, Value> {
  /** The name, as it is used in `parameters.<name>.value`. */
  name: Name;
  /** The value when none is given. Without it: `0`, `""`, `false` or no bytes. */
  default?: Value;
  /** One sentence for the person who sets it. */
  description?: string;
  /** The unit of the value, such as `"mm"`. */
  unit?: string;
  /** The only values allowed. */
  choices?: readonly Value[];
}

/** How a parameter that is a number is described. */
export interface NumberParameterOptions<Name extends string> extends ParameterOptions<Name, number> {
  /** The smallest value allowed. */
  min?: number;
  /** The largest value allowed. */
  max?: number;
}

/** What all kinds of parameters share. */
export abstract class Parameter<Name extends string, Value> {
  /** The name. */
  readonly name: Name;
  /** The value when none is given. */
  readonly default: Value;
  /** One sentence for the person who sets it. */
  readonly description: string | undefined;
  /** The unit of the value. */
  readonly unit: string | undefined;
  /** The only values allowed, if they are limited. */
  readonly choices: readonly Value[] | undefined;
  /** The kind of value, as a deployment names it. */
  abstract readonly dtype: string;

  /** Describes a parameter by name, default, description, unit, bounds and choices. */
  constructor(options: ParameterOptions<Name, Value>, fallback: Value) {
    this.name = options.name;
    this.default = options.default ?? fallback;
    this.description = options.description;
    this.unit = options.unit;
    this.choices = options.choices;
  }

  /** The value that a text or bytes stand for, unchecked against bounds; undefined when they stand for none. */
  abstract fromBytes(data: Uint8Array): Value | undefined;

  /** The given value, if it is of this parameter's type; undefined when it is not. */
  abstract fromValue(value: unknown): Value | undefined;

  /** The bytes that a deployment stores for a value. */
  toBytes(value: Value): Uint8Array {
    return new TextEncoder().encode(String(value));
  }

  /** Whether two values are the same. */
  protected equal(a: Value, b: Value): boolean {
    return Object.is(a, b);
  }

  /** Why a value of the right type is refused, or undefined when it is not. */
  refusal(value: Value): string | undefined {
    if (this.choices !== undefined && !this.choices.some((choice) => this.equal(choice, value))) {
      return `is not one of its choices ${this.choices.map(show).join(", ")}`;
    }
    return undefined;
  }
}

/** What parameters that are numbers share. */
export abstract class NumberParameter<Name extends string> extends Parameter<Name, number> {
  /** The smallest value allowed. */
  readonly min: number | undefined;
  /** The largest value allowed. */
  readonly max: number | undefined;

  /** Describes a parameter by name, default, description, unit, bounds and choices. */
  constructor(options: NumberParameterOptions<Name>) {
    super(options, 0);
    this.min = options.min;
    this.max = options.max;
  }

  /** Why a value of the right type is refused. */
  override refusal(value: number): string | undefined {
    if (this.min !== undefined && !(value >= this.min)) return `is less than its minimum ${this.min}`;
    if (this.max !== undefined && !(value <= this.max)) return `is more than its maximum ${this.max}`;
    return super.refusal(value);
  }
}

/**
 * A whole number, of at most 53 bits.
 *
 * @example
 * ```ts
 * import { IntParameter } from "beamfold";
 *
 * const tillX = new IntParameter({ name: "till_x", default: 2, min: 0, description: "columns to average over" });
 * console.assert(tillX.default === 2);
 * ```
 */
export class IntParameter<Name extends string = string> extends NumberParameter<Name> {
  /** The kind of value. */
  readonly dtype = "int";

  /** The value that a text or bytes stand for. */
  override fromBytes(data: Uint8Array): number | undefined {
    const text = asText(data)?.trim();
    return text !== undefined && /^[+-]?\d+$/.test(text) ? this.fromValue(Number(text)) : undefined;
  }

  /** The given value, if it is of this parameter's type. */
  override fromValue(value: unknown): number | undefined {
    if (typeof value === "bigint") return this.fromValue(Number(value));
    return Number.isSafeInteger(value) ? value as number : undefined;
  }
}

/**
 * A number in double precision.
 *
 * @example
 * ```ts
 * import { FloatParameter } from "beamfold";
 *
 * const energy = new FloatParameter({ name: "energy", default: 12.4, unit: "keV" });
 * console.assert(energy.unit === "keV");
 * ```
 */
export class FloatParameter<Name extends string = string> extends NumberParameter<Name> {
  /** The kind of value. */
  readonly dtype = "float";

  /** The value that a text or bytes stand for. */
  override fromBytes(data: Uint8Array): number | undefined {
    const text = asText(data)?.trim().toLowerCase();
    if (text === undefined) return undefined;
    if (/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/.test(text)) return Number(text);
    if (text === "nan") return NaN;
    if (/^[+-]?inf(inity)?$/.test(text)) return text.startsWith("-") ? -Infinity : Infinity;
    return undefined;
  }

  /** The given value, if it is of this parameter's type. */
  override fromValue(value: unknown): number | undefined {
    return typeof value === "number" ? value : undefined;
  }
}

/**
 * A text.
 *
 * @example
 * ```ts
 * import { StrParameter } from "beamfold";
 *
 * const edge = new StrParameter({ name: "edge", default: "K", choices: ["K", "L3"] });
 * console.assert(edge.choices?.length === 2);
 * ```
 */
export class StrParameter<Name extends string = string> extends Parameter<Name, string> {
  /** The kind of value. */
  readonly dtype = "str";

  /** Describes a parameter by name, default, description, unit and choices. */
  constructor(options: ParameterOptions<Name, string>) {
    super(options, "");
  }

  /** The value that a text or bytes stand for. */
  override fromBytes(data: Uint8Array): string | undefined {
    return asText(data);
  }

  /** The given value, if it is of this parameter's type. */
  override fromValue(value: unknown): string | undefined {
    return typeof value === "string" ? value : undefined;
  }
}

/**
 * Yes or no.
 *
 * @example
 * ```ts
 * import { BoolParameter } from "beamfold";
 *
 * const normalise = new BoolParameter({ name: "normalise", default: true });
 * console.assert(normalise.default);
 * ```
 */
export class BoolParameter<Name extends string = string> extends Parameter<Name, boolean> {
  /** The kind of value. */
  readonly dtype = "bool";

  /** Describes a parameter by name, default, description, unit and choices. */
  constructor(options: ParameterOptions<Name, boolean>) {
    super(options, false);
  }

  /** The value that a text or bytes stand for. */
  override fromBytes(data: Uint8Array): boolean | undefined {
    const text = asText(data)?.trim();
    return text === "True" || text === "true" ? true : text === "False" || text === "false" ? false : undefined;
  }

  /** The given value, if it is of this parameter's type. */
  override fromValue(value: unknown): boolean | undefined {
    return typeof value === "boolean" ? value : undefined;
  }

  /** Python's spelling, which a deployment compares with. */
  override toBytes(value: boolean): Uint8Array {
    return new TextEncoder().encode(value ? "True" : "False");
  }
}

/**
 * Bytes, such as a mask or a whole calibration file.
 *
 * They are given as bytes, as a text (its UTF-8), or as a file: `parameters: { poni: { file: "detector.poni" } }` in
 * code or in a parameter file, where its place is relative to that file, and `--set poni=@detector.poni` in a shell.
 * There, `@@` stands for a text that begins with `@`. A parameter file may also hold the bytes: `{"poni": {"base64": "…"}}`.
 *
 * @example
 * ```ts
 * import { BinaryParameter } from "beamfold";
 *
 * const mask = new BinaryParameter({ name: "mask", description: "one byte a pixel" });
 * console.assert(mask.default.length === 0);
 * ```
 */
export class BinaryParameter<Name extends string = string> extends Parameter<Name, Uint8Array> {
  /** The kind of value. */
  readonly dtype = "binary";

  /** Describes a parameter by name, default, description, unit and choices. */
  constructor(options: ParameterOptions<Name, Uint8Array>) {
    super(options, new Uint8Array());
  }

  /** The value that a text or bytes stand for. */
  override fromBytes(data: Uint8Array): Uint8Array {
    return data;
  }

  /** The given value, if it is of this parameter's type. */
  override fromValue(value: unknown): Uint8Array | undefined {
    if (typeof value === "string") return new TextEncoder().encode(value);
    return value instanceof Uint8Array ? value : undefined;
  }

  /** Whether two values have the same bytes. */
  protected override equal(a: Uint8Array, b: Uint8Array): boolean {
    return a.length === b.length && a.every((byte, i) => byte === b[i]);
  }

  /** The bytes that a deployment stores for a value. */
  override toBytes(value: Uint8Array): Uint8Array {
    return value;
  }
}

/** Any of the five kinds of parameters. */
export type AnyParameter =
  | IntParameter<string>
  | FloatParameter<string>
  | StrParameter<string>
  | BoolParameter<string>
  | BinaryParameter<string>;

/** A parameter's value in a run. */
export interface ParameterValue<Value = unknown> {
  /** The parameter's name. */
  readonly name: string;
  /** The value, of the parameter's type. */
  readonly value: Value;
  /** The value as a deployment stores it. */
  readonly data: Uint8Array;
  /** The kind of value: `"int"`, `"float"`, `"str"`, `"bool"` or `"binary"`. */
  readonly dtype?: string | undefined;
  /** The unit of the value. */
  readonly unit?: string | undefined;
}

/** The values of all parameters of a run, by name. */
export type ParameterValues = Readonly<Record<string, ParameterValue>>;

/** One parameter to be set, by value or by its text or bytes. A described parameter sets its own default. */
export type GivenParameter =
  | AnyParameter
  | { readonly name: string; readonly value: unknown }
  | { readonly name: string; readonly data: string | Uint8Array };

/**
 * Ways to give parameters: plain values by name, the values of another run, or a list. `{ file: "…" }` as a value stands
 * for the bytes of a file, where the parameter is binary.
 */
export type GivenParameters = Readonly<Record<string, unknown>> | readonly GivenParameter[];

/** The typed values of the parameters that a class describes (or several: give a union of classes). */
export type ParametersOf<Class> = {
  readonly [
    Described in Class extends { describeParameters(): readonly (infer One)[] } ? Extract<One, AnyParameter>
      : never as Described["name"]
  ]: ParameterValue<Described["default"]>;
};

/**
 * The second argument of `processEvent`, `processResult`, `finish` and `timer`, typed by the class that describes the
 * parameters.
 *
 * @example
 * ```ts
 * import { type EventData, IntParameter, type WithParameters } from "beamfold";
 *
 * class Doubler {
 *   static describeParameters() {
 *     return [new IntParameter({ name: "factor", default: 2 })];
 *   }
 *   processEvent(event: EventData, { parameters }: WithParameters<typeof Doubler>) {
 *     return event.eventNumber * parameters.factor.value;
 *   }
 * }
 * console.assert(typeof Doubler === "function");
 * ```
 */
export interface WithParameters<Class> {
  /** The values of this run. */
  readonly parameters: ParametersOf<Class>;
}

/** The second argument of the `processEvent` of a worker that has `getTickInterval`. */
export interface WithTick<Class> extends WithParameters<Class> {
  /** Whether the interval has passed since the last event for which this was true, whichever worker had it. */
  readonly tick: boolean;
}

/** A value as a message shows it. */
export function show(value: unknown): string {
  if (value instanceof Uint8Array) return asText(value)?.slice(0, 40) ?? `${value.length} bytes`;
  return typeof value === "string" ? JSON.stringify(value) : Deno.inspect(value, { breakLength: Infinity, depth: 1 });
}

function asText(data: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(data);
  } catch {
    return undefined;
  }
}
