/**
 * Progress on a terminal as a bar, elsewhere as a line now and then.
 *
 * @module
 */

import type { SingleBar } from "npm:@types/cli-progress@3.11.6";
import process from "node:process";
import type { Progress } from "../replay/progress.ts";
import { bytesText, countText, durationText } from "../units.ts";

/** Seconds between two lines where there is no terminal. */
const LINE_EVERY = 10;

/** Shows the reports of a run on the standard error stream. */
export async function progressDisplay(terminal = Deno.stderr.isTerminal()): Promise<(progress: Progress) => void> {
  return terminal ? await bar() : lines();
}

async function bar(): Promise<(progress: Progress) => void> {
  // @ts-types="npm:@types/cli-progress@3.11.6"
  const { default: cliProgress } = await import("npm:cli-progress@3.12.0");
  const barOf = (format: string): SingleBar =>
    new cliProgress.SingleBar({
      format,
      barsize: 24,
      barCompleteChar: "█",
      barIncompleteChar: "░",
      hideCursor: true,
      clearOnComplete: true,
      forceRedraw: true,
      stream: process.stderr,
      linewrap: false,
    });
  let display: SingleBar | undefined;
  return (progress) => {
    const { bytes, totalBytes, done } = progress;
    if (display === undefined) {
      if (done) return;
      // How much a source will give is not known.
      display = barOf(totalBytes > 0 ? "{bar} {percentage} %  {text}" : "{text}");
      display.start(Math.max(1, totalBytes), 0, { text: "" });
    }
    display.update(bytes, { text: rates(progress) });
    if (done) display.stop();
  };
}

function lines(): (progress: Progress) => void {
  let next = LINE_EVERY;
  return (progress) => {
    if (progress.done || progress.seconds < next) return;
    next = progress.seconds + LINE_EVERY;
    const { bytes, totalBytes } = progress;
    const percent = totalBytes > 0 ? `${Math.floor((100 * bytes) / totalBytes)} %  ` : "";
    console.error(`${percent}${rates(progress)}`);
  };
}

function rates({ events, bytes, totalBytes, seconds }: Progress): string {
  const rate = events / Math.max(seconds, 1e-3);
  const left = bytes > 0 ? (seconds * (totalBytes - bytes)) / bytes : undefined;
  return [
    countText(events, "event"),
    `${countText(Math.round(rate), "event")}/s`,
    ...(totalBytes > 0 ? [`${bytesText(bytes / Math.max(seconds, 1e-3))}/s`] : []),
    ...(left === undefined || left < 0.5 ? [] : [`${durationText(left, true)} left`]),
  ].join("  ");
}
