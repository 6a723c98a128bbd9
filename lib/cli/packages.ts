/**
 * Packages that a replay loads later, made known to Deno at the start.
 *
 * Deno asks the registry for what there is of each package that a module graph names, and keeps the answer. It does not
 * wait for it: a short replay ends before, and so asks again each time, for 25 ms and a line in the log of a script.
 * Only the graph of the program's own imports is there while the packages themselves are fetched, which as a rule takes
 * longer. So they are named here, by a text that nobody reads: to import what they are for would take its time at every
 * start.
 *
 * @module
 */

import "npm:@logtape/logtape@2.4.2" with { type: "text" };
import "npm:cli-progress@3.12.0" with { type: "text" };
import "npm:h5wasm@0.10.3" with { type: "text" };
import "npm:iota-array@1.0.0/iota.js" with { type: "text" };
import "npm:is-buffer@1.1.6/index.js" with { type: "text" };
import "npm:ndarray@1.1.1/ndarray.js" with { type: "text" };
