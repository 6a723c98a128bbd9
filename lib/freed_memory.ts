/**
 * Memory that was freed, kept by the process.
 *
 * @module
 */

/** The largest size that glibc learns from, but for what it adds. */
const LEARNT = (32 << 20) - (64 << 10);

let keeps = false;

/**
 * Has the C library keep the memory of large blocks for the next ones. glibc asks the system for each block that is
 * larger than all that were freed before, and gives it back when it is freed; then the system clears every page of every
 * block, which for a frame takes longer than to read it. So one large block is freed first. Nobody touches it, so that
 * it takes no time; once, since another one would be cleared. Libraries of other systems learn nothing from it.
 */
export function keepFreedMemory(): void {
  if (!keeps) new ArrayBuffer(LEARNT).transfer(0);
  keeps = true;
}
