import type { BodyNode } from "../syntax/body-node.ts";
import type { Span } from "../syntax/expression-node.ts";
import { foreignExpression } from "./foreign-expression.ts";
import { BlindSpot, type ForeignValue } from "./foreign-value.ts";

/**
 * A file as `hcl2-parser` (hcl2json 0.3.3 over HCL 2.10) writes it in JSON: labels are nested names,
 * the bodies of blocks with the same labels stand in a list, what is no literal is text in `${ }`.
 * Throws `BlindSpot` where nothing can be compared.
 */
export function foreignDocument(text: string, body: BodyNode): ForeignValue {
  const found = new Map<string, ForeignValue>();
  for (const { type, labels, header, body: inner } of body.blocks) {
    const names = [type, ...labels.map((label) => label.text)];
    listAt(found, names, header).push(foreignDocument(text, inner));
  }
  const seen = new Set<string>();
  for (const { name } of body.attributes) {
    if (seen.has(name)) throw new BlindSpot(`the argument "${name}" is set twice`);
    if (found.has(name)) throw new BlindSpot(`"${name}" names an argument and blocks`);
    seen.add(name);
  }
  for (const { name, expression, start, end } of body.attributes) {
    found.set(name, { content: foreignExpression(text, expression), start, end });
  }
  return { content: found, start: body.start, end: body.end };
}

type Names = Map<string, ForeignValue>;

/** The list for the bodies of blocks with these names, made where there is none. */
function listAt(root: Names, names: readonly string[], { start, end }: Span): ForeignValue[] {
  let place = root;
  for (const name of names.slice(0, -1)) {
    const inner = place.get(name)?.content ?? new Map<string, ForeignValue>();
    if (!(inner instanceof Map)) throw mixedLabels(names);
    place.set(name, { content: inner, start, end });
    place = inner;
  }
  const last = names.at(-1) ?? "";
  const list: unknown = place.get(last)?.content ?? [];
  if (!Array.isArray(list)) throw mixedLabels(names);
  place.set(last, { content: list, start, end });
  return list;
}

function mixedLabels([type = ""]: readonly string[]): BlindSpot {
  return new BlindSpot(`blocks of type "${type}" have different numbers of labels`);
}
