import type { ExpressionNode } from "./expression-node.ts";
import type { TokenReader } from "./token-reader.ts";
import { TOKEN } from "./tokens.ts";

/** Behind `every = 30`, where `m` comes next: whoever writes a number with a unit means a text. Empty elsewhere. */
export function quantityHint(value: ExpressionNode, reader: TokenReader): string {
  const isNumber = value.kind === "literal" && value.value.kind === "number";
  const isAdjacent = reader.peek() === TOKEN.identifier && reader.nextSpan().start === value.end;
  if (!isNumber || !isAdjacent) return "";
  const written = reader.file.text.slice(value.start, reader.nextSpan().end);
  return ` A number with a unit is text: put it in quotation marks, "${written}".`;
}
