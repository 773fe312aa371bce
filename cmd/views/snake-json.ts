import type { Json } from "../../core/kit/json.ts";

const TIMES: ReadonlySet<string> = new Set(["at", "startedAt", "createdAt", "expiresAt", "moment"]);

function toSnake(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

function convert(key: string, value: unknown): Json {
  if (typeof value === "number" && TIMES.has(key)) return new Date(value).toISOString();
  if (Array.isArray(value)) return value.map((item) => convert("", item));
  if (typeof value === "object" && value !== null) return toSnakeJson(value);
  if (value === undefined) return null;
  if (
    value === null ||
    typeof value === "string" ||
    typeof value === "number" ||
    typeof value === "boolean"
  )
    return value;
  throw new TypeError(`an event cannot hold a ${typeof value}. This is a bug.`);
}

/** The public form of our own records: names in snake case, instants as ISO 8601 in UTC, absent fields left out. */
export function toSnakeJson(record: object): { readonly [name: string]: Json } {
  return Object.fromEntries(
    Object.entries(record)
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => [toSnake(name), convert(name, value)]),
  );
}
