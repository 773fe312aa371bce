/**
 * The types of values. `dynamic` is the type of what is not known yet and of an untyped `null`.
 * Types are plain data: compare them with `typesEqual`, never by identity.
 */
export type ValueType =
  | PrimitiveType
  | { readonly kind: "dynamic" }
  | CollectionType
  | { readonly kind: "tuple"; readonly elements: readonly ValueType[] }
  | { readonly kind: "object"; readonly attributes: ReadonlyMap<string, ValueType> };

export interface PrimitiveType {
  readonly kind: "string" | "number" | "bool";
}

export interface CollectionType {
  readonly kind: "list" | "set" | "map";
  readonly element: ValueType;
}

export const STRING: PrimitiveType = { kind: "string" };
export const NUMBER: PrimitiveType = { kind: "number" };
export const BOOL: PrimitiveType = { kind: "bool" };
export const DYNAMIC: ValueType = { kind: "dynamic" };

export function listType(element: ValueType): CollectionType {
  return { kind: "list", element };
}

export function setType(element: ValueType): CollectionType {
  return { kind: "set", element };
}

export function mapType(element: ValueType): CollectionType {
  return { kind: "map", element };
}

export function tupleType(elements: readonly ValueType[]): ValueType {
  return { kind: "tuple", elements };
}

/** The order of attributes does not matter. */
export function objectType(attributes: ReadonlyMap<string, ValueType>): ValueType {
  return { kind: "object", attributes };
}

export function typesEqual(left: ValueType, right: ValueType): boolean {
  if (left === right) return true;
  if (isCollection(left)) {
    return left.kind === right.kind && typesEqual(left.element, right.element);
  }
  if (left.kind === "tuple") {
    return (
      right.kind === "tuple" &&
      left.elements.length === right.elements.length &&
      left.elements.every((type, at) => typesEqual(type, right.elements[at] ?? DYNAMIC))
    );
  }
  if (left.kind === "object") {
    return right.kind === "object" && attributesEqual(left.attributes, right.attributes);
  }
  return right.kind === left.kind;
}

export function isCollection(type: ValueType): type is CollectionType {
  return type.kind === "list" || type.kind === "set" || type.kind === "map";
}

function attributesEqual(
  left: ReadonlyMap<string, ValueType>,
  right: ReadonlyMap<string, ValueType>,
): boolean {
  if (left.size !== right.size) return false;
  for (const [name, type] of left) {
    const other = right.get(name);
    if (other === undefined || !typesEqual(type, other)) return false;
  }
  return true;
}

/** True where `dynamic` stands anywhere in the type. */
export function hasDynamic(type: ValueType): boolean {
  if (isCollection(type)) return hasDynamic(type.element);
  if (type.kind === "tuple") return type.elements.some(hasDynamic);
  if (type.kind === "object") return [...type.attributes.values()].some(hasDynamic);
  return type.kind === "dynamic";
}

/** The type as a message names it: `list of string`, `object`, `tuple`. */
export function friendlyTypeName(type: ValueType): string {
  if (!isCollection(type)) return type.kind;
  return type.element.kind === "dynamic"
    ? `${type.kind} of any single type`
    : `${type.kind} of ${friendlyTypeName(type.element)}`;
}
