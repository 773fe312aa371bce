import type { NamedValue } from "../../core/config/configuration.ts";
import { isJsonObject, type Json } from "../../core/kit/json.ts";
import { numberFromDouble } from "../../core/language/values/exact-number.ts";
import {
  boolValue,
  nullValue,
  numberValue,
  objectValue,
  stringValue,
  tupleValue,
  type Value,
} from "../../core/language/values/value.ts";
import { DYNAMIC } from "../../core/language/values/value-type.ts";
import { formatLanguageValue } from "./value-text.ts";

/** All outputs for people, one under the other; ends with a line feed. */
export function formatOutputs(outputs: readonly NamedValue[]): string {
  return outputs.map((output) => `${output.name} = ${formatOutput(output)}\n`).join("");
}

/** The value of one output for people; hidden when it is sensitive. */
export function formatOutput({ value, sensitive }: NamedValue): string {
  return sensitive ? "<sensitive>" : formatLanguageValue(valueOf(value));
}

/** The text of a value for scripts, without quotes; undefined for a null, a list or an object. */
export function formatRawOutput({ value }: NamedValue): string | undefined {
  return typeof value === "object" ? undefined : formatPrimitive(value);
}

/** The document of `output -json`, by name. */
export function toOutputsJson(outputs: readonly NamedValue[]): {
  readonly [name: string]: { readonly sensitive: boolean; readonly value: Json };
} {
  return Object.fromEntries(
    outputs.map(({ name, sensitive, value }) => [name, { sensitive, value }]),
  );
}

function formatPrimitive(value: string | number | boolean): string {
  return typeof value === "string" ? value : formatLanguageValue(valueOf(value));
}

function valueOf(json: Json): Value {
  if (typeof json === "string") return stringValue(json);
  if (typeof json === "boolean") return boolValue(json);
  if (typeof json === "number") return numberValue(numberFromDouble(json));
  if (json === null) return nullValue(DYNAMIC);
  if (!isJsonObject(json)) return tupleValue(json.map(valueOf));
  return objectValue(new Map(Object.entries(json).map(([name, each]) => [name, valueOf(each)])));
}
