/**
 * Files open for writing, so that none is left unreadable when a run or the process ends.
 *
 * HDF5 keeps its open files for the whole process, and the process's end has to reach them; so this one set is for the
 * whole process too. A run has a scope of its own, through which it knows the files that its classes made.
 *
 * @module
 */

import type { AsyncLocalStorage } from "node:async_hooks";

import { asError } from "../errors.ts";

/** A file open for writing. */
export interface OpenFile {
  readonly path: string;
  readonly isOpen: boolean;
  /** Writes out everything. */
  flush(): void;
  /** Writes out everything and closes. */
  close(): void;
}

/** The files made during a run. */
export class FileScope {
  /** All files opened for writing in this scope, also those closed since. */
  readonly files: OpenFile[] = [];
  /** Put into the names of the files that are made in this scope, before the ending: `scan_<label>.h5`. */
  readonly label: string | undefined;
  /** With a label: what its classes called the files that they made, by the paths that these got. */
  readonly placed = new Map<string, string>();
  /** Whether files that were not made in this scope are safe from being changed in it. */
  readonly guards: boolean;

  constructor(label?: string, options: { guards?: boolean } = {}) {
    this.label = label;
    this.guards = options.guards ?? false;
  }

  /** Whether what is done now is done in this scope already. */
  get isEntered(): boolean {
    // Before anything can be opened, there is nothing to follow.
    return scopes === undefined || current() === this;
  }

  /** Does something in this scope: the files that it opens for writing, however deep and late, are the scope's. */
  enter<T>(run: () => T): T {
    return scopes === undefined || this.isEntered ? run() : scopes.run(this, run);
  }

  /** Does something in no scope. */
  static outside<T>(run: () => T): T {
    return scopes === undefined ? run() : scopes.exit(run);
  }

  /** Closes what is still open; gives the errors of files that could not be closed. */
  closeAll(): Error[] {
    return closeEach(this.files);
  }
}

const open = new Set<OpenFile>();
let scopes: AsyncLocalStorage<FileScope> | undefined;
let runs = 0;

/** From now on it is followed in which scope something is done. To be called before anything can be opened. */
export async function followScopes(): Promise<void> {
  const { AsyncLocalStorage } = await import("node:async_hooks");
  scopes ??= new AsyncLocalStorage();
}

/** The scope at hand. */
function current(): FileScope | undefined {
  return scopes?.getStore();
}

/** Does something that ends in order by itself when the process is asked to end. */
export async function whileRunning<T>(run: () => Promise<T>): Promise<T> {
  runs++;
  try {
    return await run();
  } finally {
    runs--;
  }
}

/** The path under which a file is made in the scope at hand. */
export function pathInScope(path: string): string {
  const scope = current();
  if (scope?.label === undefined) return path;
  const placed = labelled(path, scope.label);
  scope.placed.set(placed, path);
  return placed;
}

/** The path of a file that exists: where the scope at hand made it under its label, that one. */
export function madeInScope(path: string): string {
  const scope = current();
  if (scope?.label === undefined) return path;
  const placed = labelled(path, scope.label);
  return scope.placed.has(placed) ? placed : path;
}

/** Whether the scope at hand keeps a file from being changed. */
export function isGuarded(path: string): boolean {
  const scope = current();
  return scope !== undefined && scope.guards && !scope.placed.has(path);
}

function labelled(path: string, label: string): string {
  return path.replace(/(\.[^./\\]*)?$/, `_${label}$1`);
}

/** Takes note of a file opened for writing. */
export function opened(file: OpenFile): void {
  if (open.size === 0) watchTheEnd();
  open.add(file);
  current()?.files.push(file);
}

/** Takes note that a file was closed. */
export function closed(file: OpenFile): void {
  if (open.delete(file) && open.size === 0) unwatchTheEnd();
}

/** The open file with this path, if any. */
export function openFileAt(path: string): OpenFile | undefined {
  const real = realPath(path);
  for (const file of open) if (realPath(file.path) === real) return file;
  return undefined;
}

/** The path without links, dots and doubled slashes; as it is where there is nothing. */
function realPath(path: string): string {
  try {
    return Deno.realPathSync(path);
  } catch {
    return path;
  }
}

function closeEach(files: Iterable<OpenFile>): Error[] {
  return forEachOpen(files, (file) => file.close());
}

function forEachOpen(files: Iterable<OpenFile>, act: (file: OpenFile) => void): Error[] {
  const errors: Error[] = [];
  for (const file of [...files]) {
    if (!file.isOpen) continue;
    try {
      act(file);
    } catch (error) {
      errors.push(asError(error));
    }
  }
  return errors;
}

function closeAllAtTheEnd(): void {
  for (const error of closeEach(open)) console.error(error.message);
}

/** An error that nobody caught ends a script without "unload", but not a notebook: so the files are only flushed. */
function flushAllForTheWorst(): void {
  for (const error of forEachOpen(open, (file) => file.flush())) console.error(error.message);
}

/** A signal that would end the process: close the files, then let it end as it would have. */
function closeAndDie(signal: Deno.Signal): void {
  // During a run the run itself ends in order: its classes finish, and its files are closed.
  if (runs > 0) return;
  closeAllAtTheEnd();
  unwatchTheEnd();
  Deno.kill(Deno.pid, signal);
}

/** The signals that end a process politely: Ctrl-C, a kill, a closed terminal. */
const endings = (Deno.build.os === "windows" ? ["SIGINT"] as const : ["SIGINT", "SIGTERM", "SIGHUP"] as const)
  .map((signal) => ({ signal, listener: () => closeAndDie(signal) }));

function watchTheEnd(): void {
  globalThis.addEventListener("unload", closeAllAtTheEnd);
  globalThis.addEventListener("error", flushAllForTheWorst);
  globalThis.addEventListener("unhandledrejection", flushAllForTheWorst);
  for (const { signal, listener } of endings) Deno.addSignalListener(signal, listener);
}

function unwatchTheEnd(): void {
  globalThis.removeEventListener("unload", closeAllAtTheEnd);
  globalThis.removeEventListener("error", flushAllForTheWorst);
  globalThis.removeEventListener("unhandledrejection", flushAllForTheWorst);
  for (const { signal, listener } of endings) Deno.removeSignalListener(signal, listener);
}
