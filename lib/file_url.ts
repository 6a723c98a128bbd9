/**
 * Paths as URLs.
 *
 * @module
 */

/** What a URL would not take as it stands: escapes, white space that it drops, and what it reads as a slash. */
const ESCAPED = Deno.build.os === "windows" ? /[%\t\n\r]/g : /[%\t\n\r\\]/g;

/** The `file:` URL of an absolute path, whatever signs it has; relative imports lead to the same URL. */
export function fileUrl(path: string): string {
  const url = new URL("file:///");
  url.pathname = path.replace(ESCAPED, encodeURIComponent);
  return url.href;
}
