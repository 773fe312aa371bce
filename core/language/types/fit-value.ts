import { type ConversionFault, convertValue } from "../values/convert.ts";
import { withMarks } from "../values/marks.ts";
import { nullValue, objectValue, tupleValue, type Value } from "../values/value.ts";
import { type TypeConstraint, typeOfConstraint } from "./type-constraint.ts";

/** The value as the constraint wants it: absent optional attributes filled in, then converted. */
export function fitValue(value: Value, constraint: TypeConstraint): Value | ConversionFault {
  const whole = holdsOptional(constraint) ? completeValue(value, constraint) : value;
  return convertValue(whole, typeOfConstraint(constraint));
}

function holdsOptional(constraint: TypeConstraint): boolean {
  switch (constraint.kind) {
    case "type":
      return false;
    case "object":
      return constraint.attributes
        .values()
        .some(({ type, isOptional }) => isOptional || holdsOptional(type));
    case "tuple":
      return constraint.elements.some(holdsOptional);
    case "list":
    case "set":
    case "map":
      return holdsOptional(constraint.element);
    default:
      return constraint satisfies never;
  }
}

/** Fills in the optional attributes of every object within the value; what does not fit is left for the conversion. */
function completeValue(value: Value, constraint: TypeConstraint): Value {
  switch (constraint.kind) {
    case "type":
      return value;
    case "object":
      return completeObject(value, constraint.attributes);
    case "tuple":
      return eachElement(value, (at) => constraint.elements[at]);
    case "list":
    case "set":
      return eachElement(value, () => constraint.element);
    case "map":
      return eachEntry(value, constraint.element);
    default:
      return constraint satisfies never;
  }
}

type Attributes = Extract<TypeConstraint, { readonly kind: "object" }>["attributes"];

function completeObject(value: Value, attributes: Attributes): Value {
  if (value.kind !== "mapping") return value;
  const content = new Map(value.content);
  for (const [name, { type, isOptional, default: fallback }] of attributes) {
    const given = content.get(name);
    const isAbsent = given === undefined || (given.kind === "null" && fallback !== undefined);
    if (given !== undefined && !isAbsent) content.set(name, completeValue(given, type));
    else if (isOptional) {
      content.set(name, completeValue(fallback ?? nullValue(typeOfConstraint(type)), type));
    }
  }
  return withMarks(objectValue(content), value.marks);
}

/** As a tuple, since elements may differ until they are converted. */
function eachElement(
  value: Value,
  constraintAt: (at: number) => TypeConstraint | undefined,
): Value {
  if (value.kind !== "sequence") return value;
  const content = value.content.map((element, at) => {
    const constraint = constraintAt(at);
    return constraint === undefined ? element : completeValue(element, constraint);
  });
  return withMarks(tupleValue(content), value.marks);
}

function eachEntry(value: Value, constraint: TypeConstraint): Value {
  if (value.kind !== "mapping") return value;
  const content = [...value.content].map(
    ([name, element]) => [name, completeValue(element, constraint)] as const,
  );
  return withMarks(objectValue(new Map(content)), value.marks);
}
