/**
 * The imports of a module, found in its text.
 *
 * Nothing is parsed: whatever looks like an import is one, also in a comment or a text. None is missed; what is not
 * understood is taken for an import of everything.
 *
 * @module
 */

/** A module that is imported, and what of it. */
export interface Import {
  readonly specifier: string;
  /** The names; undefined for all that there are. */
  readonly names: readonly string[] | undefined;
}

/** `from` with a text behind it, or a comment that hides one. */
const FROM = /\bfrom(?=\s*(?:"([^"\n]*)"|'([^'\n]*)'|(\/[/*])))/g;

/** `import` with a text behind it, in brackets or not, or with a comment or anything else in brackets. */
const IMPORT =
  /\bimport(?=\s*(?:\.\s*(?:defer|source)\s*)?(?:(\(?)\s*(?:"([^"\n]*)"|'([^'\n]*)')\s*([,)]?)|(\(|\/[/*])))/g;

/** What stands before a `from`: `import` or `export`, names, and a list of names in braces. */
const CLAUSE = /\b(?:import|export)\b((?:(?!\b(?:im|ex)port\b)[\s\w$,*])*(?:\{[^{}]*\}\s*)?)$/;

/** No clause is longer than this. */
const MAX_CLAUSE = 10_000;

/**
 * The modules that a module imports, without those of which it imports types only.
 *
 * @param text The source text.
 * @returns The imports; undefined when there may be others, such as one whose name is computed.
 */
export function importsIn(text: string): Import[] | undefined {
  // A function with this name imports as well.
  if (/\brequire\s*\(/.test(text)) return undefined;
  const found: Import[] = [];
  for (const [, bracket, double, single, end, other] of text.matchAll(IMPORT)) {
    const specifier = double ?? single;
    if (other !== undefined || isOdd(specifier) || (bracket !== "" && end === "")) return undefined;
    // Without brackets the module is only run.
    found.push({ specifier, names: bracket === "" ? [] : undefined });
  }
  for (const { index, 1: double, 2: single, 3: comment } of text.matchAll(FROM)) {
    const specifier = double ?? single;
    if (comment !== undefined || isOdd(specifier)) return undefined;
    const clause = CLAUSE.exec(text.slice(Math.max(0, index - MAX_CLAUSE), index))?.[1];
    if (clause === undefined) found.push({ specifier, names: undefined });
    else if (!/^\s*type\s*[\w$*{]/.test(clause)) found.push({ specifier, names: namesIn(clause) });
  }
  return found;
}

/** A text with an escape in it is not what it seems to be. */
function isOdd(specifier: string | undefined): specifier is undefined {
  return specifier === undefined || specifier.includes("\\");
}

/** The names of `{ a, b as c, type d }`, types left out; undefined for anything else, which may be everything. */
function namesIn(clause: string): string[] | undefined {
  const list = clause.replace(/\/\*[^]*?\*\/|\/\/.*/g, "").trim();
  if (!/^\{[\s\w$,]*\}$/.test(list)) return undefined;
  return list.slice(1, -1).split(",").map((name) => name.trim())
    .filter((name) => name !== "" && !/^type\s+(?!as\b)/.test(name))
    .map((name) => name.split(/\s/)[0] as string);
}
