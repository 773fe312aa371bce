import { exactName } from "../values/type-mismatch.ts";
import { unifyTypes } from "../values/unify.ts";
import { DYNAMIC, isCollection, type ValueType } from "../values/value-type.ts";

/** Says, as a sentence without a full stop, where the types of a conditional's two results differ. */
export function describeMismatch(whenTrue: ValueType, whenFalse: ValueType): string {
  if (whenTrue.kind === "tuple" && whenFalse.kind === "tuple") {
    return describeTuples(whenTrue.elements, whenFalse.elements);
  }
  if (whenTrue.kind === "object" && whenFalse.kind === "object") {
    return describeObjects(whenTrue.attributes, whenFalse.attributes);
  }
  if (isCollection(whenTrue) && isCollection(whenFalse) && whenTrue.kind === whenFalse.kind) {
    const { kind } = whenTrue.element;
    if ((kind === "object" || kind === "tuple") && kind === whenFalse.element.kind) {
      const inner = describeMismatch(whenTrue.element, whenFalse.element);
      return `Mismatched ${whenTrue.kind} element types: ${inner}`;
    }
  }
  const a = exactName(whenTrue);
  const b = exactName(whenFalse);
  if (a === b)
    return "At least one deeply-nested attribute or element is not compatible across both the 'true' and the 'false' value";
  return `The 'true' value is ${a}, but the 'false' value is ${b}`;
}

function describeTuples(whenTrue: readonly ValueType[], whenFalse: readonly ValueType[]): string {
  if (whenTrue.length !== whenFalse.length) {
    return `The 'true' tuple has length ${whenTrue.length}, but the 'false' tuple has length ${whenFalse.length}`;
  }
  for (const [at, type] of whenTrue.entries()) {
    const other = whenFalse[at] ?? DYNAMIC;
    if (unifyTypes([type, other]) === undefined) {
      return `Type mismatch for tuple element ${at}: ${describeMismatch(type, other)}`;
    }
  }
  return "The tuples differ";
}

function describeObjects(
  whenTrue: ReadonlyMap<string, ValueType>,
  whenFalse: ReadonlyMap<string, ValueType>,
): string {
  for (const [name, type] of whenTrue) {
    const other = whenFalse.get(name);
    if (other === undefined) {
      return `The 'true' value includes object attribute "${name}", which is absent in the 'false' value`;
    }
    if (unifyTypes([type, other]) === undefined) {
      return `Type mismatch for object attribute "${name}": ${describeMismatch(type, other)}`;
    }
  }
  const extra = [...whenFalse.keys()].find((name) => !whenTrue.has(name));
  return `The 'false' value includes object attribute "${extra}", which is absent in the 'true' value`;
}
