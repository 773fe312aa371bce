import { tryParseNumber } from "../values/exact-number.ts";
import { numberValue, stringValue, type Value } from "../values/value.ts";
import type { ExpressionNode, Span, StepNode } from "./expression-node.ts";
import type { ParseExpression, TokenReader } from "./token-reader.ts";
import { TOKEN } from "./tokens.ts";

/** Splats and computed indices make nested nodes; this bounds how many may follow one value. */
const CHAIN_LIMIT = 400;

/** Reads what follows a value: `.name`, `.0`, `[key]`, `.*`, `[*]`. */
export function parsePostfix(
  reader: TokenReader,
  base: ExpressionNode,
  parse: ParseExpression,
): ExpressionNode {
  let node = base;
  for (let length = 0; ; length += 1) {
    const kind = reader.peek();
    if (kind !== TOKEN.dot && kind !== TOKEN.openBracket) return node;
    if (length === CHAIN_LIMIT) throw tooLong(reader);
    if (kind === TOKEN.dot) node = parseDot(reader, node);
    else node = parseBracket(reader, node, parse);
  }
}

function tooLong(reader: TokenReader): Error {
  return reader.fault({
    summary: "Nested too deeply",
    detail: `At most ${CHAIN_LIMIT} steps may follow one value.`,
    at: reader.nextSpan(),
  });
}

function parseDot(reader: TokenReader, source: ExpressionNode): ExpressionNode {
  const dot = reader.read();
  const kind = reader.peek();
  if (kind === TOKEN.identifier) {
    const key = stringValue(reader.nextText());
    const { end } = reader.read();
    return withStep(source, { kind: "attribute", key, start: dot.start, end });
  }
  if (kind === TOKEN.number) return parseLegacyIndex(reader, source, dot);
  if (kind === TOKEN.star) return parseAttributeSplat(reader, source, dot);
  throw reader.fault({
    summary: "Invalid attribute name",
    detail: "An attribute name is required after a dot.",
    at: reader.nextSpan(),
    around: { start: source.start, end: reader.nextSpan().end },
  });
}

/** `0.1` as `[0][1]`. */
function bracketed(text: string): string {
  return /^\d+\.\d+$/.test(text) ? text.replace(/(\d+)\.(\d+)/, "[$1][$2]") : "[0]";
}

/** `a.0`. The lexer sees the end of `a.0.1` as one number, which the reference refuses too. */
function parseLegacyIndex(reader: TokenReader, source: ExpressionNode, dot: Span): ExpressionNode {
  const text = reader.nextText();
  const span = reader.read();
  const content = text.includes(".") ? undefined : tryParseNumber(text);
  if (content === undefined) {
    reader.report({
      summary: "Invalid legacy index syntax",
      detail: `A dot can be followed by one whole number only. Write the indices in brackets instead, as in ${bracketed(text)}.`,
      at: span,
    });
    return { kind: "invalid", start: source.start, end: span.end };
  }
  const key = numberValue(content);
  return withStep(source, { kind: "index", key, start: dot.start, end: span.end });
}

/** `a.*.b.c`: only names and legacy indices behind it apply to each element. */
function parseAttributeSplat(
  reader: TokenReader,
  source: ExpressionNode,
  dot: Span,
): ExpressionNode {
  const marker = { start: dot.start, end: reader.read().end };
  let each: ExpressionNode = { kind: "item", ...marker };
  for (let length = 0; reader.peek() === TOKEN.dot; length += 1) {
    if (length === CHAIN_LIMIT) throw tooLong(reader);
    const second = reader.peekSecond();
    if (second === TOKEN.identifier) each = parseDot(reader, each);
    else if (second === TOKEN.number) each = parseSplatIndex(reader, each);
    else if (second === TOKEN.star) throw nestedSplat(reader);
    else break;
  }
  const end = Math.max(each.end, marker.end);
  return { kind: "splat", source, each, marker, start: source.start, end };
}

function nestedSplat(reader: TokenReader): Error {
  return reader.fault({
    summary: "Nested splat expression not allowed",
    detail: "An attribute splat (.*) may not follow another one. Use full splats ([*]) instead.",
    at: reader.nextSpan(),
  });
}

function parseSplatIndex(reader: TokenReader, each: ExpressionNode): ExpressionNode {
  const dot = reader.read();
  const text = reader.nextText();
  const content = text.includes(".") ? undefined : tryParseNumber(text);
  const span = reader.read();
  if (content !== undefined) {
    return withStep(each, {
      kind: "index",
      key: numberValue(content),
      start: dot.start,
      end: span.end,
    });
  }
  reader.report({
    summary: "Invalid legacy index syntax",
    detail: `Behind an attribute splat a dot can be followed by one whole number only. Use a full splat and brackets instead, as in [*]${bracketed(text)}.`,
    at: span,
  });
  return { kind: "invalid", start: each.start, end: span.end };
}

function parseBracket(
  reader: TokenReader,
  source: ExpressionNode,
  parse: ParseExpression,
): ExpressionNode {
  const open = reader.read();
  // Line breaks may stand around a key, but not around the star.
  const isSplat = reader.tryRead(TOKEN.star) !== undefined;
  const before = reader.seeNewlines(false);
  if (isSplat) reader.seeNewlines(before);
  try {
    const key = isSplat ? "splat" : parse(reader);
    expectBracket(reader, open, isSplat ? "splat index" : "index");
    reader.seeNewlines(before);
    const end = reader.previousEnd();
    if (key === "splat") return parseFullSplat(reader, { source, open, end }, parse);
    const literal = literalKey(key);
    if (literal !== undefined) {
      return withStep(source, { kind: "index", key: literal, start: open.start, end });
    }
    return { kind: "index", collection: source, key, start: source.start, end };
  } catch (fault) {
    reader.recover(fault, TOKEN.closeBracket);
    return { kind: "invalid", start: source.start, end: reader.previousEnd() };
  } finally {
    reader.seeNewlines(before);
  }
}

interface SplatMarker {
  readonly source: ExpressionNode;
  readonly open: Span;
  readonly end: number;
}

function literalKey(key: ExpressionNode): Value | undefined {
  if (key.kind !== "literal") return undefined;
  return key.value.kind === "string" || key.value.kind === "number" ? key.value : undefined;
}

/** `a[*].b[0]`: everything behind it applies to each element. */
function parseFullSplat(
  reader: TokenReader,
  { source, open, end }: SplatMarker,
  parse: ParseExpression,
): ExpressionNode {
  const marker = { start: open.start, end };
  const item: ExpressionNode = { kind: "item", ...marker };
  const each = reader.nested(() => parsePostfix(reader, item, parse));
  return { kind: "splat", source, each, marker, start: source.start, end: Math.max(each.end, end) };
}

function expectBracket(reader: TokenReader, open: Span, what: "index" | "splat index"): void {
  if (reader.tryRead(TOKEN.closeBracket) !== undefined) return;
  throw reader.fault({
    summary: `Missing close bracket on ${what}`,
    detail: "The index operator must end with a closing bracket (]).",
    at: reader.nextSpan(),
    around: { start: open.start, end: reader.nextSpan().end },
  });
}

function withStep(source: ExpressionNode, step: StepNode): ExpressionNode {
  if (source.kind === "traversal" || source.kind === "steps") {
    return { ...source, steps: [...source.steps, step], end: step.end };
  }
  return { kind: "steps", source, steps: [step], start: source.start, end: step.end };
}
