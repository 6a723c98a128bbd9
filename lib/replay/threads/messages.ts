/**
 * What threads and the thread of a replay tell each other.
 *
 * @module
 */

import type { LogLevel, LogRecord } from "npm:@logtape/logtape@2.4.2";
import type { ParameterValues } from "../../parameters.ts";
import type { SentError } from "./errors.ts";
import type { PackedEvents } from "./events.ts";
import type { MappedEvents } from "./mapped.ts";
import type { SentPayload } from "./payloads.ts";

/** A class that a thread imports. */
export interface ImportedClass {
  readonly kind: "imported";
  /** Where the module is. */
  readonly url: string;
  /** The name by which it exports the class. */
  readonly name: string;
}

/** A class that a thread makes of its source, with those that it uses. */
export interface WrittenClass {
  readonly kind: "written";
  readonly name: string;
  /** Classes by name, in the order in which they are made. */
  readonly classes: readonly (readonly [name: string, source: string])[];
  /** What this module exports, by the names that the classes have for it; `*` is all of it. */
  readonly imports: readonly (readonly [local: string, exported: string])[];
  /** Names that a thread has to know itself. */
  readonly globals: readonly string[];
}

/** How a thread comes by a class. */
export type ClassRecipe = ImportedClass | WrittenClass;

/** What a thread begins a run with. */
export interface Begin {
  readonly kind: "begin";
  readonly recipe: ClassRecipe;
  /** The modules of which payloads may have classes. */
  readonly modules: readonly string[];
  /** Whether workers may use HDF5. */
  readonly usesHdf5: boolean;
  readonly parameters: ParameterValues;
  readonly captures: readonly string[] | undefined;
  /** The indices of the workers that it has. */
  readonly workers: readonly number[];
  readonly board: SharedArrayBuffer;
  readonly ticks: SharedArrayBuffer;
  /** Where threads have matrices of integrators together; undefined where there is no memory for it. */
  readonly commons: WebAssembly.Memory | undefined;
  /** From where on log lines are wanted. */
  readonly logLevel: LogLevel | undefined;
  /** Whether frames go back when their events are done. */
  readonly returnFrames: boolean;
}

/** What a thread is told. */
export type ToThread =
  | Begin
  | { readonly kind: "events"; readonly events: PackedEvents }
  /** What it has not done is not wanted any more. It need not be its turn. */
  | { readonly kind: "stop" }
  | { readonly kind: "finish"; readonly worker: number }
  | { readonly kind: "end" };

/** What a thread tells. */
export type FromThread =
  | { readonly kind: "begun"; readonly error?: SentError; readonly made: readonly string[] }
  | {
    readonly kind: "mapped";
    readonly mapped: MappedEvents;
    readonly payloads: SentPayload;
    /** Buffers of frames that are no longer used. */
    readonly frames: readonly ArrayBuffer[];
    /** Milliseconds that the events took. */
    readonly milliseconds: number;
  }
  | { readonly kind: "finished"; readonly worker: number; readonly error?: SentError }
  | { readonly kind: "ended"; readonly files: readonly string[]; readonly errors: readonly SentError[] }
  | { readonly kind: "log"; readonly record: LogRecord }
  /** An error of its classes that nobody waits for. */
  | { readonly kind: "stray"; readonly error: SentError }
  /** It ends, as its classes want it. */
  | { readonly kind: "exit"; readonly status: number };

/** Where on the board of a thread something stands. */
export const Board = {
  /** Not 0 when events that are waiting are not wanted any more. */
  stop: 0,
  /** The sequence of the event at hand, modulo 2^31. */
  current: 1,
} as const;

/** The bytes of a board. */
export const BOARD_BYTES = 8;
