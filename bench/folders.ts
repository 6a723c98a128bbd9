/**
 * Folders to run in.
 *
 * @module
 */

/** Runs something with two empty folders, which are removed afterwards. */
export async function inFolders(work: (ours: string, theirs: string) => Promise<void>): Promise<void> {
  const folder = Deno.makeTempDirSync({ prefix: "beamfold-bench-" });
  try {
    const folders = [`${folder}/beamfold`, `${folder}/python`] as const;
    for (const path of folders) Deno.mkdirSync(path);
    await work(...folders);
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
}
