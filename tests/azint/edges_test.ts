import assert from "node:assert/strict";
import { edgesOf, thresholdsOf } from "../../lib/azint/edges.ts";
import { twoTheta } from "../../lib/azint/geometry.ts";
import { scaleOf } from "../../lib/azint/units.ts";
import { randomNumbers } from "../../lib/replay/distribute.ts";

const { atan2, cos, fround, sin, sqrt, tan } = Math;

Deno.test("a point whose value in float32 is an edge lies between the thresholds of that edge", () => {
  const random = randomNumbers(5);
  for (const unit of ["q", "2th", "d", "r"] as const) {
    let worst = 0;
    for (let i = 0; i < 100_000; i++) {
      // Angles up to 88°, some of them small ones.
      const angle = i % 4 === 0 ? 1e-3 * random() : 1.54 * random();
      const azimuth = 7 * random();
      const z = fround(0.05 + random());
      const [y, x] = [fround(z * tan(angle) * sin(azimuth)), fround(z * tan(angle) * cos(azimuth))];
      const scale = scaleOf(unit, 1e-10, z);
      const value = scale.value(twoTheta(y, x, z));
      const { low, high } = thresholdsOf(edgesOf(Float64Array.of(value)), scale);
      const t = (y * y + x * x) / (z * z);
      assert.ok(t >= (low[1] as number) && t <= (high[1] as number), `${unit}: y ${y}, x ${x}, z ${z}`);
      const exact = atan2(sqrt(y * y + x * x), z);
      worst = Math.max(worst, Math.abs(scale.angle(value) / exact - 1));
    }
    // The thresholds are not much wider than they need be.
    assert.ok(worst > 2 ** -23, `${unit}: ${worst}`);
  }
});
