/**
 * Blocks of bitshuffle and LZ4, in AssemblyScript: `deno task kernels` builds it. Nothing is allocated here: the caller
 * says which memory is whose, and that begins behind address 0, which stands for a failure.
 */

import { decodeLz4, fail } from "./lz4";
import { untranspose, WORKSPACE } from "./untranspose";

export { decodeLz4, failureCode, failureFound, failurePlace } from "./lz4";

/**
 * Decodes blocks of `elements` elements each, one behind the other, from [source, end) to `target`.
 *
 * @param work Memory for the vectors of 16 columns and one block, with what LZ4 needs behind it.
 * @returns Where the block after them begins, or 0 after a failure.
 */
export function decodeBlocks(
  source: usize,
  end: usize,
  target: usize,
  blocks: u32,
  elements: usize,
  itemsize: usize,
  work: usize,
): usize {
  const size = elements * itemsize;
  const rows = work + WORKSPACE;
  for (let block: u32 = 0; block < blocks; block++) {
    if (end - source < 4) return <usize> fail(1, source, <u32> (end - source));
    const length: usize = bswap<u32>(load<u32>(source));
    if (length > end - source - 4) return <usize> fail(2, source, <u32> length);
    source += 4;
    if (!decodeLz4(source, source + length, rows, size)) return 0;
    source += length;
    untranspose(rows, target, elements, itemsize, work);
    target += size;
  }
  return source;
}
