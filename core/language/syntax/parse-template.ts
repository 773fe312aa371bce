import { didYouMean } from "../suggestion.ts";
import { stringValue } from "../values/value.ts";
import type { ExpressionNode, ForNode, Span } from "./expression-node.ts";
import { dedentedParts } from "./heredoc-indent.ts";
import { quotedLiteralText, templateLiteralText } from "./literal-text.ts";
import type { LiteralPart, TemplatePart } from "./template-part.ts";
import { treeOfParts } from "./template-tree.ts";
import type { ParseExpression, TokenReader } from "./token-reader.ts";
import { TOKEN } from "./tokens.ts";

/** Reads a string in double quotes from its opening quote. */
export function parseQuoted(reader: TokenReader, parse: ParseExpression): ExpressionNode {
  const open = reader.read();
  const parts = readTextParts(reader, parse);
  const close = reader.tryRead(TOKEN.closeQuote) ?? reader.tryRead(TOKEN.quotedNewline);
  if (close === undefined) throw unterminated(reader, "string", open);
  return nodeOfParts(reader, parts, { start: open.start, end: close.end, close });
}

/** Reads a heredoc from its `<<MARKER`. */
export function parseHeredoc(reader: TokenReader, parse: ParseExpression): ExpressionNode {
  const isFlush = reader.nextText().startsWith("<<-");
  const open = reader.read();
  const parts = readTextParts(reader, parse);
  const close = reader.tryRead(TOKEN.closeHeredoc);
  if (close === undefined) throw unterminated(reader, "heredoc", open);
  const span = { start: open.start, end: close.end, close };
  return nodeOfParts(reader, isFlush ? dedentedParts(parts) : parts, span);
}

function unterminated(reader: TokenReader, what: "string" | "heredoc", open: Span): Error {
  const { line } = reader.file.position(open.start);
  const missing =
    what === "string"
      ? "a closing double quote"
      : "a line with only its end marker, which a line break must follow";
  return reader.fault({
    summary: "Unterminated template string",
    detail: `The ${what} that starts on line ${line} needs ${missing}, and none stands before the end of the file.`,
    at: reader.nextSpan(),
  });
}

/** Reads a whole text as a template without quotes. */
export function parseBareTemplate(reader: TokenReader, parse: ParseExpression): ExpressionNode {
  const start = reader.nextSpan().start;
  const parts = readParts(reader, parse);
  const close = reader.nextSpan();
  return nodeOfParts(reader, parts, { start, end: close.end, close });
}

/** From opening to closing marker, and the closing one alone. */
interface TemplateSpan extends Span {
  readonly close: Span;
}

function nodeOfParts(
  reader: TokenReader,
  parts: readonly TemplatePart[],
  { start, end, close }: TemplateSpan,
): ExpressionNode {
  const [only] = parts;
  if (parts.length === 1 && only?.kind === "text") {
    return { kind: "literal", value: stringValue(only.text), start, end };
  }
  if (parts.length === 1 && only?.kind === "interpolation") {
    return { kind: "wrap", inner: only.node, start, end };
  }
  const texts = parts.filter((part) => part.kind === "text");
  if (texts.length === parts.length) {
    return {
      kind: "literal",
      value: stringValue(texts.map(({ text }) => text).join("")),
      start,
      end,
    };
  }
  return { kind: "template", parts: treeOfParts(reader, parts, close), start, end };
}

/** The parts between quotes or markers, where line breaks count. */
function readTextParts(reader: TokenReader, parse: ParseExpression): readonly TemplatePart[] {
  const before = reader.seeNewlines(true);
  try {
    return readParts(reader, parse);
  } finally {
    reader.seeNewlines(before);
  }
}

function readParts(reader: TokenReader, parse: ParseExpression): readonly TemplatePart[] {
  const parts: TemplatePart[] = [];
  let trimsNext = false;
  for (;;) {
    const kind = reader.peek();
    if (kind === TOKEN.quotedLiteral || kind === TOKEN.stringLiteral) {
      parts.push(readLiteral(reader, kind === TOKEN.quotedLiteral, trimsNext));
      trimsNext = false;
    } else if (kind === TOKEN.openInterpolation || kind === TOKEN.openDirective) {
      if (reader.nextText().length === 3) trimPrevious(parts);
      const part = readSequence(reader, parse);
      parts.push(part);
      trimsNext = part.trimsNext;
    } else if (kind === TOKEN.invalid) reader.read();
    else return parts;
  }
}

function readLiteral(reader: TokenReader, isQuoted: boolean, trims: boolean): LiteralPart {
  const raw = reader.nextText();
  const rawStart = reader.rawStart();
  const span = reader.read();
  let text: string;
  if (isQuoted) {
    const literal = quotedLiteralText(raw);
    text = literal.text;
    for (const { detail, start, length } of literal.problems) {
      const from = rawStart + start;
      const at = { start: reader.place(from), end: reader.place(from + length) };
      reader.report({ summary: "Invalid escape sequence", detail, at, around: span });
    }
  } else text = templateLiteralText(raw);
  return { kind: "text", text: trims ? text.trimStart() : text, ...span };
}

function trimPrevious(parts: TemplatePart[]): void {
  const last = parts.at(-1);
  if (last?.kind === "text") parts[parts.length - 1] = { ...last, text: last.text.trimEnd() };
}

function readSequence(
  reader: TokenReader,
  parse: ParseExpression,
): TemplatePart & { readonly trimsNext: boolean } {
  const isDirective = reader.peek() === TOKEN.openDirective;
  const open = reader.read();
  const before = reader.seeNewlines(false);
  try {
    const part = isDirective
      ? readDirective(reader, parse, open)
      : { kind: "interpolation" as const, node: parse(reader) };
    expectSequenceEnd(reader, open, part.kind);
    const trimsNext = reader.nextText().startsWith("~");
    const end = reader.read().end;
    return { ...part, start: open.start, end, trimsNext };
  } catch (fault) {
    reader.recover(fault, TOKEN.closeSequence);
    const span = { start: open.start, end: reader.previousEnd() };
    return { kind: "interpolation", node: { kind: "invalid", ...span }, ...span, trimsNext: false };
  } finally {
    reader.seeNewlines(before);
  }
}

function expectSequenceEnd(
  reader: TokenReader,
  open: Span,
  kind: Directive["kind"] | "interpolation",
): void {
  const next = reader.peek();
  if (next === TOKEN.closeSequence) return;
  const isDirective = kind !== "interpolation";
  const what = isDirective ? "directive" : "interpolation sequence";
  const at = reader.nextSpan();
  if (next === TOKEN.end || next === TOKEN.openQuote) {
    const where = next === TOKEN.end ? "file" : "quoted template";
    throw reader.fault({
      summary: `Unclosed template ${what}`,
      detail: `There is no closing brace for this ${what} before the end of the ${where}. This might be caused by incorrect nesting inside the given expression.`,
      at: open,
    });
  }
  const hint =
    next === TOKEN.colon
      ? ' If the braces belong to another language, such as a shell, write "$${" instead of "${".'
      : "";
  throw reader.fault({
    summary: isDirective
      ? `Extra characters in ${kind} marker`
      : "Extra characters after interpolation expression",
    detail: `Expected a closing brace to end the ${what}, but found extra characters.${hint}`,
    at,
    around: { start: open.start, end: at.end },
  });
}

type Directive =
  | { readonly kind: "if"; readonly condition: ExpressionNode }
  | {
      readonly kind: "for";
      readonly keyName: string | undefined;
      readonly valueName: string;
      readonly collection: ForNode["collection"];
    }
  | { readonly kind: "else" | "endif" | "endfor" };

const DIRECTIVES = ["if", "else", "endif", "for", "endfor"];

function readDirective(reader: TokenReader, parse: ParseExpression, open: Span): Directive {
  const keyword = reader.peek() === TOKEN.identifier ? reader.nextText() : "";
  switch (keyword) {
    case "if":
      reader.read();
      return { kind: "if", condition: parse(reader) };
    case "for":
      reader.read();
      return readForDirective(reader, parse, open);
    case "else":
    case "endif":
    case "endfor":
      reader.read();
      return { kind: keyword };
    default:
      throw reader.fault({
        summary: keyword === "" ? "Invalid template directive" : "Invalid template control keyword",
        detail: `A directive starts with one of the keywords "if", "else", "endif", "for" and "endfor".${didYouMean(keyword, DIRECTIVES)}`,
        at: reader.nextSpan(),
        around: { start: open.start, end: reader.nextSpan().end },
      });
  }
}

function readForDirective(reader: TokenReader, parse: ParseExpression, open: Span): Directive {
  const first = readName(reader, open);
  const second = reader.tryRead(TOKEN.comma) === undefined ? undefined : readName(reader, open);
  if (reader.peek() !== TOKEN.identifier || reader.nextText() !== "in") {
    throw reader.fault({
      summary: "Invalid 'for' directive",
      detail: "The names are followed by the keyword 'in' and what to go through.",
      at: reader.nextSpan(),
      around: { start: open.start, end: reader.nextSpan().end },
    });
  }
  reader.read();
  const collection = parse(reader);
  const [keyName, valueName] = second === undefined ? [undefined, first] : [first, second];
  return { kind: "for", keyName, valueName, collection };
}

function readName(reader: TokenReader, open: Span): string {
  if (reader.peek() !== TOKEN.identifier) {
    throw reader.fault({
      summary: "Invalid 'for' directive",
      detail: "A 'for' directive needs a name for each element.",
      at: reader.nextSpan(),
      around: { start: open.start, end: reader.nextSpan().end },
    });
  }
  const name = reader.nextText();
  reader.read();
  return name;
}
