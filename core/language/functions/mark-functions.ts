import { withMarks } from "../values/marks.ts";
import {
  boolValue,
  mapValue,
  nullValue,
  objectValue,
  SENSITIVE,
  unknownValue,
  type Value,
} from "../values/value.ts";
import { BOOL, DYNAMIC, type ValueType } from "../values/value-type.ts";
import type { EagerFunction } from "./function-declaration.ts";

const EPHEMERAL = "ephemeral";

/** A function of one value of any kind that is about its marks. */
function aboutMarks(
  name: string,
  returns: EagerFunction["returns"],
  call: (value: Value) => Value,
): EagerFunction {
  return {
    kind: "eager",
    name,
    parameters: [
      { name: "value", type: DYNAMIC, allowsNull: true, allowsUnknown: true, allowsMarks: true },
    ],
    returns,
    call: ([value = unknownValue(DYNAMIC)]) => call(value),
  };
}

function typeOfArgument([value]: readonly Value[]): ValueType {
  return value?.type ?? DYNAMIC;
}

function withoutMark(value: Value, mark: string): Value {
  return { ...value, marks: value.marks.difference(new Set([mark])) };
}

/** Null wherever a value is ephemeral. Whether an unknown one will be is not known, so it stays. */
function ephemeralAsNull(value: Value): Value {
  const plain = withoutMark(value, EPHEMERAL);
  if (value.kind === "null") return plain;
  if (value.kind === "unknown") return withMarks(unknownValue(value.type), plain.marks);
  if (value.marks.has(EPHEMERAL)) return withMarks(nullValue(value.type), plain.marks);
  if (value.kind === "sequence") {
    return { ...value, content: value.content.map(ephemeralAsNull) };
  }
  if (value.kind !== "mapping") return value;
  const entries = new Map(
    Array.from(value.content, ([name, each]) => [name, ephemeralAsNull(each)] as const),
  );
  const rebuilt =
    value.type.kind === "map" ? mapValue(value.type.element, entries) : objectValue(entries);
  return withMarks(rebuilt, value.marks);
}

export const MARK_FUNCTIONS: readonly EagerFunction[] = [
  aboutMarks("sensitive", typeOfArgument, (value) => withMarks(value, new Set([SENSITIVE]))),
  aboutMarks("nonsensitive", typeOfArgument, (value) => withoutMark(value, SENSITIVE)),
  {
    ...aboutMarks("issensitive", BOOL, (value) =>
      value.kind === "unknown" ? unknownValue(BOOL) : boolValue(value.marks.has(SENSITIVE)),
    ),
    neverNull: true,
  },
  aboutMarks("ephemeralasnull", typeOfArgument, ephemeralAsNull),
];
