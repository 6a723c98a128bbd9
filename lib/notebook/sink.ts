/**
 * Where renderings go: under a notebook's cell, into a terminal, or wherever a test looks.
 *
 * @module
 */

import type { Rendering } from "./rendering.ts";

/** A place for renderings. */
export interface Sink {
  /** Shows something, in a slot if one is named: what the slot showed before is replaced. */
  display(rendering: Rendering, slot?: string): void;
  /** Resolves when everything has arrived. */
  settle(): Promise<void>;
}

/** What is used of `Deno.jupyter`. */
export interface JupyterDisplay {
  display(
    bundle: Record<string, string>,
    options: { raw: true; display_id?: string; update?: boolean },
  ): Promise<void>;
}

/**
 * Milliseconds that a cell goes on after its last output. Kernels from Deno 2.8.2 on may deliver output after the cell
 * counts as done, and whoever runs the notebook then loses it or puts it under the next cell.
 */
const LINGER = 25;

/** A sink that shows renderings under the running cell. */
export function jupyterSink(jupyter: JupyterDisplay): Sink {
  const shown = new Set<string>();
  let queue = Promise.resolve();
  return {
    display({ html, text }, slot) {
      const bundle = { "text/html": html, "text/plain": text };
      const update = slot !== undefined && shown.has(slot);
      if (slot !== undefined) shown.add(slot);
      const options = slot === undefined ? { raw: true } as const : { raw: true, display_id: slot, update } as const;
      queue = queue.then(() => jupyter.display(bundle, options));
    },
    async settle() {
      await queue;
      await new Promise((resolve) => setTimeout(resolve, LINGER));
    },
  };
}

/** A sink that prints the plain text. A slot that is shown again is printed again. */
export function textSink(print: (text: string) => void = console.log): Sink {
  return {
    display: ({ text }) => print(text),
    settle: () => Promise.resolve(),
  };
}

/** Whether a notebook's kernel runs this. */
export function isInNotebook(): boolean {
  return notebookSink() !== undefined;
}

/** The notebook's sink, or undefined outside of a notebook, where `Deno.jupyter` cannot even be looked at. */
export function notebookSink(): Sink | undefined {
  try {
    const { jupyter } = Deno as unknown as { jupyter?: JupyterDisplay };
    return typeof jupyter?.display === "function" ? jupyterSink(jupyter) : undefined;
  } catch {
    return undefined;
  }
}
