/**
 * The words of a call.
 *
 * @module
 */

import type { CommandParameters } from "./help.ts";

/** A flag with its value, or a word that belongs to none. */
interface Given {
  readonly flag: string | undefined;
  readonly words: string[];
}

/**
 * The words behind the name of a command, as stricli reads them. It takes `-n4` and `--set=` for arguments, and a flag
 * that is given again for an error. Here the value of a flag becomes a word of its own, and of a flag that takes one
 * the last counts, so that a task can have flags that its user replaces.
 */
export function plainWords(words: readonly string[], { flags = {}, aliases = {} }: CommandParameters): string[] {
  const letters = new Map<string, string>(Object.entries(aliases));
  const end = words.includes("--") ? words.indexOf("--") : words.length;
  const given: Given[] = [];
  // The flag whose value is the next word.
  let open: Given | undefined;
  for (const word of words.slice(0, end)) {
    const [, name, letter = "", behind = ""] = /^(?:--([^=]+)|-([a-z]))(.*)$/is.exec(word) ?? [];
    const flag = name ?? letters.get(letter);
    if (flag !== undefined && Object.hasOwn(flags, flag)) {
      const takes = flags[flag]?.kind !== "boolean";
      const value = behind.replace(/^=/, "");
      // What begins with a dash would be taken for a flag.
      const apart = takes && behind !== "" && !value.startsWith("-");
      const found = { flag, words: apart ? [name === undefined ? `-${letter}` : `--${name}`, value] : [word] };
      given.push(found);
      open = takes && behind === "" ? found : undefined;
    } else if (open !== undefined && !/^--?[a-z]/i.test(word)) {
      open.words.push(word);
      open = undefined;
    } else {
      given.push({ flag: undefined, words: [word] });
      open = undefined;
    }
  }
  const last = new Map(given.map((one) => [one.flag, one]));
  const counts = (one: Given): boolean => {
    const flag = one.flag === undefined ? undefined : flags[one.flag];
    return flag === undefined || ("variadic" in flag && Boolean(flag.variadic)) || last.get(one.flag) === one;
  };
  return [...given.filter(counts).flatMap(({ words }) => words), ...words.slice(end)];
}
