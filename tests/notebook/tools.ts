/**
 * What the tests of drawing share.
 *
 * @module
 */

import type { Rendering } from "../../lib/notebook/rendering.ts";
import type { Sink } from "../../lib/notebook/sink.ts";

/** A sink that keeps what it is shown, in order; what goes to a slot replaces what was there. */
export function keepingSink(): Sink & { readonly shown: Rendering[]; readonly slots: Map<string, Rendering[]> } {
  const shown: Rendering[] = [];
  const slots = new Map<string, Rendering[]>();
  return {
    shown,
    slots,
    display(rendering, slot) {
      if (slot === undefined) shown.push(rendering);
      else slots.set(slot, [...slots.get(slot) ?? [], rendering]);
    },
    settle: () => Promise.resolve(),
  };
}

/** How many pictures an HTML text has. */
export function picturesIn({ html }: Rendering): number {
  return html.match(/<img src="data:image\/svg\+xml;base64,/g)?.length ?? 0;
}

/** What the strictest reader strips, of what is in an HTML text. */
export function strippedIn({ html }: Rendering): string[] {
  return html.match(/<(script|style|svg|iframe|link|object)\b/g) ?? [];
}

/** The documents of the pictures in an HTML text. */
export function svgsIn({ html }: Rendering): string[] {
  return [...html.matchAll(/<img src="data:image\/svg\+xml;base64,([^"]+)"/g)]
    .map(([, data]) => new TextDecoder().decode(Uint8Array.fromBase64(data as string)));
}
