import type { AttributeNode } from "./body-node.ts";
import type { ExpressionNode, Span } from "./expression-node.ts";
import { parseExpression } from "./parse-expression.ts";
import { quantityHint } from "./quantity-hint.ts";
import { SyntaxFault, type SyntaxProblem, type TokenReader } from "./token-reader.ts";
import { TOKEN } from "./tokens.ts";

const ITEM_REQUIRED = "Argument or block definition required";
const SUMMARY = "Invalid single-argument block definition";

interface OneLineBody {
  readonly attributes: readonly AttributeNode[];
  readonly blocks: readonly [];
}

/** Reads `name = value }` behind an opening brace on the same line. */
export function parseOneLineBody(reader: TokenReader, open: Span): OneLineBody {
  if (reader.peek() !== TOKEN.identifier) {
    return skipped(reader, {
      summary: ITEM_REQUIRED,
      detail:
        "A block on one line holds one argument, as in { name = value }. Start a new line behind the opening brace to write anything else.",
      at: reader.nextSpan(),
      around: { start: open.start, end: reader.nextSpan().end },
    });
  }
  const name = reader.nextText().normalize("NFC");
  const nameSpan = reader.read();
  if (reader.tryRead(TOKEN.equal) === undefined)
    return skipped(reader, notOneArgument(reader, nameSpan));
  const expression = readValue(reader);
  if (expression === undefined) return { attributes: [], blocks: [] };
  const attribute = { name, nameSpan, expression, start: nameSpan.start, end: expression.end };
  if (reader.tryRead(TOKEN.closeBrace) === undefined) {
    const hint = quantityHint(expression, reader);
    const problem = notClosed(reader, open);
    reader.report({ ...problem, detail: hint === "" ? problem.detail : hint.trimStart() });
    reader.skipBlock();
  }
  return { attributes: [attribute], blocks: [] };
}

/** The value; undefined where it is faulty, the reader then behind the block. */
function readValue(reader: TokenReader): ExpressionNode | undefined {
  try {
    return parseExpression(reader);
  } catch (fault) {
    if (!(fault instanceof SyntaxFault)) throw fault;
    reader.skipItem();
    reader.tryRead(TOKEN.closeBrace);
    return undefined;
  }
}

function skipped(reader: TokenReader, problem: SyntaxProblem): OneLineBody {
  reader.report(problem);
  reader.skipBlock();
  return { attributes: [], blocks: [] };
}

function notOneArgument(reader: TokenReader, nameSpan: Span): SyntaxProblem {
  const kind = reader.peek();
  const isBlock = kind === TOKEN.openBrace || kind === TOKEN.openQuote || kind === TOKEN.identifier;
  return {
    summary: isBlock ? "Argument definition required" : ITEM_REQUIRED,
    detail: isBlock
      ? "A single-line block definition cannot contain another block definition. Start a new line behind the opening brace of the outer block."
      : 'A block on one line holds one argument, with an equals sign ("=") behind its name.',
    at: { start: nameSpan.start, end: isBlock ? reader.nextSpan().end : nameSpan.end },
  };
}

function notClosed(reader: TokenReader, open: Span): SyntaxProblem {
  const at = reader.nextSpan();
  const around = { start: open.start, end: at.end };
  if (reader.peek() === TOKEN.comma) {
    return {
      summary: SUMMARY,
      detail:
        "A block on one line holds only one argument. Write the block over several lines, each argument on a line of its own and without commas.",
      at,
      around,
    };
  }
  if (reader.peek() === TOKEN.end) {
    return {
      summary: "Unclosed configuration block",
      detail: "There is no closing brace for this block before the end of the file.",
      at: open,
    };
  }
  return {
    summary: SUMMARY,
    detail:
      "An argument on the same line as its block's opening brace makes a one-line block, whose closing brace must follow on that line too.",
    at,
    around,
  };
}
