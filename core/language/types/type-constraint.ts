import type { Value } from "../values/value.ts";
import {
  DYNAMIC,
  listType,
  mapType,
  objectType,
  setType,
  tupleType,
  type ValueType,
} from "../values/value-type.ts";

/** A type, with what `optional(…)` says about attributes of objects in it. */
export type TypeConstraint =
  | { readonly kind: "type"; readonly type: ValueType }
  | { readonly kind: "list" | "set" | "map"; readonly element: TypeConstraint }
  | { readonly kind: "tuple"; readonly elements: readonly TypeConstraint[] }
  | { readonly kind: "object"; readonly attributes: ReadonlyMap<string, AttributeConstraint> };

export interface AttributeConstraint {
  readonly type: TypeConstraint;
  readonly isOptional: boolean;
  /** What an absent attribute, or one that is null, means. Undefined: null. */
  readonly default: Value | undefined;
}

export const ANY_TYPE: TypeConstraint = { kind: "type", type: DYNAMIC };

const COLLECTION_TYPES = { list: listType, set: setType, map: mapType };

/** The type that a value has once it fits. */
export function typeOfConstraint(constraint: TypeConstraint): ValueType {
  switch (constraint.kind) {
    case "type":
      return constraint.type;
    case "tuple":
      return tupleType(constraint.elements.map(typeOfConstraint));
    case "object":
      return objectType(
        new Map(
          [...constraint.attributes].map(([name, { type }]) => [name, typeOfConstraint(type)]),
        ),
      );
    case "list":
    case "set":
    case "map":
      return COLLECTION_TYPES[constraint.kind](typeOfConstraint(constraint.element));
    default:
      return constraint satisfies never;
  }
}
