import { isJsonObject, type Json } from "../../kit/json.ts";
import { numberFromDouble, tryParseNumber } from "./exact-number.ts";
import {
  boolValue,
  nullValue,
  numberValue,
  objectValue,
  stringValue,
  tupleValue,
  type Value,
} from "./value.ts";
import { DYNAMIC } from "./value-type.ts";

/** JSON as a value of the language, as `jsondecode` gives it: a number is the decimal that its text says, so 0.1 is 0.1. */
export function valueOfJson(json: Json): Value {
  if (json === null) return nullValue(DYNAMIC);
  if (typeof json === "string") return stringValue(json);
  if (typeof json === "boolean") return boolValue(json);
  if (typeof json === "number") {
    return numberValue(tryParseNumber(String(json)) ?? numberFromDouble(json));
  }
  if (!isJsonObject(json)) return tupleValue(json.map(valueOfJson));
  const entries = Object.entries(json).map(([name, each]) => [name, valueOfJson(each)] as const);
  return objectValue(new Map(entries));
}
