import type { ExpressionNode } from "../syntax/expression-node.ts";
import { tokenize } from "../syntax/tokenize.ts";
import { TOKEN } from "../syntax/tokens.ts";

type WrapNode = Extract<ExpressionNode, { readonly kind: "wrap" }>;

/**
 * The expression that a string only wraps, `x` of `"${x}"`, whose value is the same; undefined for any other expression.
 * Comments inside are kept. What spans lines is put in parentheses, because a line break would end it. A heredoc keeps
 * its string where something follows on the line, because nothing may stand behind the end of a heredoc.
 */
export function unwrapTemplate(text: string, node: ExpressionNode): string | undefined {
  if (!isWrap(text, node)) return undefined;
  const bare = unwrap(text, node);
  const isLast = /^[ \t]*(?:\r?\n|$)/.test(text.slice(node.end, node.end + 80));
  return isLast || !endsInHeredoc(bare) ? bare : undefined;
}

function isWrap(text: string, node: ExpressionNode): node is WrapNode {
  return node.kind === "wrap" && text[node.start] === '"';
}

function unwrap(text: string, node: WrapNode): string {
  const { inner } = node;
  const isWrapped = isWrap(text, inner);
  const within = isWrapped ? unwrap(text, inner) : text.slice(inner.start, inner.end);
  const before = text.slice(node.start + openLength(text, node.start), inner.start).trimStart();
  const after = withoutLastSpace(text.slice(inner.end, node.end - closeLength(text, node.end)));
  const isClosed = isWrapped || inner.kind === "parentheses";
  if (before === "" && after === "" && isClosed) return within;
  const bare = before + within + after;
  return spansLines(bare) ? `(${bare}${endsInHeredoc(bare) ? "\n" : ""})` : bare;
}

/** Of `"${` or `"${~`. */
function openLength(text: string, start: number): number {
  return text[start + 3] === "~" ? 4 : 3;
}

/** Of `}"` or `~}"`. */
function closeLength(text: string, end: number): number {
  return text[end - 3] === "~" ? 3 : 2;
}

/** Space and comments behind an expression without the space at their end, but for the break that ends a comment. */
function withoutLastSpace(text: string): string {
  const end = tokenize(text).comments.at(-1)?.end ?? 0;
  const isLine = end > 0 && !text.endsWith("*/", end);
  const [lineBreak] = (isLine && /^\r?\n/.exec(text.slice(end))) || [""];
  return text.slice(0, end) + lineBreak;
}

function spansLines(text: string): boolean {
  return tokenize(text).kinds.includes(TOKEN.newline);
}

/** The end of a heredoc counts only with its line break. */
function endsInHeredoc(text: string): boolean {
  return tokenize(`${text}\n`).kinds.at(-3) === TOKEN.closeHeredoc;
}
