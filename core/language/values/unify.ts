import {
  DYNAMIC,
  isCollection,
  listType,
  mapType,
  objectType,
  STRING,
  setType,
  tupleType,
  typesEqual,
  type ValueType,
} from "./value-type.ts";

/**
 * The type that values of all these types can be converted to; undefined where there is none. A type that is not known
 * yet goes along with what primitive types agree on; next to any other, nothing is known.
 */
export function unifyTypes(types: readonly ValueType[]): ValueType | undefined {
  const [first] = types;
  if (first === undefined) return DYNAMIC;
  if (types.every((type) => typesEqual(type, first))) return first;
  const typed = types.filter(({ kind }) => kind !== "dynamic");
  if (typed.length < types.length) {
    return (typed.every(isPrimitive) && unifyTypes(typed)) || DYNAMIC;
  }
  if (types.every(isPrimitive)) return unifyPrimitives(types);
  if (types.every(isSequence)) return unifySequences(types);
  if (types.every(isMapping)) return unifyMappings(types);
  return undefined;
}

function isPrimitive({ kind }: ValueType): boolean {
  return kind === "string" || kind === "number" || kind === "bool";
}

function isSequence({ kind }: ValueType): boolean {
  return kind === "list" || kind === "set" || kind === "tuple";
}

function isMapping({ kind }: ValueType): boolean {
  return kind === "map" || kind === "object";
}

function unifyPrimitives(types: readonly ValueType[]): ValueType | undefined {
  return types.some(({ kind }) => kind === "string") ? STRING : undefined;
}

function unifySequences(types: readonly ValueType[]): ValueType | undefined {
  const tuples = types.filter((type) => type.kind === "tuple");
  const length = tuples[0]?.elements.length ?? 0;
  const areAlike =
    tuples.length === types.length && tuples.every((t) => t.elements.length === length);
  if (areAlike) {
    const elements = Array.from({ length }, (_, at) =>
      unifyTypes(tuples.map((tuple) => tuple.elements[at] ?? DYNAMIC)),
    );
    return elements.every((element) => element !== undefined) ? tupleType(elements) : undefined;
  }
  const sets = types.filter(({ kind }) => kind === "set");
  const isSet = sets.length > 0 && !types.some(({ kind }) => kind === "list");
  const element = unifyTypes(elementTypes(isSet ? sets : types));
  if (element === undefined) return undefined;
  return isSet ? setType(element) : listType(element);
}

function unifyMappings(types: readonly ValueType[]): ValueType | undefined {
  const objects = types.filter((type) => type.kind === "object");
  const names = [...(objects[0]?.attributes.keys() ?? [])];
  const areAlike =
    objects.length === types.length &&
    objects.every(
      ({ attributes }) =>
        attributes.size === names.length && names.every((name) => attributes.has(name)),
    );
  if (!areAlike) {
    const element = unifyTypes(elementTypes(types));
    return element === undefined ? undefined : mapType(element);
  }
  const attributes = new Map<string, ValueType>();
  for (const name of names) {
    const type = unifyTypes(objects.map((object) => object.attributes.get(name) ?? DYNAMIC));
    if (type === undefined) return undefined;
    attributes.set(name, type);
  }
  return objectType(attributes);
}

function elementTypes(types: readonly ValueType[]): readonly ValueType[] {
  return types.flatMap((type) => {
    if (isCollection(type)) return [type.element];
    if (type.kind === "tuple") return type.elements;
    return type.kind === "object" ? [...type.attributes.values()] : [type];
  });
}
