import type { ResultData } from "beamfold";

/** Adds up the numbers that it gets. */
export class Total {
  results = 0;
  total = 0;

  processResult({ payload }: ResultData<number>) {
    this.results++;
    this.total += payload;
  }

  finish() {
    Deno.writeTextFileSync("result.json", JSON.stringify({ results: this.results, total: this.total }));
  }
}
