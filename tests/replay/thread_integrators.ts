/**
 * Workers with integrators, which the tests load by the name of this file. All tell whether there were commons.
 *
 * @module
 */

import { AzimuthalIntegrator, Detector, type EventData, Poni } from "beamfold";
import { commons } from "../../lib/azint/commons.ts";

const SHAPE = [180, 40] as const;

/** What a worker gives. */
export interface Found {
  readonly curves: readonly (readonly number[])[];
  /** Whether there were commons when the integrators were made. */
  readonly had: boolean;
  /** Whether there are commons after the event. */
  readonly has: boolean;
}

/** An integrator, another one for each number. */
function made(number: number, progress?: (part: number) => void): AzimuthalIntegrator {
  const detector = new Detector({ shape: SHAPE, pixelSize: 1e-3 });
  const poni = new Poni({ detector, dist: 0.05 + number / 1000, poni1: 0.07, poni2: 0.02, wavelength: 1e-10 });
  return new AzimuthalIntegrator(poni, { radialBins: 30 + number, splitting: 4, ...(progress && { progress }) });
}

/** What an integrator makes of an event. */
function curveOf(integrator: AzimuthalIntegrator, eventNumber: number): number[] {
  const data = Uint16Array.from({ length: SHAPE[0] * SHAPE[1] }, (_, i) => (i * i + 7 * eventNumber) % 1009);
  return [...integrator.integrate({ data, shape: SHAPE }).intensity.data, ...integrator.norm.data];
}

const has = (): boolean => commons.memory !== undefined;

/** Makes two integrators in its constructor. */
export class Makes {
  readonly #had = has();
  readonly #integrators = [made(0), made(1)];

  processEvent({ eventNumber }: EventData): Found {
    const curves = this.#integrators.map((integrator) => curveOf(integrator, eventNumber));
    return { curves, had: this.#had, has: has() };
  }
}

/** Makes its integrator at its first event. */
export class MakesLate {
  #had = false;
  #integrator: AzimuthalIntegrator | undefined;

  processEvent({ eventNumber }: EventData): Found {
    if (this.#integrator === undefined) this.#had = has();
    this.#integrator ??= made(2);
    return { curves: [curveOf(this.#integrator, eventNumber)], had: this.#had, has: has() };
  }
}

/** Makes another integrator for each event, more than there can be in the commons. */
export class MakesAnew {
  processEvent({ eventNumber }: EventData): Found {
    const had = has();
    return { curves: [curveOf(made(3 + eventNumber), eventNumber)], had, has: has() };
  }
}

/** Takes ten milliseconds for an event, and says whether its thread has built any of its matrix. */
export class MakesSlowly {
  #built = false;
  readonly #integrator = made(0, (part) => this.#built ||= part < 1);

  processEvent({ eventNumber }: EventData) {
    const started = performance.now();
    while (performance.now() - started < 10);
    return { curve: curveOf(this.#integrator, eventNumber), built: this.#built };
  }
}
