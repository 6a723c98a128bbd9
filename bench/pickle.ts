/**
 * Reading pickles side by side with Python's `pickle.loads`, in turn, on the packets of real captures:
 * `deno run -A bench/pickle.ts [rounds]`.
 *
 * Needs a Python with numpy, in `.venv` or named by `BEAMFOLD_PYTHON`, and the captures in `../shared` or the folder
 * that `BEAMFOLD_SHARED` names.
 *
 * @module
 */

import { openCapture } from "../lib/capture/read.ts";
import { unpickle } from "../lib/pickle/unpickle.ts";

const ROOT = decodeURIComponent(new URL("..", import.meta.url).pathname);
const PYTHON = Deno.env.get("BEAMFOLD_PYTHON") ?? `${ROOT}.venv/bin/python`;
const SHARED = Deno.env.get("BEAMFOLD_SHARED") ?? `${ROOT}../shared`;
const ROUNDS = Number(Deno.args[0] ?? 15);
/** How long a round is meant to take. */
const SECONDS = 0.2;

/** Answers each line, a number of repetitions, with the seconds that they took. */
const SCRIPT = `
import pickle, struct, sys, time
data = sys.stdin.buffer
frames = [data.read(struct.unpack("<I", data.read(4))[0]) for _ in range(struct.unpack("<I", data.read(4))[0])]
loads = pickle.loads
for line in data:
    started = time.perf_counter()
    for _ in range(int(line)):
        for frame in frames:
            loads(frame)
    print(time.perf_counter() - started, flush=True)
`;

/** All frames of a capture that are pickles. */
async function pickles(name: string): Promise<Uint8Array[]> {
  const frames: Uint8Array[] = [];
  for await (const { streams } of openCapture(`${SHARED}/captures/events/${name}`)) {
    for (const stream of Object.values(streams)) {
      frames.push(...stream.frames.filter((frame) => frame[0] === 0x80 && frame.at(-1) === 0x2e));
    }
  }
  return frames;
}

function here(frames: readonly Uint8Array[], repetitions: number): number {
  const started = performance.now();
  for (let i = 0; i < repetitions; i++) for (const frame of frames) unpickle(frame);
  return (performance.now() - started) / 1000;
}

/** A Python that holds the frames, and measures when it is asked to. */
async function python(frames: readonly Uint8Array[]) {
  const child = new Deno.Command(PYTHON, { args: ["-c", SCRIPT], stdin: "piped", stdout: "piped" }).spawn();
  const input = child.stdin.getWriter();
  const output = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  const length = (value: number) => new Uint8Array(Uint32Array.of(value).buffer);
  await input.write(length(frames.length));
  for (const frame of frames) {
    await input.write(length(frame.length));
    await input.write(Uint8Array.from(frame));
  }
  return {
    async measure(repetitions: number): Promise<number> {
      await input.write(new TextEncoder().encode(`${repetitions}\n`));
      let answer = "";
      while (!answer.endsWith("\n")) {
        const { value, done } = await output.read();
        if (done) throw new Error(`${PYTHON} ended: is numpy missing?`);
        answer += value;
      }
      return Number(answer);
    },
    async close(): Promise<void> {
      await input.close();
      await child.status;
    },
  };
}

function median(values: number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] as number;
}

const rows = [["pickles", "mean size", "Python", "beamfold", "Python / beamfold"]];
for (const name of ["contrast-dump.cbors", "four-contrast.cbors", "xspress3-dump.cbors"]) {
  const frames = await pickles(name);
  const there = await python(frames);
  // Enough for both engines to have compiled what they compile, and to know how much fits into a round.
  const repetitions = Math.ceil(300 * SECONDS / Math.max(here(frames, 300), await there.measure(300)));
  const [mine, theirs]: [number[], number[]] = [[], []];
  for (let round = 0; round < ROUNDS; round++) {
    theirs.push(await there.measure(repetitions));
    mine.push(here(frames, repetitions));
  }
  await there.close();
  const micro = (values: number[]) => `${(median(values) / repetitions / frames.length * 1e6).toFixed(1)} µs`;
  const size = frames.reduce((sum, frame) => sum + frame.length, 0) / frames.length;
  const ratio = median(theirs.map((seconds, i) => seconds / (mine[i] as number)));
  rows.push([name, `${size.toFixed(0)} bytes`, micro(theirs), micro(mine), ratio.toFixed(2)]);
}
const [head, ...body] = rows as [string[], ...string[][]];
const lines = [head, head.map(() => "---"), ...body].map((cells) => `| ${cells.join(" | ")} |`);
console.log(
  `Time a pickle, medians of ${ROUNDS} rounds in turn; above 1 is faster than Python.\n\n${lines.join("\n")}`,
);
