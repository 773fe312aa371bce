import type { SqlValue } from "../../values/sql-type.ts";
import type { FunctionDefinition } from "../function-registry.ts";
import { INT, NVARCHAR_MAX, scalarFunction } from "./scalar-function.ts";

/** ISJSON and JSON_VALUE, the latter in lax mode: what the path does not meet is NULL. */

function tryJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const STEP = /\.(?:"((?:[^"\\]|\\.)*)"|([A-Za-z_$][\w$]*))|\[(\d+)\]/y;

/** The steps of `$.a.b[0]."c d"`; undefined when the path is none. */
function jsonPath(path: string): readonly string[] | undefined {
  const body = /^\s*(?:lax\s+|strict\s+)?\$(.*)$/is.exec(path)?.[1];
  if (body === undefined) return undefined;
  const steps: string[] = [];
  const step = new RegExp(STEP, "y");
  while (step.lastIndex < body.length) {
    const match = step.exec(body);
    if (match === null) return undefined;
    steps.push(match[1] ?? match[2] ?? match[3] ?? "");
  }
  return steps;
}

/** Scalars only: objects and arrays are NULL, as in lax mode. */
function jsonValue([json, path]: readonly SqlValue[]): SqlValue {
  let current = tryJson(json as string);
  for (const step of jsonPath(path as string) ?? ["\0"]) {
    if (typeof current !== "object" || current === null || !Object.hasOwn(current, step))
      return null;
    current = (current as Record<string, unknown>)[step];
  }
  if (typeof current === "string") return current.length > 4000 ? null : current;
  return typeof current === "number" || typeof current === "boolean" ? String(current) : null;
}

function isJson([json]: readonly SqlValue[]): SqlValue {
  const parsed = tryJson(json as string);
  return typeof parsed === "object" && parsed !== null ? 1 : 0;
}

export const JSON_FUNCTIONS: readonly FunctionDefinition[] = [
  scalarFunction({ name: "ISJSON", parameters: [NVARCHAR_MAX], type: INT, apply: isJson }),
  scalarFunction({
    name: "JSON_VALUE",
    parameters: [NVARCHAR_MAX, NVARCHAR_MAX],
    type: { name: "nvarchar", length: 4000 },
    apply: jsonValue,
  }),
];
