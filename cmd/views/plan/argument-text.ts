import { isJsonObject, type Json } from "../../../core/kit/json.ts";
import type { ArgumentSchema } from "../../../schemas/blocks/block-schema.ts";

export const SENSITIVE_TEXT = "(sensitive value)";

/** A value as it would be written in a configuration. References are bare addresses. */
export function formatArgument(schema: ArgumentSchema | undefined, value: Json): string {
  return schema?.type === "reference" && typeof value === "string" ? value : formatValue(value);
}

/** A value in native syntax, on one line. */
export function formatValue(value: Json): string {
  if (typeof value === "string") return quote(value);
  if (Array.isArray(value)) {
    return `[${(value as readonly Json[]).map(formatValue).join(", ")}]`;
  }
  if (!isJsonObject(value)) return JSON.stringify(value);
  const members = Object.entries(value).map(([name, member]) => `${name} = ${formatValue(member)}`);
  return members.length === 0 ? "{}" : `{ ${members.join(", ")} }`;
}

/** Quotes control characters too, so that a name cannot draw on the terminal. */
function quote(text: string): string {
  const escaped = JSON.stringify(text).replaceAll(
    /[\u007f-\u009f\u2028-\u202e\u2066-\u2069]/g,
    (unit) => {
      return `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;
    },
  );
  return escaped.replaceAll(/[$%](?=\{)/g, (sign) => sign + sign);
}
