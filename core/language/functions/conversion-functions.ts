import { convertValue, isConversionFault } from "../values/convert.ts";
import { marksWithin, withMarks } from "../values/marks.ts";
import { mayConvert } from "../values/type-mismatch.ts";
import { DYNAMIC_UNKNOWN, SENSITIVE, unknownValue, type Value } from "../values/value.ts";
import {
  BOOL,
  DYNAMIC,
  friendlyTypeName,
  listType,
  mapType,
  NUMBER,
  STRING,
  setType,
  type ValueType,
} from "../values/value-type.ts";
import type { EagerFunction, FunctionFault } from "./function-declaration.ts";
import { quoteText } from "./shown-argument.ts";

function conversion(name: string, type: ValueType): EagerFunction {
  return {
    kind: "eager",
    name,
    parameters: [
      { name: "v", type: DYNAMIC, allowsNull: true, allowsUnknown: true, allowsMarks: true },
    ],
    returns: type,
    call([value = DYNAMIC_UNKNOWN]) {
      if (!mayConvert(value.type, type)) return cannotConvert(value, type);
      if (value.kind === "unknown") {
        return withMarks(unknownValue(type), value.marks);
      }
      const converted = convertValue(value, type);
      return isConversionFault(converted) ? failed(value, type) : converted;
    },
  };
}

function cannotConvert({ type: from }: Value, type: ValueType): FunctionFault {
  const fault = `cannot convert ${friendlyTypeName(from)} to ${friendlyTypeName(type)}`;
  return { fault, argument: 0 };
}

/** The types would fit, but not this value. */
function failed(value: Value, type: ValueType): FunctionFault {
  const name = friendlyTypeName(type);
  const marks = marksWithin(value);
  const secret = marks.has("ephemeral") ? "ephemeral" : SENSITIVE;
  if (marks.has(secret)) {
    const got = friendlyTypeName(value.type);
    return { fault: `cannot convert this ${secret} ${got} to ${name}`, argument: 0 };
  }
  if (value.kind !== "string" || (type.kind !== "bool" && type.kind !== "number")) {
    return cannotConvert(value, type);
  }
  const need =
    type.kind === "bool"
      ? 'only the strings "true" or "false" are allowed'
      : "given string must be a decimal representation of a number";
  return { fault: `cannot convert ${quoteText(value.content)} to ${name}; ${need}`, argument: 0 };
}

export const CONVERSION_FUNCTIONS: readonly EagerFunction[] = [
  conversion("tostring", STRING),
  conversion("tonumber", NUMBER),
  conversion("tobool", BOOL),
  conversion("tolist", listType(DYNAMIC)),
  conversion("toset", setType(DYNAMIC)),
  conversion("tomap", mapType(DYNAMIC)),
];
