/**
 * Which file it is that is read: its path may name another one later.
 *
 * @module
 */

/** A file, for those who open it again. */
export interface FileIdentity {
  /** Its path, as it was given. */
  readonly path: string;
  /** Its path from the root, with no links in it. */
  readonly realPath: string;
  readonly dev: number;
  readonly ino: number;
}

/** Which file it is that is open; undefined where the system does not tell. */
export function identityOf(path: string, file: Deno.FsFile): FileIdentity | undefined {
  try {
    const realPath = Deno.realPathSync(path);
    const { dev, ino } = file.statSync();
    return ino === null ? undefined : { path, realPath, dev, ino };
  } catch {
    return undefined;
  }
}

/**
 * Opens a file again.
 *
 * @throws Error when another one has its path by now, or none; where it cannot be opened.
 */
export function openAgain({ realPath, dev, ino }: FileIdentity): Deno.FsFile {
  const file = opened(realPath);
  const found = file.statSync();
  if (found.dev === dev && found.ino === ino) return file;
  file.close();
  throw new Error("another file has its name by now; replay it again");
}

function opened(path: string): Deno.FsFile {
  try {
    return Deno.openSync(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    throw new Error("it is gone; put it back and replay it again", { cause: error });
  }
}
