import { unifyTypes } from "./unify.ts";
import {
  type CollectionType,
  DYNAMIC,
  isCollection,
  objectType,
  tupleType,
  type ValueType,
} from "./value-type.ts";

/** The type `to` with each `dynamic` in it replaced by what a value of type `from` has there. */
export function resolveType(from: ValueType, to: ValueType): ValueType {
  if (from.kind === "dynamic") return to;
  if (to.kind === "dynamic") return from;
  if (isCollection(to)) {
    const element = commonElement(from, to);
    return element === undefined
      ? to
      : { kind: to.kind, element: resolveType(element, to.element) };
  }
  if (to.kind === "tuple" && from.kind === "tuple") {
    return tupleType(
      to.elements.map((type, at) => resolveType(from.elements[at] ?? DYNAMIC, type)),
    );
  }
  if (to.kind !== "object") return to;
  const attributes = Array.from(to.attributes, ([name, type]) => {
    return [name, resolveType(attributeOf(from, name), type)] as const;
  });
  return objectType(new Map(attributes));
}

/** The type that all elements of a value of type `from` convert to in the collection; undefined where there is none. */
export function commonElement(from: ValueType, { kind }: CollectionType): ValueType | undefined {
  if (kind === "map") {
    if (from.kind === "map") return from.element;
    return from.kind === "object" ? unifyTypes([...from.attributes.values()]) : undefined;
  }
  if (from.kind === "list" || from.kind === "set") return from.element;
  return from.kind === "tuple" ? unifyTypes(from.elements) : undefined;
}

function attributeOf(type: ValueType, name: string): ValueType {
  if (type.kind === "map") return type.element;
  return type.kind === "object" ? (type.attributes.get(name) ?? DYNAMIC) : DYNAMIC;
}
