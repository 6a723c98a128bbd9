/**
 * What a file is, told from its first bytes.
 *
 * @module
 */

/** What a file that can be read holds: items of events, in CBOR or pickled, or messages, in CBOR or as lines of text. */
export type FileForm = "events" | "pickles" | "messages" | "lines";

/** What a file holds; undefined when its first bytes are not those of anything that can be read. */
export function formOf(head: Uint8Array): FileForm | undefined {
  const start = untagged(head);
  const at = (i: number): number => head[start + i] ?? 0;
  if (at(0) === 0xd9 && at(1) === 0xa7 && at(2) === 0x7d) return "events";
  if (head[0] === 0x80 && (head[1] ?? 0xff) <= 5) return "pickles";
  // Some magic numbers look like the head of an array.
  if (otherFile(head) !== undefined) return undefined;
  if (isMessage(head, start)) return "messages";
  return isLines(head) ? "lines" : undefined;
}

/** One sentence on what a file is that holds no events, and what to do; undefined when it is nothing known. */
export function recognise(head: Uint8Array): string | undefined {
  const form = formOf(head);
  if (form === "messages" || form === "lines") {
    return "it is a raw dump: it holds the messages that a detector sent, without event numbers and stream names; say " +
      'what they are, as in { path, protocol: "auto", stream: "xrd" } or -f auto:xrd@dump.cbors, or make a capture of ' +
      "it with the ingest command";
  }
  if (form === "pickles") return "it is a pickled capture";
  return otherFile(head) ?? otherText(head);
}

/** One sentence on what a file is that holds no messages, and what to do; undefined when it is nothing known. */
export function recogniseDump(head: Uint8Array): string | undefined {
  const form = formOf(head);
  if (form === "events" || form === "pickles") {
    return "its items are events already: give its path alone, without protocol and stream";
  }
  return otherFile(head) ?? (form === undefined ? otherText(head) : undefined);
}

function otherFile(head: Uint8Array): string | undefined {
  const starts = (...bytes: number[]): boolean => bytes.every((byte, i) => head[i] === byte);
  if (starts(0x89, 0x48, 0x44, 0x46)) {
    return "it is an HDF5 file: open it with openFile, or look at it with the inspect command";
  }
  if (starts(0x50, 0x4b, 0x03, 0x04)) return "it is a zip archive: unpack it first";
  if (starts(0x42, 0x5a, 0x68)) return "it is compressed with bzip2: unpack it first (captures may be plain or gzip)";
  if (starts(0x28, 0xb5, 0x2f, 0xfd)) {
    return "it is compressed with zstd: unpack it first (captures may be plain or gzip)";
  }
  if (starts(0xfd, 0x37, 0x7a, 0x58)) {
    return "it is compressed with xz: unpack it first (captures may be plain or gzip)";
  }
  return undefined;
}

/** Where the first item begins behind the tag that says that this is CBOR. */
function untagged(head: Uint8Array): number {
  return head[0] === 0xd9 && head[1] === 0xd9 && head[2] === 0xf7 ? 3 : 0;
}

/** Whether an array begins at `start` whose first element is a byte string. */
export function isMessage(head: Uint8Array, start: number): boolean {
  const array = head[start] ?? 0;
  const lengths: Record<number, number> = { 0x98: 2, 0x99: 3, 0x9a: 5 };
  const heads = (array >= 0x81 && array <= 0x97) || array === 0x9f ? 1 : lengths[array];
  if (heads === undefined) return false;
  const first = head[start + heads] ?? 0;
  return first >= 0x40 && first <= 0x5b;
}

/** Whether a text is what a PandABox or a Sardana sends: see the rules of ingest. */
function isLines(head: Uint8Array): boolean {
  const text = textOf(head);
  return text !== undefined &&
    /^\s*(?:OK\s+)?(?:arm_time:|missed:|\{.*"type"\s*:\s*"(?:DataDescription|Record))/s.test(text);
}

function textOf(head: Uint8Array): string | undefined {
  const sample = head.subarray(0, 512);
  const printable = (byte: number): boolean => byte >= 0x20 || byte === 0x0a || byte === 0x0d || byte === 9;
  if (sample.length < 2 || !sample.every(printable)) return undefined;
  return new TextDecoder().decode(sample);
}

function otherText(head: Uint8Array): string | undefined {
  const text = textOf(head.subarray(0, 64))?.trimStart();
  if (text === undefined || /[\u007f-\uffff]/.test(text)) return undefined;
  return /^[{[]/.test(text)
    ? "it is JSON, not CBOR: a parameter file goes to -p (--parameters), a capture ends in .cbors"
    : `it is a text (${JSON.stringify(text.slice(0, 20))}…), not CBOR: captures end in .cbors or .cbors.gz`;
}
