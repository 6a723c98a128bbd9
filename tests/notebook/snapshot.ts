/**
 * Pictures compared with committed ones, and what is in them.
 *
 * @module
 */

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { decode } from "npm:fast-png@8.0.0";

/** A decoded PNG: one index into `palette` (red, green, blue, alpha) for each pixel. */
export interface Pixels {
  readonly width: number;
  readonly height: number;
  readonly data: ArrayLike<number>;
  readonly palette: readonly (readonly number[])[];
}

const png = /data:image\/png;base64,([A-Za-z0-9+/=]+)/g;
const mark = "<!-- deno-fmt-ignore-file -->\n";

/**
 * Compares a picture with `snapshots/<name>.svg`, in which images are their sizes and hashes. With the environment
 * variable BEAMFOLD_UPDATE_SNAPSHOTS the file is written instead. A name with an ending of its own, such as `tree.html`,
 * is kept.
 */
export function matchesSnapshot(name: string, svg: string): void {
  const file = new URL(`snapshots/${name.includes(".") ? name : `${name}.svg`}`, import.meta.url);
  const found = mark + svg.replace(png, (_, data) => summary(decoded(data)));
  if (Deno.env.get("BEAMFOLD_UPDATE_SNAPSHOTS")) {
    Deno.mkdirSync(new URL("snapshots/", import.meta.url), { recursive: true });
    Deno.writeTextFileSync(file, found);
    return;
  }
  const hint = `${name} differs from its snapshot; look at the picture, then set BEAMFOLD_UPDATE_SNAPSHOTS=1`;
  const expected = Deno.readTextFileSync(file);
  assert.equal(found.split("\n").find((line, i) => line !== expected.split("\n")[i]), undefined, hint);
  assert.equal(found.length, expected.length, hint);
}

/** The images in a picture: the first is the image itself, the second the colour bar. */
export function imagesIn(svg: string): Pixels[] {
  return [...svg.matchAll(png)].map(([, data]) => decoded(data as string));
}

function decoded(base64: string): Pixels {
  const { width, height, data, palette } = decode(Uint8Array.fromBase64(base64));
  return { width, height, data, palette: palette ?? [] };
}

function summary({ width, height, data, palette }: Pixels): string {
  const hash = createHash("sha256").update(Uint8Array.from(data)).update(JSON.stringify(palette)).digest("hex");
  return `png:${width}x${height}:${hash.slice(0, 16)}`;
}

/** The texts of a picture that are of one class, in order: "quiet" for those at ticks, "title", "ink". */
export function textsIn(svg: string, className: string): string[] {
  return [...svg.matchAll(/<text class="([^"]*)"[^>]*>([^<]*)<\/text>/g)]
    .filter(([, classes]) => (classes as string).split(" ").includes(className))
    .map(([, , text]) => text as string);
}

/** The vertices of the paths that are of one class: a list of [x, y] for each piece that begins with `M`. */
export function piecesIn(svg: string, className: string): [number, number][][] {
  return [...svg.matchAll(/<path class="([^"]*)" d="([^"]*)"\/>/g)]
    .filter(([, classes]) => (classes as string).split(" ").includes(className))
    .flatMap(([, , d]) => (d as string).split("M").slice(1))
    .map((piece) => {
      const numbers = (piece.match(/-?[\d.]+/g) ?? []).map(Number);
      return Array.from({ length: numbers.length / 2 }, (_, i) => [numbers[2 * i]!, numbers[2 * i + 1]!]);
    });
}

/** Fails unless the picture is one that stands alone: drawn on a background, in both themes, with finite numbers. */
export function assertDocument(svg: string): void {
  assert.match(svg, /^<svg xmlns="http:\/\/www.w3.org\/2000\/svg" viewBox="0 0 \d+ \d+"/);
  assert.match(svg, /<rect class="bg" width="\d+" height="\d+"\/>/);
  assert.match(svg, /@media \(prefers-color-scheme:dark\)/);
  assert.match(svg, /<\/svg>\n$/);
  const body = svg.replace(png, "").replace(/<style>.*<\/style>|<title>.*?<\/title>|<text.*?<\/text>/gs, "");
  assert.doesNotMatch(body, /NaN|Infinity|undefined|null/);
  assert.doesNotMatch(svg, /<text[^>]*(NaN|Infinity|undefined)[^>]*>/);
  for (const [number] of body.matchAll(/\d\.\d{3,}/g)) {
    assert.fail(`${number} has more than two decimals`);
  }
}
