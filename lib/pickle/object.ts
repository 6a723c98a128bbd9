/**
 * Objects of a Python class, as fields.
 *
 * @module
 */

/** An object of a Python class that is known to hold data: the class's name and the fields. None of its code is run. */
export class PickledObject {
  /** The class, such as `dranspose.event.StreamData`. */
  readonly global: string;
  /** The fields by name. */
  readonly fields: Record<string, unknown>;
  /** The object of a class with these fields. */
  constructor(global: string, fields: Record<string, unknown>) {
    this.global = global;
    this.fields = fields;
  }
}
