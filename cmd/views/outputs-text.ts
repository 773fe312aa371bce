import type { NamedValue } from "../../core/config/configuration.ts";
import type { Json } from "../../core/kit/json.ts";
import { valueOfJson } from "../../core/language/values/value-of-json.ts";
import { formatLanguageValue } from "./value-text.ts";

/** All outputs for people, one under the other; ends with a line feed. */
export function formatOutputs(outputs: readonly NamedValue[]): string {
  return outputs.map((output) => `${output.name} = ${formatOutput(output)}\n`).join("");
}

/** The value of one output for people; hidden when it is sensitive. */
export function formatOutput({ value, sensitive }: NamedValue): string {
  return sensitive ? "<sensitive>" : formatLanguageValue(valueOfJson(value));
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
  return typeof value === "string" ? value : formatLanguageValue(valueOfJson(value));
}
