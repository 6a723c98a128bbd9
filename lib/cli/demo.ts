/**
 * `demo`: the tutorial's analysis on the small capture that comes with the project.
 *
 * @module
 */

import { openCapture } from "../capture/read.ts";
import { loadHdf5 } from "../hdf5/loading.ts";
import { parse } from "../protocols/stins.ts";
import { reportText } from "./report.ts";
import { buildCommand, type Command, type CommandContext } from "./stricli.ts";
import { barChart, shadedImage } from "./text.ts";

/** The command. */
export function demoCommand(): Command<CommandContext> {
  return buildCommand({
    docs: { brief: "Replay the tutorial's capture with the tutorial's classes, and draw what was reduced." },
    parameters: {},
    func: demo,
  });
}

async function demo(): Promise<void> {
  await loadHdf5(() => import("../../mod.ts"));
  const { openFile, replay } = await import("../../mod.ts");
  Deno.chdir(new URL("../..", import.meta.url));
  const capture = "data/xrd.cbors";
  console.log(`${capture}: images of a ring that moves; this is the one in event 5\n`);
  console.log(indented(await imageText(capture, 5)));
  const outcome = await replay({
    worker: "notebooks/tutorial/worker.ts:TestWorker",
    reducer: "notebooks/tutorial/reducer.ts:TestReducer",
    files: [capture],
  });
  console.log(`\nThe worker takes the mean of a corner of each image, the reducer gathers the means:\n`);
  console.log(await reportText(outcome));
  for (const path of outcome.files) {
    using file = openFile(path);
    console.log(`\nreduced, mean intensity by event number\n`);
    console.log(indented(barChart(file.dataset("reduced").read(), { width: 40, height: 8 })));
  }
  console.log(`\nNext: deno task inspect ${outcome.files.join(" ")}`);
}

async function imageText(path: string, eventNumber: number): Promise<string> {
  const { streams } = await openCapture(path).event(eventNumber);
  const stream = streams["xrd"];
  const packet = stream === undefined ? undefined : parse(stream);
  return packet?.htype === "image" ? shadedImage(packet.data, 16) : "(no image)";
}

function indented(text: string): string {
  return text.replace(/^/gm, "  ");
}
