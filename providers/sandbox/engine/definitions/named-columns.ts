import type { Predicate } from "../../parser/ast-expressions.ts";

/** The names of columns in a condition, each as it is written. */
export function namedColumns(condition: Predicate): ReadonlySet<string> {
  const found = new Set<string>();
  collect(condition, found);
  return found;
}

function collect(node: unknown, found: Set<string>): void {
  if (typeof node !== "object" || node === null) return;
  if (isColumn(node)) found.add(node.parts.at(-1) ?? "");
  for (const child of Object.values(node)) collect(child, found);
}

function isColumn(node: object): node is { readonly parts: readonly string[] } {
  return "kind" in node && node.kind === "column" && "parts" in node;
}
