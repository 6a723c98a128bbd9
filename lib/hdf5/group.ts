/**
 * Groups.
 *
 * @module
 */

import { ArrayError, closest } from "../errors.ts";
import { H5Attributes } from "./attributes.ts";
import { H5Dataset } from "./dataset.ts";
import type { FileHandle } from "./handle.ts";
import { attempt, command, failure, h5wasm, Module } from "./library.ts";
import { type DatasetOptions, type Plan, planDataset } from "./plan.ts";

/** What a name in a group stands for. */
export type H5Kind = "group" | "dataset" | "broken link" | "external link" | "other";

const kindText: Readonly<Record<H5Kind, string>> = {
  "group": "a group",
  "dataset": "a dataset",
  "broken link": "a broken link",
  "external link": "an external link",
  "other": "something that is neither group nor dataset",
};

/** A group of an HDF5 file: names for datasets and other groups. */
export class H5Group {
  /** The absolute path in the file. */
  readonly path: string;
  /** The attributes. */
  readonly attrs: H5Attributes;
  readonly #handle: FileHandle;

  /** Use `createGroup` or `get` of a file or group. */
  constructor(handle: FileHandle, path: string) {
    this.#handle = handle;
    this.path = path;
    this.attrs = new H5Attributes(handle, path);
  }

  /** The path by which its file was opened. */
  get filename(): string {
    return this.#handle.path;
  }

  /** Where the group lies in the file: the same for two names of one group. */
  get address(): string {
    this.#handle.readable("look up", this.path);
    return attempt(this.#subject(this.path, "look up"), () => this.#handle.address(this.path));
  }

  /** The names in this group. */
  keys(): string[] {
    this.#handle.readable("list", this.path);
    return attempt(this.#subject(this.path, "list"), () => Module.get_names(this.#handle.id, this.path, false));
  }

  /**
   * Whether there is a group or dataset at a path.
   *
   * @param path Relative to this group, or absolute.
   */
  has(path: string): boolean {
    const kind = this.kind(path);
    return kind === "group" || kind === "dataset";
  }

  /**
   * What is at a path.
   *
   * @param path Relative to this group, or absolute.
   * @returns The kind of object or link; undefined when there is nothing.
   */
  kind(path: string): H5Kind | undefined {
    const absolute = this.#absolute(path);
    this.#handle.readable("look up", absolute);
    // Asking HDF5 for a path whose parent is missing or no group is an error; so go down one name at a time.
    let at = "";
    for (const name of absolute.split("/").slice(1, -1)) {
      at += `/${name}`;
      if (kindAt(this.#handle, at) !== "group") return undefined;
    }
    return kindAt(this.#handle, absolute);
  }

  /**
   * The group or dataset at a path.
   *
   * @param path Relative to this group, or absolute.
   * @throws Hdf5Error when there is nothing, with the names there are.
   */
  get(path: string): H5Group | H5Dataset {
    const absolute = this.#absolute(path);
    const kind = this.kind(path);
    if (kind === "group") return new H5Group(this.#handle, absolute);
    if (kind === "dataset") return new H5Dataset(this.#handle, absolute);
    throw failure(
      this.#subject(absolute, "get"),
      kind === undefined ? this.#nothing(absolute) : `it is ${kindText[kind]}`,
    );
  }

  /**
   * The dataset at a path.
   *
   * @param path Relative to this group, or absolute.
   * @throws Hdf5Error when there is nothing or a group.
   */
  dataset(path: string): H5Dataset {
    const found = this.get(path);
    if (found instanceof H5Dataset) return found;
    throw failure(
      this.#subject(found.path, "get the dataset"),
      `it is a group of ${found.keys().join(", ") || "none"}`,
    );
  }

  /**
   * The group at a path.
   *
   * @param path Relative to this group, or absolute.
   * @throws Hdf5Error when there is nothing or a dataset.
   */
  group(path: string): H5Group {
    const found = this.get(path);
    if (found instanceof H5Group) return found;
    throw failure(this.#subject(found.path, "get the group"), "it is a dataset");
  }

  /**
   * Makes a group, and the groups on the way to it.
   *
   * @param path Relative to this group, or absolute.
   * @returns The new group.
   * @throws Hdf5Error when the name is taken.
   */
  createGroup(path: string): H5Group {
    const absolute = this.#free(path, "create the group");
    command(this.#subject(absolute, "create the group"), () => Module.create_group(this.#handle.id, absolute, false));
    this.#handle.changed();
    return new H5Group(this.#handle, absolute);
  }

  /**
   * Makes a dataset, and the groups on the way to it.
   *
   * @param path Relative to this group, or absolute.
   * @param options Data or shape and dtype, and how it is stored.
   * @returns The dataset, to be filled by `set` or `append`.
   * @throws Hdf5Error when the name is taken, or data, shape, maxShape, chunks and dtype do not fit together.
   */
  createDataset(path: string, options: DatasetOptions): H5Dataset {
    const operation = "create the dataset";
    this.#handle.writable(operation, this.#absolute(path));
    const subject = this.#subject(this.#absolute(path), operation);
    let plan: Plan;
    try {
      plan = planDataset(options);
    } catch (error) {
      if (!(error instanceof ArrayError)) throw error;
      throw failure(subject, error.message, error);
    }
    const absolute = this.#free(path, operation);
    attempt(subject, () => {
      const root = this.#handle.object("/") as InstanceType<typeof h5wasm.Group>;
      root.create_dataset({ name: absolute.slice(1), ...plan.created });
    });
    const { resized } = plan;
    if (resized !== undefined) {
      command(subject, () => Module.resize_dataset(this.#handle.id, absolute, resized.map(BigInt)));
    }
    const dataset = new H5Dataset(this.#handle, absolute);
    dataset.attrs.assign(options.attrs ?? {});
    this.#handle.changed();
    return dataset;
  }

  /**
   * Makes a name that stands for a path, which need not exist yet.
   *
   * @param path The new name, relative to this group or absolute.
   * @param target The path that it stands for.
   * @throws Hdf5Error when the name is taken.
   */
  createSoftLink(path: string, target: string): void {
    const absolute = this.#free(path, "create the soft link");
    const subject = this.#subject(absolute, "create the soft link");
    command(subject, () => Module.create_soft_link(this.#handle.id, target, absolute));
    this.#handle.changed();
  }

  /**
   * Gives a group or dataset a second name.
   *
   * @param path The new name, relative to this group or absolute.
   * @param target The path of the group or dataset.
   * @throws Hdf5Error when the name is taken, or there is nothing at the target.
   */
  createHardLink(path: string, target: string): void {
    const absoluteTarget = this.#absolute(target);
    const subject = this.#subject(this.#absolute(path), "create the hard link");
    if (this.kind(target) === undefined) throw failure(subject, `there is nothing at its target "${absoluteTarget}"`);
    const absolute = this.#free(path, "create the hard link");
    command(subject, () => Module.create_hard_link(this.#handle.id, absoluteTarget, absolute));
    this.#handle.changed();
  }

  /** Path and names on one line. */
  [Symbol.for("Deno.customInspect")](): string {
    return this.#handle.isOpen
      ? `H5Group "${this.path}" { ${this.keys().join(", ")} }`
      : `H5Group "${this.path}" (closed)`;
  }

  #subject(path: string, operation: string): { file: string; path: string; operation: string } {
    return { file: this.#handle.path, path, operation };
  }

  #absolute(path: string): string {
    const joined = path.startsWith("/") ? path : `${this.path}/${path}`;
    return `/${joined.split("/").filter((name) => name !== "").join("/")}`;
  }

  #nothing(absolute: string): string {
    const parent = absolute.replace(/\/[^/]*$/, "") || "/";
    if (parent !== "/" && this.kind(parent) !== "group") return `there is no group "${parent}"`;
    const names = attempt(this.#subject(parent, "list"), () => Module.get_names(this.#handle.id, parent, false));
    const similar = closest(absolute.slice(parent === "/" ? 1 : parent.length + 1), names);
    const list = names.length === 0 ? "is empty" : `has ${names.map((name) => `"${name}"`).join(", ")}`;
    return `there is nothing at this path; "${parent}" ${list}${similar ? `; did you mean "${similar}"?` : ""}`;
  }

  /** The absolute path of a name that is free, after making the groups on the way to it. */
  #free(path: string, operation: string): string {
    const absolute = this.#absolute(path);
    const subject = this.#subject(absolute, operation);
    this.#handle.writable(operation, absolute);
    if (absolute === "/") throw failure(subject, "the name is empty");
    let at = "";
    for (const name of absolute.split("/").slice(1, -1)) {
      at += `/${name}`;
      const kind = kindAt(this.#handle, at);
      const parent = at;
      if (kind === undefined) command(subject, () => Module.create_group(this.#handle.id, parent, false));
      else if (kind !== "group") throw failure(subject, `"${at}" is ${kindText[kind]}, so nothing can be below it`);
    }
    const taken = kindAt(this.#handle, absolute);
    if (taken !== undefined) throw failure(subject, `there is ${kindText[taken]} of this name already`);
    return absolute;
  }
}

function kindAt(handle: FileHandle, path: string): H5Kind | undefined {
  let type: number;
  try {
    type = Module.get_type(handle.id, path);
  } catch {
    // A link that leads to itself is followed until HDF5 gives up.
    return "broken link";
  }
  if (type < 0) return undefined;
  if (type === Module.H5G_GROUP) return "group";
  if (type === Module.H5G_DATASET) return "dataset";
  if (type === Module.H5G_LINK) return "broken link";
  return type === Module.H5G_UDLINK ? "external link" : "other";
}
