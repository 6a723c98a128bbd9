/** A payload that is defined in another file than worker and reducer. */
export class Faraway {
  constructor(readonly distance: number) {}
}
