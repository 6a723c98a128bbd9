/**
 * How threads come by the classes of a run.
 *
 * @module
 */

import { fileUrl } from "../../file_url.ts";
import { getLogger } from "../../log.ts";
import { type AnyClass, splitName } from "../load.ts";
import { filesBehind, HDF5_NAMES, mayNeedHdf5 } from "../needs.ts";
import type { ClassRecipe } from "./messages.ts";
import { loadFace } from "./face.ts";
import { ClassRegistry } from "./registry.ts";

/** What threads have to know of a run's classes. */
export interface Crafts {
  readonly recipe: ClassRecipe;
  /** The modules of which payloads may have classes. */
  readonly modules: readonly string[];
  readonly registry: ClassRegistry;
  /** Whether workers may use HDF5. */
  readonly usesHdf5: boolean;
}

/**
 * Finds out how a thread makes the workers of a run, and which classes their payloads may have.
 *
 * @param worker The class, and how it was given.
 * @param reducer How the reducer was given.
 * @throws OptionError for a class that cannot be sent.
 */
export async function craftsOf(
  worker: { readonly Class: AnyClass; readonly given: unknown },
  reducer: unknown,
): Promise<Crafts> {
  const registry = new ClassRegistry();
  const face = await loadFace();
  registry.add("beamfold", face);
  const given = [worker.given, reducer].filter((name) => typeof name === "string");
  const modules: string[] = [];
  for (const url of filesBehind(given.map(urlOf))) {
    try {
      // What a class imports is there already; what only looks like an import may be anything.
      registry.add(url, await import(url) as Record<string, unknown>);
      modules.push(url);
    } catch (error) {
      getLogger(["beamfold", "replay", "threads"])?.debug("{url} has no classes for payloads: {error}", { url, error });
    }
  }
  const recipe = await recipeOf(worker, face, registry);
  const usesHdf5 = recipe.kind === "imported"
    ? mayNeedHdf5([splitName(worker.given as string).path])
    : recipe.imports.some(([, name]) => name === "*" || HDF5_NAMES.has(name));
  return { recipe, modules, registry, usesHdf5 };
}

async function recipeOf(
  { Class, given }: { readonly Class: AnyClass; readonly given: unknown },
  face: Readonly<Record<string, unknown>>,
  registry: ClassRegistry,
): Promise<ClassRecipe> {
  if (typeof given === "string") {
    const url = urlOf(given);
    const exported = Object.entries(await import(url) as Record<string, unknown>);
    const [name] = exported.find(([, value]) => value === Class) as [string, unknown];
    return { kind: "imported", url, name };
  }
  // The parser in it takes longer to load than all else here, and classes of files need none.
  const { lookupInCells, writtenClass } = await import("./source.ts");
  const recipe = writtenClass(Class, face, lookupInCells);
  const classes = recipe.classes.map(([name]) => [name, name === recipe.name ? Class : lookupInCells(name)]);
  registry.add("cells", Object.fromEntries(classes));
  return recipe;
}

function urlOf(given: string): string {
  return fileUrl(Deno.realPathSync(splitName(given).path));
}
