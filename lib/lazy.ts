/**
 * Properties that are computed when they are read first.
 *
 * @module
 */

/** How properties of an object are computed, by name. */
type Ways = Map<string, () => unknown>;

/** Gives back the object that it is asked to make something of. */
class Itself {
  constructor(object: object) {
    return object;
  }
}

/** A private field on any object: it goes with the object, and nothing that looks at or copies the object sees it. */
class Computing extends Itself {
  readonly #ways: Ways = new Map();

  /** The ways of an object; undefined for one that has none. */
  static waysOf(object: object): Ways | undefined {
    return #ways in object ? object.#ways : undefined;
  }
}

/**
 * Defines a property that is computed when it is read first, and then stays as it is.
 *
 * All objects have the same getter for a name: V8 keeps getters with what it knows of the shapes of objects, far longer
 * than the objects, and with a getter everything that it closes over, such as frames.
 */
export function defineLazy(object: object, name: string, compute: () => unknown, enumerable = false): void {
  if (Computing.waysOf(object) === undefined) new Computing(object);
  let value: unknown;
  Computing.waysOf(object)?.set(name, () => value ??= compute());
  Object.defineProperty(object, name, { configurable: true, enumerable, get: getterOf(name) });
}

const getterOf: (name: string) => (this: object) => unknown = (() => {
  const getters = new Map<string, (this: object) => unknown>();
  return (name) => {
    const getter = getters.get(name) ?? function () {
      return Computing.waysOf(this)?.get(name)?.();
    };
    getters.set(name, getter);
    return getter;
  };
})();
