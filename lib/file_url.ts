/**
 * Paths as URLs.
 *
 * @module
 */

/** What a URL would not take as it stands: escapes, white space that it drops, and what it reads as a slash. */
const ESCAPED = Deno.build.os === "windows" ? /[%\t\n\r]/g : /[%\t\n\r\\]/g;
/** A name of a letter and a bar at the root, which URLs take for a drive. */
const LIKE_A_DRIVE = /^(\/[A-Za-z])\|(?=\/|$)/;

/** The `file:` URL of an absolute path, whatever signs it has; relative imports lead to the same URL. */
export function fileUrl(path: string): string {
  const url = new URL("file:///");
  url.pathname = path.replace(ESCAPED, encodeURIComponent).replace(LIKE_A_DRIVE, "$1%7C");
  return url.href;
}
