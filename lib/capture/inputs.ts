/**
 * What is replayed: captures, and raw dumps with their protocol.
 *
 * @module
 */

import { OptionError } from "../errors.ts";
import { openBytes } from "./bytes.ts";
import type { Cut } from "./damage.ts";
import { type FrameKind, wholeFrames } from "./frames.ts";
import type { AssembledItems } from "./ingest/assemble.ts";
import { isProtocol, type Protocol, protocolNamed } from "./ingest/names.ts";
import type { Items, PlacedItem } from "./items.ts";
import { Lookahead, type PlainItems } from "./lookahead.ts";
import { openItems, openMessages } from "./open.ts";
import type { AnyFrame } from "./unread.ts";

/** A raw dump: the messages that a detector sent, as somebody recorded them. */
export interface RawDump {
  /** The file. */
  readonly path: string;
  /** What its messages are; `"auto"` when left out: recognised by the first of them. */
  readonly protocol?: Protocol | "auto";
  /** The name that its stream gets; that of the protocol when left out. */
  readonly stream?: string;
}

/** A capture by its path, or a raw dump. */
export type Input = string | RawDump;

/** Whether a value can be an input. */
export function isInput(value: unknown): value is Input {
  return typeof value === "string" ||
    (typeof value === "object" && value !== null && typeof (value as RawDump).path === "string");
}

/** The file of an input. */
export function pathOf(input: Input): string {
  return typeof input === "string" ? input : input.path;
}

/** What becomes of frames: of those of captures, and of those of raw dumps, of which items are made here. */
export interface InputFrames {
  readonly captures: FrameKind<AnyFrame>;
  readonly dumps: FrameKind<Uint8Array>;
}

/**
 * The items of an input.
 *
 * @throws CaptureError when the file is missing, a folder, or empty; OptionError for an unknown protocol.
 */
export async function openInput(input: Input, { captures, dumps }: InputFrames): Promise<Items<AnyFrame>> {
  return typeof input === "string" ? await openItems(input, captures) : await openDump(input, dumps);
}

/**
 * The items that a raw dump becomes.
 *
 * @throws As {@linkcode openInput} does.
 */
export async function openDump(
  { path, protocol = "auto", stream }: RawDump,
  frames: FrameKind<Uint8Array> = wholeFrames(),
): Promise<Items> {
  if (stream !== undefined && (typeof stream !== "string" || stream === "")) {
    throw new OptionError(`the stream of "${path}" is ${Deno.inspect(stream)}, expected its name, such as "xrd"`);
  }
  const { AssembledItems, recogniseProtocol } = await import("./ingest/assemble.ts");
  const open = (found: Protocol): AssembledItems =>
    new AssembledItems(openMessages(path, frames), { protocol: found, stream: stream ?? found });
  if (protocol !== "auto") return new Lookahead(open(protocolNamed(protocol)));
  openBytes(path).close();
  return new Lookahead(
    new DeferredItems(path, async () => open(await recogniseProtocol(openMessages(path, wholeFrames())))),
  );
}

/** Items that are opened when the first one is asked for. */
class DeferredItems implements PlainItems<Uint8Array> {
  readonly path: string;
  readonly #open: () => Promise<PlainItems<Uint8Array>>;
  #items: PlainItems<Uint8Array> | undefined;

  constructor(path: string, open: () => Promise<PlainItems<Uint8Array>>) {
    this.path = path;
    this.#open = open;
  }

  get offset(): number {
    return this.#items?.offset ?? 0;
  }

  get progress(): { readonly bytes: number; readonly size: number } {
    return this.#items?.progress ?? { bytes: 0, size: Deno.statSync(this.path).size };
  }

  get cut(): Cut | undefined {
    return this.#items?.cut;
  }

  get notes(): readonly string[] {
    return this.#items?.notes ?? [];
  }

  next(): PlacedItem<Uint8Array> | undefined | Promise<PlacedItem<Uint8Array> | undefined> {
    return this.#items === undefined ? this.#first() : this.#items.next();
  }

  async #first(): Promise<PlacedItem<Uint8Array> | undefined> {
    this.#items = await this.#open();
    return await this.#items.next();
  }

  close(): void | Promise<void> {
    return this.#items?.close();
  }
}

/**
 * An input as a shell names it: a path, or `protocol:stream@path` for a raw dump, such as `xspress:xspress3@dump.cbors`.
 *
 * @throws OptionError when it looks like a raw dump, but there is no such protocol.
 */
export function parseInput(text: string): Input {
  const match = /^([\w]+):([^@/]+)@(.+)$/.exec(text);
  if (match === null || exists(text)) return text;
  const [, protocol = "", stream = "", path = ""] = match;
  return { path, stream, protocol: protocol === "auto" || isProtocol(protocol) ? protocol : protocolNamed(protocol) };
}

function exists(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false;
  }
}
