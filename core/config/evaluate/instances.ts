import type { InstanceKey } from "../../address/instance-key.ts";
import {
  DYNAMIC_UNKNOWN,
  objectValue,
  tupleValue,
  type Value,
} from "../../language/values/value.ts";

/** How often a block stands there. `unknown`: what says so is not known yet. */
export type Shape = "single" | "count" | "for_each" | "unknown";

/** The instances of a block. An `unknown` shape has none. */
export interface Instances<T> {
  readonly shape: Shape;
  /** In the order of keys; one without a key where the shape is `single`. */
  readonly items: readonly Instance<T>[];
}

interface Instance<T> {
  readonly key: InstanceKey | undefined;
  readonly item: T;
}

/** What a reference to the block gives: its value, a tuple of them by index, or an object of them by key. */
export function valueOfInstances<T>(
  { shape, items }: Instances<T>,
  valueOf: (item: T) => Value,
): Value {
  switch (shape) {
    case "single": {
      const [only] = items;
      return only === undefined ? DYNAMIC_UNKNOWN : valueOf(only.item);
    }
    case "count":
      return tupleValue(items.map(({ item }) => valueOf(item)));
    case "for_each":
      return objectValue(new Map(items.map(({ key, item }) => [String(key), valueOf(item)])));
    case "unknown":
      return DYNAMIC_UNKNOWN;
    default:
      return shape satisfies never;
  }
}
