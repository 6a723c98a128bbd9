/**
 * Progress on a terminal as a bar, elsewhere as a line now and then.
 *
 * @module
 */

// @ts-types="npm:@types/cli-progress@3.11.6"
import cliProgress from "npm:cli-progress@3.12.0";
import process from "node:process";
import type { Progress } from "../replay/progress.ts";
import { bytesText, countText, durationText } from "../units.ts";

/** Seconds between two lines where there is no terminal. */
const LINE_EVERY = 10;

/** Shows the reports of a run on the standard error stream. */
export function progressDisplay(terminal = Deno.stderr.isTerminal()): (progress: Progress) => void {
  return terminal ? bar() : lines();
}

function bar(): (progress: Progress) => void {
  const display = new cliProgress.SingleBar({
    format: "{bar} {percentage} %  {text}",
    barsize: 24,
    barCompleteChar: "█",
    barIncompleteChar: "░",
    hideCursor: true,
    clearOnComplete: true,
    forceRedraw: true,
    stream: process.stderr,
    linewrap: false,
  });
  let started = false;
  return (progress) => {
    const { bytes, totalBytes, done } = progress;
    if (!started && !done) display.start(totalBytes, 0, { text: "" });
    started ||= !done;
    if (!started) return;
    display.update(bytes, { text: rates(progress) });
    if (done) display.stop();
  };
}

function lines(): (progress: Progress) => void {
  let next = LINE_EVERY;
  return (progress) => {
    if (progress.done || progress.seconds < next) return;
    next = progress.seconds + LINE_EVERY;
    const percent = Math.floor((100 * progress.bytes) / Math.max(1, progress.totalBytes));
    console.error(`${percent} %  ${rates(progress)}`);
  };
}

function rates({ events, bytes, totalBytes, seconds }: Progress): string {
  const rate = events / Math.max(seconds, 1e-3);
  const left = bytes > 0 ? (seconds * (totalBytes - bytes)) / bytes : undefined;
  return [
    countText(events, "event"),
    `${countText(Math.round(rate), "event")}/s`,
    `${bytesText(bytes / Math.max(seconds, 1e-3))}/s`,
    ...(left === undefined || left < 0.5 ? [] : [`${durationText(left, true)} left`]),
  ].join("  ");
}
