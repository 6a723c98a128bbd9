/**
 * Classes whose errors nobody waits for.
 *
 * @module
 */

import type { EventData, ResultData } from "beamfold";

/** Does nothing of that kind. */
export class Plain {
  processEvent({ eventNumber }: EventData): unknown {
    return eventNumber;
  }

  finish() {}
}

/** Drops a promise at event 5 that is rejected. */
export class Drops extends Plain {
  override processEvent({ eventNumber }: EventData) {
    if (eventNumber === 5) Promise.reject(new RangeError("dropped"));
    return eventNumber;
  }
}

/** The same, and waits for what the promise should have brought. */
export class DropsAndWaits extends Plain {
  override processEvent({ eventNumber }: EventData) {
    if (eventNumber !== 5) return eventNumber;
    Promise.reject(new RangeError("dropped"));
    return new Promise(() => {});
  }
}

/** Has the event loop call something at event 5 that throws, while it waits. */
export class CallsBack extends Plain {
  override processEvent({ eventNumber }: EventData) {
    if (eventNumber !== 5) return eventNumber;
    setTimeout(() => {
      throw new RangeError("called back");
    });
    return new Promise((resolve) => setTimeout(resolve, 20, eventNumber));
  }
}

/** Drops a promise at its end. */
export class DropsAtTheEnd extends Plain {
  override finish() {
    Promise.reject(new RangeError("dropped at the end"));
  }
}

/** Keeps what comes, and counts its ends. */
export class Counts {
  payloads: unknown[] = [];
  finished = 0;

  processResult({ payload }: ResultData) {
    this.payloads.push(payload);
  }

  finish() {
    this.finished++;
  }
}

/** Drops a promise at the result of event 5. */
export class DropsResult extends Counts {
  override processResult(result: ResultData) {
    super.processResult(result);
    if (result.eventNumber === 5) Promise.reject(new RangeError("dropped"));
  }
}
