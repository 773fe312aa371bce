import type { ExpressionNode, Span } from "./expression-node.ts";
import type { ParseExpression, TokenReader } from "./token-reader.ts";
import { TOKEN } from "./tokens.ts";

interface CallName {
  readonly name: string;
  readonly span: Span;
}

interface Arguments {
  readonly args: readonly ExpressionNode[];
  readonly expandsLast: boolean;
  readonly closeParen: Span;
}

/** Reads the rest of a call behind the first word of its name: `(1, 2)`, `::upper(list...)`. */
export function parseCall(
  reader: TokenReader,
  first: CallName,
  parse: ParseExpression,
): ExpressionNode {
  const { start } = first.span;
  const named = readName(reader, first);
  if ("kind" in named) return named;
  const nameEnd = named.span.end;
  if (reader.peek() !== TOKEN.openParen) {
    throw reader.fault({
      summary: "Missing open parenthesis",
      detail: "The name of a function must be followed by its arguments in parentheses.",
      at: reader.nextSpan(),
      around: { start, end: reader.nextSpan().end },
    });
  }
  const opening = { start, end: reader.read().end };
  const before = reader.seeNewlines(false);
  try {
    const read = readArguments(reader, opening, parse);
    return { kind: "call", name: named.name, nameEnd, ...read, start, end: read.closeParen.end };
  } catch (fault) {
    reader.recover(fault, TOKEN.closeParen);
    return { kind: "invalid", start, end: reader.previousEnd() };
  } finally {
    reader.seeNewlines(before);
  }
}

function readName(reader: TokenReader, first: CallName): CallName | ExpressionNode {
  let { name } = first;
  let { span } = first;
  while (reader.tryRead(TOKEN.doubleColon) !== undefined) {
    if (reader.peek() !== TOKEN.identifier) {
      const diagnostic = reader.report({
        summary: "Missing function name",
        detail:
          'The scope operator "::" must be followed by the name of a function within that scope.',
        at: reader.nextSpan(),
        around: { start: first.span.start, end: reader.nextSpan().end },
      });
      if (reader.tryRead(TOKEN.openParen) !== undefined) skipArguments(reader);
      return { kind: "invalid", diagnostic, start: first.span.start, end: reader.previousEnd() };
    }
    name = `${name}::${reader.nextText()}`;
    span = reader.read();
  }
  return { name, span };
}

function skipArguments(reader: TokenReader): void {
  while (reader.peek() !== TOKEN.closeParen) {
    if (reader.peek() === TOKEN.end || reader.peek() === TOKEN.newline) return;
    reader.read();
  }
  reader.read();
}

function readArguments(reader: TokenReader, opening: Span, parse: ParseExpression): Arguments {
  const args: ExpressionNode[] = [];
  for (;;) {
    const close = reader.tryRead(TOKEN.closeParen);
    if (close !== undefined) return { args, expandsLast: false, closeParen: close };
    args.push(parse(reader));
    if (reader.peek() === TOKEN.ellipsis) return { args, ...readExpansion(reader) };
    if (reader.tryRead(TOKEN.comma) !== undefined) continue;
    if (reader.peek() === TOKEN.closeParen) continue;
    const atEnd = reader.peek() === TOKEN.end;
    throw reader.fault({
      summary: atEnd ? "Unterminated function call" : "Missing argument separator",
      detail: atEnd
        ? "There is no closing parenthesis for this function call before the end of the file."
        : "A comma is required to separate each function argument from the next.",
      at: atEnd ? opening : reader.nextSpan(),
    });
  }
}

function readExpansion(reader: TokenReader): Omit<Arguments, "args"> {
  const ellipsis = reader.read();
  if (reader.peek() !== TOKEN.closeParen) {
    throw reader.fault({
      summary: "Missing closing parenthesis",
      detail: 'An argument with "..." must be the last one, followed by a closing parenthesis.',
      at: ellipsis,
    });
  }
  return { expandsLast: true, closeParen: reader.read() };
}
