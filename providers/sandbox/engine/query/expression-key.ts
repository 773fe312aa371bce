import type { Expression } from "../../parser/ast-expressions.ts";
import type { QueryScope } from "./scope.ts";

/** A text that is the same for expressions that mean the same: places in the text do not count, columns are the slots that they mean. */
export function expressionKey(expression: Expression, scope: QueryScope): string {
  return write(expression, scope);
}

const PLACES = new Set(["line", "start", "end", "quoted"]);

function write(value: unknown, scope: QueryScope): string {
  if (Array.isArray(value)) return `[${value.map((item) => write(item, scope)).join(",")}]`;
  if (typeof value !== "object" || value === null) return String(JSON.stringify(value));
  if (isColumn(value)) {
    const slot = scope.ownSlot(value);
    return slot === undefined ? `outer:${value.parts.join(".")}` : `slot:${slot}`;
  }
  const entries = Object.entries(value).filter(([name]) => !PLACES.has(name));
  return `{${entries.map(([name, item]) => `${name}:${writeNamed(name, item, scope)}`).join(",")}}`;
}

function writeNamed(name: string, item: unknown, scope: QueryScope): string {
  const isName = name === "name" && typeof item === "string";
  return isName ? item.toUpperCase() : write(item, scope);
}

function isColumn(value: object): value is Extract<Expression, { kind: "column" }> {
  return "kind" in value && value.kind === "column";
}
