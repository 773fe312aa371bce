import type { AttributeNode, BlockNode, BodyNode, LabelNode } from "./body-node.ts";
import type { Span } from "./expression-node.ts";
import { quotedLiteralText } from "./literal-text.ts";
import { parseExpression } from "./parse-expression.ts";
import { parseOneLineBody } from "./parse-one-line-body.ts";
import { quantityHint } from "./quantity-hint.ts";
import { SyntaxFault, type SyntaxProblem, type TokenReader } from "./token-reader.ts";
import { TOKEN } from "./tokens.ts";

const ITEM_REQUIRED = "Argument or block definition required";
const INVALID_BLOCK = "Invalid block definition";

/** Reads a whole file. A faulty item is skipped, the rest is read. */
export function parseFileBody(reader: TokenReader): BodyNode {
  const items = readItems(reader, undefined);
  return { ...items, start: 0, end: reader.nextSpan().end };
}

interface Items {
  readonly attributes: readonly AttributeNode[];
  readonly blocks: readonly BlockNode[];
}

/** Items up to the closing brace of `block`, which is not read, or to the end of the file. */
function readItems(reader: TokenReader, block: Span | undefined): Items {
  const attributes: AttributeNode[] = [];
  const blocks: BlockNode[] = [];
  let isBehindFault = false;
  for (;;) {
    reader.skipNewlines();
    const kind = reader.peek();
    if (kind === TOKEN.end || reader.isFull) return { attributes, blocks };
    if (kind === TOKEN.closeBrace && block !== undefined) return { attributes, blocks };
    try {
      const item = readItem(reader, isBehindFault);
      if ("expression" in item) attributes.push(item);
      else blocks.push(item);
      isBehindFault = false;
    } catch (fault) {
      if (!(fault instanceof SyntaxFault)) throw fault;
      if (block === undefined) reader.tryRead(TOKEN.closeBrace);
      reader.skipItem();
      isBehindFault = true;
    }
  }
}

/** Behind a faulty item, what does not even look like one is mostly its rest: it is not reported again. */
function readItem(reader: TokenReader, isBehindFault: boolean): AttributeNode | BlockNode {
  if (reader.peek() !== TOKEN.identifier) {
    throw isBehindFault ? new SyntaxFault() : reader.fault(notAnItem(reader));
  }
  const name = reader.nextText().normalize("NFC");
  const nameSpan = reader.read();
  const kind = reader.peek();
  if (kind === TOKEN.equal) return readAttribute(reader, name, nameSpan);
  if (kind === TOKEN.openQuote || kind === TOKEN.openBrace || kind === TOKEN.identifier) {
    return reader.nested(() => readBlock(reader, name, nameSpan));
  }
  if (isBehindFault) throw new SyntaxFault();
  throw reader.fault({
    summary: ITEM_REQUIRED,
    detail:
      'A name here starts an argument, followed by an equals sign ("=") and a value, or a block, followed by its labels and an opening brace ("{").',
    at: nameSpan,
  });
}

function notAnItem(reader: TokenReader): SyntaxProblem {
  if (reader.peek() === TOKEN.openQuote) {
    return {
      summary: "Invalid argument name",
      detail: "Argument names must not be quoted.",
      at: reader.nextSpan(),
    };
  }
  return {
    summary: ITEM_REQUIRED,
    detail:
      "Only arguments and blocks may stand here. An argument is set with an equals sign: name = value.",
    at: reader.nextSpan(),
  };
}

function readAttribute(reader: TokenReader, name: string, nameSpan: Span): AttributeNode {
  reader.read();
  const expression = parseExpression(reader);
  const kind = reader.peek();
  if (kind !== TOKEN.newline && kind !== TOKEN.end) {
    const isComma = kind === TOKEN.comma;
    throw reader.fault({
      summary: isComma ? "Unexpected comma after argument" : "Missing newline after argument",
      detail: isComma
        ? "Arguments are separated by line breaks, not by commas. Remove the comma, and start the next argument on a line of its own."
        : `An argument definition must end with a newline.${quantityHint(expression, reader)}`,
      at: reader.nextSpan(),
      around: { start: nameSpan.start, end: reader.nextSpan().end },
    });
  }
  return { name, nameSpan, expression, start: nameSpan.start, end: expression.end };
}

function readBlock(reader: TokenReader, type: string, typeSpan: Span): BlockNode {
  const labels = readLabels(reader, typeSpan);
  const header = { start: typeSpan.start, end: labels.at(-1)?.end ?? typeSpan.end };
  const open = reader.read();
  const kind = reader.peek();
  const isMultiline = kind === TOKEN.newline || kind === TOKEN.end || kind === TOKEN.closeBrace;
  const items = isMultiline ? readBlockItems(reader, open) : parseOneLineBody(reader, open);
  const end = reader.previousEnd();
  const body = { ...items, start: open.start, end };
  const block: BlockNode = { type, typeSpan, labels, header, body, start: typeSpan.start, end };
  const after = reader.peek();
  if (after !== TOKEN.newline && after !== TOKEN.end && !reader.isFull) {
    reader.report({
      summary: "Missing newline after block definition",
      detail: "A block definition must end with a newline.",
      at: reader.nextSpan(),
      around: { start: typeSpan.start, end: reader.nextSpan().end },
    });
    reader.skipItem();
  }
  return block;
}

function readBlockItems(reader: TokenReader, open: Span): Items {
  const items = readItems(reader, open);
  if (reader.tryRead(TOKEN.closeBrace) === undefined && !reader.isFull) {
    reader.report({
      summary: "Unclosed configuration block",
      detail:
        "There is no closing brace for this block before the end of the file. This may be caused by incorrect brace nesting elsewhere in this file.",
      at: open,
    });
  }
  return items;
}

/** Labels up to the opening brace, which is not read. */
function readLabels(reader: TokenReader, typeSpan: Span): readonly LabelNode[] {
  const labels: LabelNode[] = [];
  for (;;) {
    const kind = reader.peek();
    if (kind === TOKEN.openBrace) return labels;
    if (kind === TOKEN.openQuote) labels.push(readQuotedLabel(reader));
    else if (kind === TOKEN.identifier) {
      labels.push({ text: reader.nextText().normalize("NFC"), ...reader.read() });
    } else {
      throw reader.fault({
        summary: INVALID_BLOCK,
        detail: detailAfterHeader(kind),
        at: reader.nextSpan(),
        around: { start: typeSpan.start, end: reader.nextSpan().end },
      });
    }
  }
}

function detailAfterHeader(kind: number): string {
  if (kind === TOKEN.equal) {
    return 'The equals sign "=" indicates an argument definition, and must not be used when defining a block.';
  }
  if (kind === TOKEN.newline || kind === TOKEN.end) {
    return 'A block definition must have block content delimited by "{" and "}", starting on the same line as the block header.';
  }
  return 'Either a quoted string block label or an opening brace ("{") is expected here.';
}

function readQuotedLabel(reader: TokenReader): LabelNode {
  const open = reader.read();
  let text = "";
  for (;;) {
    const kind = reader.peek();
    if (kind === TOKEN.quotedLiteral) {
      const literal = quotedLiteralText(reader.nextText());
      const span = reader.read();
      for (const problem of literal.problems) {
        const start = span.start + problem.start;
        const at = { start, end: start + problem.length };
        reader.report({
          summary: "Invalid escape sequence",
          detail: problem.detail,
          at,
          around: span,
        });
      }
      text += literal.text;
    } else if (kind === TOKEN.closeQuote) {
      return { text: text.normalize("NFC"), start: open.start, end: reader.read().end };
    } else throw badLabel(reader, open);
  }
}

function badLabel(reader: TokenReader, open: Span): Error {
  const kind = reader.peek();
  const isTemplate = kind === TOKEN.openInterpolation || kind === TOKEN.openDirective;
  const at = reader.nextSpan();
  const isEnd = kind === TOKEN.end;
  return reader.fault({
    summary: isEnd ? "Unterminated string literal" : "Invalid string literal",
    detail: isTemplate
      ? 'A label is a plain string, without template sequences. To write a dollar or percent sign before a brace, double it: "$${" or "%%{".'
      : `This label has no closing double quote ${isEnd ? "before the end of the file" : "on its line"}.`,
    at,
    around: { start: open.start, end: at.end },
  });
}
