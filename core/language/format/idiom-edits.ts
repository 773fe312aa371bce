import type { AttributeNode, BlockNode, BodyNode } from "../syntax/body-node.ts";
import type { TextEdit } from "./edit-text.ts";
import { quoteLabel } from "./quote-label.ts";
import { unwrapTemplate } from "./unwrap-template.ts";

/** Types of variables as they were written before types were expressions, by their text, and how they are written now. */
const OLD_TYPES: ReadonlyMap<string, string> = new Map([
  ['"string"', "string"],
  ['"list"', "list(string)"],
  ['"map"', "map(string)"],
  ["list", "list(any)"],
  ["map", "map(any)"],
  ["set", "set(any)"],
]);

/**
 * What Terraform's formatter changes beside white space: `"${x}"` as the whole value of an argument becomes `x`, a label
 * is quoted, an old type of a variable becomes one of today. None of it changes what the file means.
 */
export function findIdiomEdits(text: string, file: BodyNode): readonly TextEdit[] {
  const edits: TextEdit[] = [];
  const visit = (body: BodyNode, variable: boolean) => {
    for (const attribute of body.attributes) {
      const { start, end } = attribute.expression;
      const better = betterValue(text, attribute, variable);
      if (better !== undefined) edits.push({ start, end, text: better });
    }
    for (const block of body.blocks) {
      for (const edit of labelEdits(text, block)) edits.push(edit);
      visit(block.body, body === file && block.type === "variable");
    }
  };
  visit(file, false);
  return edits;
}

function betterValue(
  text: string,
  { name, expression }: AttributeNode,
  isOfVariable: boolean,
): string | undefined {
  if (!isOfVariable || name !== "type") return unwrapTemplate(text, expression);
  return OLD_TYPES.get(text.slice(expression.start, expression.end));
}

function labelEdits(text: string, { labels }: BlockNode): readonly TextEdit[] {
  return labels.flatMap((label) => {
    const { start, end } = label;
    const quoted = quoteLabel(label.text);
    return quoted === text.slice(start, end) ? [] : [{ start, end, text: quoted }];
  });
}
