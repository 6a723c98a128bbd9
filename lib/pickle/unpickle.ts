/**
 * Python's pickles, protocols 0 to 5, read as data: an interpreter of their opcodes that calls nothing but what is in
 * its own table.
 *
 * @module
 */

import { PickleError } from "../errors.ts";
import { callGlobal, findGlobal, newObject } from "./globals.ts";
import { finish } from "./finish.ts";
import { argumentEnd, layouts, opcodeName, uint32 } from "./opcodes.ts";
import { Machine } from "./machine.ts";
import { build, rare } from "./rare.ts";
import { dict, setItems } from "./reading.ts";
import { utf8 } from "./text.ts";

export { PickledObject } from "./object.ts";

/**
 * Reads a pickle. It is data to this function: no code is looked up or run, whatever it asks for, and neither damage nor
 * malice make it hang or take more memory than a multiple of the pickle's size.
 *
 * | Python | here |
 * | --- | --- |
 * | `int` | a number, beyond 53 bits a BigInt |
 * | `float`, `bool`, `None`, `str` | a number, a boolean, `null`, a string |
 * | `bytes`, `bytearray` | a `Uint8Array`: a view of `bytes`, or a copy where the protocol has no bytes (0 to 2) |
 * | `list`, `tuple` | an array |
 * | `dict`, `OrderedDict` | an object; a `Map` when a key is no string |
 * | `set`, `frozenset` | a `Set` |
 * | `datetime`, `date`, `time` | text, such as `2024-10-07T08:49:10.627000Z` |
 * | `timedelta`, `timezone` | seconds; text, such as `+01:00` |
 * | `numpy.ndarray` | an array of the same dtype and shape; a view of `bytes` where it is aligned there |
 * | numpy's scalars | a number, beyond 53 bits a BigInt; a boolean |
 * | dranspose's messages | a {@linkcode PickledObject} |
 * | `str` of Python 2 | a string if it is ASCII, else a `Uint8Array` |
 *
 * What is shared in Python is shared here. Values are nested at most 1000 deep.
 *
 * @param bytes One pickle, and nothing behind it.
 * @returns The value.
 * @throws PickleError when the pickle is cut or damaged, holds anything else than the above (`global` names it), has a
 * value inside itself, or more than ten million elements; `offset` says where in `bytes`.
 *
 * @example
 * ```ts
 * import { pickle } from "./pickle.ts";
 * import { unpickle } from "./unpickle.ts";
 *
 * const packet = unpickle(pickle({ status: "running", dt: 0.1 }));
 * ```
 */
export function unpickle(bytes: Uint8Array): unknown {
  // A Buffer's views would be Buffers too.
  const plain = bytes.constructor === Uint8Array
    ? bytes
    : new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return run(new Machine(plain));
}

/** Executes opcode after opcode. Codes are written as numbers so that the engine makes a jump table of them. */
function run(machine: Machine): unknown {
  const { bytes, reading, stack } = machine;
  const end = bytes.length;
  const view = new DataView(bytes.buffer, bytes.byteOffset, end);
  for (let at = 0; at < end;) {
    reading.at = at;
    const opcode = bytes[at++] as number;
    const layout = layouts[opcode] as number;
    const next = layout <= 8 ? at + layout : argumentEnd(bytes, opcode, at, end, 0);
    if (next > end) throw cut(`${opcodeName(opcode)} needs ${next - end} more`, reading.at, end);
    switch (opcode) {
      case 0x28: // MARK
        machine.fences.push(machine.fence);
        machine.fence = machine.top;
        break;
      case 0x71: // BINPUT
        machine.put(bytes[at] as number);
        break;
      case 0x94: // MEMOIZE
        machine.put(machine.memo.length);
        break;
      case 0x68: // BINGET
        stack[machine.top++] = machine.get(bytes[at] as number);
        break;
      case 0x72: // LONG_BINPUT
        machine.put(uint32(bytes, at));
        break;
      case 0x6a: // LONG_BINGET
        stack[machine.top++] = machine.get(uint32(bytes, at));
        break;
      case 0x58: // BINUNICODE
        stack[machine.top++] = utf8(reading, bytes, at + 4, next);
        break;
      case 0x8c: // SHORT_BINUNICODE
        stack[machine.top++] = utf8(reading, bytes, at + 1, next);
        break;
      case 0x4b: // BININT1
        stack[machine.top++] = bytes[at];
        break;
      case 0x4a: // BININT
        stack[machine.top++] = view.getInt32(at, true);
        break;
      case 0x4d: // BININT2
        stack[machine.top++] = view.getUint16(at, true);
        break;
      case 0x47: // BINFLOAT
        stack[machine.top++] = view.getFloat64(at);
        break;
      case 0x4e: // NONE
        stack[machine.top++] = null;
        break;
      case 0x88: // NEWTRUE
        stack[machine.top++] = true;
        break;
      case 0x89: // NEWFALSE
        stack[machine.top++] = false;
        break;
      case 0x85: // TUPLE1
        machine.need(1);
        stack[machine.top - 1] = [stack[machine.top - 1]];
        break;
      case 0x86: // TUPLE2
        machine.need(2);
        machine.top--;
        stack[machine.top - 1] = [stack[machine.top - 1], stack[machine.top]];
        break;
      case 0x87: // TUPLE3
        machine.need(3);
        machine.top -= 2;
        stack[machine.top - 1] = [stack[machine.top - 1], stack[machine.top], stack[machine.top + 1]];
        break;
      case 0x74: { // TUPLE
        const from = machine.mark();
        const values = stack.slice(from, machine.top);
        stack[from] = values;
        machine.top = from + 1;
        break;
      }
      case 0x29: // EMPTY_TUPLE
      case 0x5d: // EMPTY_LIST
        stack[machine.top++] = [];
        break;
      case 0x7d: // EMPTY_DICT
        stack[machine.top++] = dict();
        break;
      case 0x75: { // SETITEMS
        const from = machine.mark();
        const { top } = machine;
        machine.top = from;
        machine.need(1);
        setItems(reading, stack[from - 1], stack, from, top);
        break;
      }
      case 0x73: // SETITEM
        machine.need(3);
        machine.top -= 2;
        setItems(reading, stack[machine.top - 1], stack, machine.top, machine.top + 2);
        break;
      case 0x65: { // APPENDS
        const from = machine.mark();
        const { top } = machine;
        machine.top = from;
        machine.need(1);
        const list = machine.list(stack[from - 1]);
        for (let i = from; i < top; i++) list.push(stack[i]);
        break;
      }
      case 0x61: // APPEND
        machine.need(2);
        machine.top--;
        machine.list(stack[machine.top - 1]).push(stack[machine.top]);
        break;
      case 0x43: // SHORT_BINBYTES
        stack[machine.top++] = bytes.subarray(at + 1, next);
        break;
      case 0x42: // BINBYTES
        stack[machine.top++] = bytes.subarray(at + 4, next);
        break;
      case 0x8e: // BINBYTES8
      case 0x96: // BYTEARRAY8
        stack[machine.top++] = bytes.subarray(at + 8, next);
        break;
      case 0x52: // REDUCE
        machine.need(2);
        machine.top--;
        stack[machine.top - 1] = callGlobal(stack[machine.top - 1], stack[machine.top], reading);
        break;
      case 0x81: // NEWOBJ
        machine.need(2);
        machine.top--;
        stack[machine.top - 1] = newObject(stack[machine.top - 1], stack[machine.top], reading);
        break;
      case 0x62: // BUILD
        machine.need(2);
        machine.top--;
        stack[machine.top - 1] = build(stack[machine.top - 1], stack[machine.top], reading);
        break;
      case 0x93: // STACK_GLOBAL
        machine.need(2);
        machine.top--;
        stack[machine.top - 1] = findGlobal(stack[machine.top - 1], stack[machine.top], reading);
        break;
      case 0x2e: { // STOP
        machine.need(1);
        if (at < end) throw reading.error(`${end - at} bytes follow behind its end`);
        return finish(stack[machine.top - 1], reading);
      }
      default:
        rare(machine, opcode, at, next);
    }
    at = next;
  }
  throw cut("there is no STOP", end, end);
}

function cut(what: string, offset: number, end: number): PickleError {
  return new PickleError(`cannot read this pickle: it is cut after ${end} bytes: ${what} (byte ${offset})`, { offset });
}
