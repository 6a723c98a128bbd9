/**
 * What a thing looks like: as HTML under a cell and as plain text in a terminal.
 *
 * HTML is written for the strictest reader, a notebook that is reopened and not trusted: inline styles, tables,
 * `<details>` and `<img>` with data URIs only; no `<style>`, `<script>` or inline `<svg>`.
 *
 * @module
 */

/** One thing in both forms. */
export interface Rendering {
  readonly html: string;
  readonly text: string;
}

/** A drawn picture: an SVG document that stands alone, light and dark. */
export interface Picture {
  /** The whole document. */
  readonly svg: string;
  /** Its size in pixels. */
  readonly width: number;
  readonly height: number;
  /** One line that says what is to be seen, for those who do not see it. */
  readonly alt: string;
  /** What else is to be seen, such as how many pixels have no value. */
  readonly notes?: readonly string[];
  /** What is worth knowing about how it was drawn, such as limits that had to be changed. */
  readonly warnings: readonly string[];
}

/** Text made safe for HTML, in elements and attributes. */
export function escapeHtml(text: string): string {
  const entities: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };
  return text.replace(/[&<>"']/g, (character) => entities[character] as string);
}

/** A picture as HTML: an image with its notes and warnings below. */
export function pictureHtml({ svg, width, height, alt, notes = [], warnings }: Picture): string {
  const data = new TextEncoder().encode(svg).toBase64();
  const image = `<img src="data:image/svg+xml;base64,${data}" width="${width}" height="${height}" ` +
    `alt="${escapeHtml(alt)}" style="max-width:100%;height:auto;display:block">`;
  const below = [...notes, ...warnings.map((warning) => `⚠ ${warning}`)]
    .map((line) => `<div style="opacity:.75;font-size:90%;max-width:${width}px">${escapeHtml(line)}</div>`);
  return [image, ...below].join("");
}

/** A picture in both forms; in plain text it is its one line, with notes and warnings below. */
export function pictureRendering(picture: Picture): Rendering {
  const { alt, notes = [], warnings } = picture;
  return { html: pictureHtml(picture), text: [alt, ...notes, ...warnings.map((warning) => `⚠ ${warning}`)].join("\n") };
}

/** Pictures side by side, as far as there is room. */
export function besideEachOther(pictures: readonly Picture[]): Rendering {
  const parts = pictures.map(pictureRendering);
  const html = parts.map((part) =>
    `<div style="display:inline-block;vertical-align:top;margin-right:8px">${part.html}</div>`
  );
  return { html: html.join(""), text: parts.map(({ text }) => text).join("\n") };
}

/** Several renderings one below the other. */
export function stacked(parts: readonly Rendering[]): Rendering {
  return {
    html: parts.map(({ html }) => `<div style="margin:.4em 0">${html}</div>`).join(""),
    text: parts.map(({ text }) => text).join("\n"),
  };
}
