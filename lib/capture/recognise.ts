/**
 * What a file is that is no event capture, told from its first bytes.
 *
 * @module
 */

/** One sentence on what the file is instead and what to do; undefined when it is nothing known. */
export function recognise(head: Uint8Array): string | undefined {
  const starts = (...bytes: number[]): boolean => bytes.every((byte, i) => head[i] === byte);
  if (starts(0x89, 0x48, 0x44, 0x46)) {
    return "it is an HDF5 file: open it with openFile, or look at it with the inspect command";
  }
  if (starts(0x80) && (head[1] ?? 0xff) <= 5) {
    return "it is a Python pickle: only CBOR captures (.cbors, .cbors.gz) are read; record the scan as .cbors";
  }
  if (starts(0x50, 0x4b, 0x03, 0x04)) return "it is a zip archive: unpack it first";
  if (starts(0x42, 0x5a, 0x68)) return "it is compressed with bzip2: unpack it first (captures may be plain or gzip)";
  if (starts(0x28, 0xb5, 0x2f, 0xfd)) {
    return "it is compressed with zstd: unpack it first (captures may be plain or gzip)";
  }
  if (starts(0xfd, 0x37, 0x7a, 0x58)) {
    return "it is compressed with xz: unpack it first (captures may be plain or gzip)";
  }
  if (isRawDump(head)) {
    return "this is a raw dump: its items are the parts of ZMQ messages and have no event numbers and stream names; " +
      "give the event capture that the ingester wrote";
  }
  return isText(head);
}

/** Whether the first item is an array whose first element is a byte string. */
function isRawDump(head: Uint8Array): boolean {
  const start = head[0] === 0xd9 && head[1] === 0xd9 && head[2] === 0xf7 ? 3 : 0;
  const array = head[start] ?? 0;
  const lengths: Record<number, number> = { 0x98: 2, 0x99: 3, 0x9a: 5 };
  const heads = (array >= 0x81 && array <= 0x97) || array === 0x9f ? 1 : lengths[array];
  if (heads === undefined) return false;
  const first = head[start + heads] ?? 0;
  return first >= 0x40 && first <= 0x5b;
}

function isText(head: Uint8Array): string | undefined {
  const sample = head.subarray(0, 64);
  const printable = (byte: number): boolean =>
    (byte >= 0x20 && byte < 0x7f) || byte === 0x0a || byte === 0x0d || byte === 9;
  if (sample.length < 2 || !sample.every(printable)) return undefined;
  const text = new TextDecoder().decode(sample).trimStart();
  return /^[{[]/.test(text)
    ? "it is JSON, not CBOR: a parameter file goes to -p (--parameters), a capture ends in .cbors"
    : `it is a text (${JSON.stringify(text.slice(0, 20))}…), not CBOR: captures end in .cbors or .cbors.gz`;
}
