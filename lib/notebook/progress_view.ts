/**
 * How far a replay has come, drawn.
 *
 * @module
 */

import { bytesText, countText, durationText } from "../units.ts";
import { escapeHtml, type Rendering } from "./rendering.ts";

/** What is drawn of a report. */
export interface ProgressFacts {
  readonly events: number;
  readonly bytes: number;
  readonly totalBytes: number;
  readonly seconds: number;
}

/** A bar with events, rates and the time left. */
export function progressRendering({ events, bytes, totalBytes, seconds }: ProgressFacts): Rendering {
  // How much a source will give is not known.
  const known = totalBytes > 0;
  const elapsed = Math.max(seconds, 1e-3);
  const left = bytes > 0 ? (seconds * (totalBytes - bytes)) / bytes : 0;
  const text = [
    countText(events, "event"),
    `${countText(Math.round(events / elapsed), "event")}/s`,
    ...(known ? [`${bytesText(bytes / elapsed)}/s`] : []),
    ...(left >= 0.5 ? [`${durationText(left, true)} left`] : []),
  ].join("  ");
  if (!known) return { html: `<div>${escapeHtml(text)}</div>`, text };
  const percent = Math.min(100, Math.floor((100 * bytes) / totalBytes));
  return {
    html:
      `<div style="display:flex;align-items:center;gap:10px"><div style="width:240px;height:10px;border-radius:5px;` +
      `background:rgba(128,128,128,.3)"><div style="width:${percent}%;height:100%;border-radius:5px;background:#4477aa">` +
      `</div></div><span>${percent} %&nbsp; ${escapeHtml(text)}</span></div>`,
    text: `${percent} %  ${text}`,
  };
}
