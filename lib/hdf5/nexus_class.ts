/**
 * Classes of NeXus: what a group is, and those on the way to it
 * (https://manual.nexusformat.org/classes/base_classes/index.html).
 *
 * @module
 */

import type { H5Group } from "./group.ts";
import { failure } from "./library.ts";

/**
 * Asserts that a group can be of a class.
 *
 * @throws Hdf5Error when it is the file itself, or of another class.
 */
export function assertCanBe(group: H5Group, NXclass: string): void {
  if (group.path === "/") {
    const name = NXclass.replace("NX", "");
    throw cannotWrite(group, NXclass, `give it a group of its own, such as file.createGroup("entry/${name}")`);
  }
  const found = group.attrs.get("NX_class");
  if (found !== undefined && found !== NXclass) {
    throw cannotWrite(group, NXclass, `its NX_class is ${Deno.inspect(found)}; give it a group of its own`);
  }
}

/** Makes a group one of a class; the file becomes NXroot and its group on the way NXentry, where they are nothing yet. */
export function setClass(group: H5Group, NXclass: string): void {
  const [root, entry] = groupsAbove(group);
  if (root !== undefined && !root.attrs.has("NX_class")) root.attrs.set("NX_class", "NXroot");
  if (entry !== undefined && !entry.attrs.has("NX_class")) entry.attrs.set("NX_class", "NXentry");
  group.attrs.set("NX_class", NXclass);
}

/** The groups above one, the file's first. */
export function groupsAbove(group: H5Group): H5Group[] {
  const names = group.path.split("/").slice(1);
  return names.map((_, depth) => group.group(`/${names.slice(0, depth).join("/")}`));
}

/** An error for what does not fit. */
export function cannotWrite(group: H5Group, NXclass: string, reason: string, cause?: unknown): Error {
  return failure({ file: group.filename, path: group.path, operation: `write ${NXclass} into` }, reason, cause);
}
