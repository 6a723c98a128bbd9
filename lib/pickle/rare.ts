/**
 * The opcodes that few pickles have: those of old protocols, and those that are refused.
 *
 * @module
 */

import { callGlobal, findGlobal, newObject, setFields } from "./globals.ts";
import { Dtype, fill, PendingArray } from "./numpy.ts";
import { PickledObject } from "./object.ts";
import { opcodeName, uint64 } from "./opcodes.ts";
import { dict, hashable, isDict, kind, type Reading, setItems } from "./reading.ts";
import { float, integer, latin1, line, long, quoted, string2, unicode, utf8 } from "./text.ts";
import type { Machine } from "./machine.ts";

/** What opcodes are refused for. */
const refused: Readonly<Record<string, string>> = {
  PERSID: "refers to an object outside of the pickle",
  BINPERSID: "refers to an object outside of the pickle",
  EXT1: "refers to a registry of Python's copyreg",
  EXT2: "refers to a registry of Python's copyreg",
  EXT4: "refers to a registry of Python's copyreg",
  NEXT_BUFFER: "takes its bytes from an out-of-band buffer, and there is none: pickle without buffer_callback",
  READONLY_BUFFER: "takes its bytes from an out-of-band buffer, and there is none: pickle without buffer_callback",
};

/** Executes an opcode whose argument goes from `at` to `next`. */
export function rare(machine: Machine, opcode: number, at: number, next: number): void {
  const { bytes, reading, stack } = machine;
  const name = opcodeName(opcode);
  switch (name) {
    case "PROTO":
      if ((bytes[at] as number) > 5) throw reading.error(`its protocol is ${bytes[at]}, and 0 to 5 are known`);
      return;
    case "FRAME": {
      const length = uint64(bytes, at);
      const behind = next + length - bytes.length;
      if (behind > 0) throw reading.error(`it is cut: a frame has ${length} bytes, ${behind} more than there are`);
      return;
    }
    case "POP":
      if (machine.fences.length > 0 && machine.top === machine.fence) return void machine.mark();
      machine.need(1);
      machine.top--;
      return;
    case "POP_MARK":
      machine.top = machine.mark();
      return;
    case "DUP":
      machine.need(1);
      return push(stack[machine.top - 1]);
    case "INT": {
      const text = line(reading, bytes, at, next);
      return push(text === "00" ? false : text === "01" ? true : integer(reading, text));
    }
    case "LONG":
      return push(integer(reading, line(reading, bytes, at, next)));
    case "LONG1":
      return push(long(reading, bytes, at + 1, next));
    case "LONG4":
      return push(long(reading, bytes, at + 4, next));
    case "FLOAT":
      return push(float(reading, line(reading, bytes, at, next)));
    case "STRING":
      return push(quoted(reading, latin1(bytes, at, next - 1)));
    case "BINSTRING":
      return push(string2(bytes, at + 4, next));
    case "SHORT_BINSTRING":
      return push(string2(bytes, at + 1, next));
    case "UNICODE":
      return push(unicode(reading, latin1(bytes, at, next - 1)));
    case "BINUNICODE8":
      return push(utf8(reading, bytes, at + 8, next));
    case "GET":
      return push(machine.get(index(line(reading, bytes, at, next), reading)));
    case "PUT":
      return machine.put(index(line(reading, bytes, at, next), reading));
    case "LIST":
      return push(values());
    case "DICT": {
      const items = values();
      const made = dict();
      setItems(reading, made, items, 0, items.length);
      return push(made);
    }
    case "EMPTY_SET":
      return push(new Set());
    case "FROZENSET":
      return push(new Set(values().map((item) => hashable(reading, item))));
    case "ADDITEMS": {
      const items = values();
      machine.need(1);
      const set = stack[machine.top - 1];
      if (!(set instanceof Set)) throw reading.error(`${kind(set)} is no set`);
      for (const item of items) set.add(hashable(reading, item));
      return;
    }
    case "GLOBAL":
      return push(named());
    case "INST": {
      const callee = named();
      return push(instance(callee, values(), reading));
    }
    case "OBJ": {
      const [callee, ...args] = values();
      return push(instance(callee, args, reading));
    }
    case "NEWOBJ_EX": {
      machine.need(3);
      const [callee, args, named] = stack.slice(machine.top - 3, machine.top);
      if (!isDict(named) || reading.replaced?.has(named) || Object.keys(named).length > 0) {
        throw reading.error(`an object of ${kind(callee)} is made with arguments by name, which was not run`);
      }
      machine.top -= 3;
      return push(newObject(callee, args, reading));
    }
    default:
      throw reading.error(`${name} ${refused[name] ?? "is not executed"}`);
  }

  function push(value: unknown): void {
    stack[machine.top++] = value;
  }

  /** Takes the values behind the last mark. */
  function values(): unknown[] {
    const from = machine.mark();
    const taken = stack.slice(from, machine.top);
    machine.top = from;
    return taken;
  }

  function named() {
    const middle = bytes.indexOf(0x0a, at) + 1;
    return findGlobal(line(reading, bytes, at, middle), line(reading, bytes, middle, next), reading);
  }
}

/** INST and OBJ: a class and its arguments. */
function instance(callee: unknown, args: unknown[], reading: Reading): unknown {
  return args.length === 0 ? newObject(callee, args, reading) : callGlobal(callee, args, reading);
}

function index(text: string, reading: Reading): number {
  if (!/^\d{1,10}$/.test(text)) throw reading.error(`${JSON.stringify(text.slice(0, 40))} is no number to remember by`);
  return Number(text);
}

/** BUILD: gives an object its state. Only what has one here can get it. */
export function build(target: unknown, state: unknown, reading: Reading): unknown {
  if (target instanceof PendingArray) return fill(target, state, reading);
  if (target instanceof Dtype) target.build(state, reading);
  else if (target instanceof PickledObject) setFields(target, state, reading);
  else throw reading.error(`${kind(target)} cannot get a state`);
  return target;
}
