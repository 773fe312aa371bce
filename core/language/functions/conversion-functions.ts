import { convertValue, isConversionFault } from "../values/convert.ts";
import { unknownValue, type Value } from "../values/value.ts";
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

function conversion(name: string, type: ValueType): EagerFunction {
  return {
    kind: "eager",
    name,
    parameters: [
      { name: "v", type: DYNAMIC, allowsNull: true, allowsUnknown: true, allowsMarks: true },
    ],
    returns: type,
    call([value = unknownValue(type)]) {
      const converted = convertValue(value, type);
      return isConversionFault(converted) ? cannotConvert(value, type) : converted;
    },
  };
}

function cannotConvert(value: Value, type: ValueType): FunctionFault {
  const name = friendlyTypeName(type);
  if (value.kind !== "string" || value.marks.size > 0) {
    return { fault: `cannot convert ${friendlyTypeName(value.type)} to ${name}`, argument: 0 };
  }
  const need =
    type.kind === "bool"
      ? 'only the strings "true" or "false" are allowed'
      : "given string must be a decimal representation of a number";
  const isPrimitive = type.kind === "bool" || type.kind === "number";
  const given = isPrimitive ? JSON.stringify(value.content) : "string";
  return {
    fault: `cannot convert ${given} to ${name}${isPrimitive ? `; ${need}` : ""}`,
    argument: 0,
  };
}

export const CONVERSION_FUNCTIONS: readonly EagerFunction[] = [
  conversion("tostring", STRING),
  conversion("tonumber", NUMBER),
  conversion("tobool", BOOL),
  conversion("tolist", listType(DYNAMIC)),
  conversion("toset", setType(DYNAMIC)),
  conversion("tomap", mapType(DYNAMIC)),
];
