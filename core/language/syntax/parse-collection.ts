import { stringValue } from "../values/value.ts";
import type { ExpressionNode, ForNode, ObjectItem, Span } from "./expression-node.ts";
import type { ParseExpression, TokenReader } from "./token-reader.ts";
import { TOKEN, type TokenKind } from "./tokens.ts";

/** Reads `[a, b]` or `[for …]`. */
export function parseTuple(reader: TokenReader, parse: ParseExpression): ExpressionNode {
  const open = reader.read();
  const elements: ExpressionNode[] = [];
  const before = reader.seeNewlines(false);
  try {
    if (startsFor(reader)) return parseFor(reader, { open, close: TOKEN.closeBracket }, parse);
    const end = readElements(reader, { open, elements }, parse);
    return { kind: "tuple", elements, openEnd: open.end, start: open.start, end };
  } catch (fault) {
    reader.recover(fault, TOKEN.closeBracket);
    const end = reader.previousEnd();
    return { kind: "tuple", elements, openEnd: open.end, start: open.start, end };
  } finally {
    reader.seeNewlines(before);
  }
}

function readElements(
  reader: TokenReader,
  { open, elements }: { readonly open: Span; readonly elements: ExpressionNode[] },
  parse: ParseExpression,
): number {
  for (;;) {
    const close = reader.tryRead(TOKEN.closeBracket);
    if (close !== undefined) return close.end;
    elements.push(parse(reader));
    if (reader.tryRead(TOKEN.comma) !== undefined) continue;
    const kind = reader.peek();
    if (kind === TOKEN.closeBracket) continue;
    if (kind === TOKEN.end) throw unterminated(reader, "tuple", open);
    throw reader.fault({
      summary: "Missing item separator",
      detail: "Expected a comma to mark the beginning of the next item.",
      at: reader.nextSpan(),
      around: { start: open.start, end: reader.nextSpan().end },
    });
  }
}

function unterminated(reader: TokenReader, what: "tuple" | "object", open: Span): Error {
  const bracket = what === "tuple" ? "bracket" : "brace";
  return reader.fault({
    summary: `Unterminated ${what} constructor expression`,
    detail: `There is no corresponding closing ${bracket} before the end of the file. This may be caused by incorrect ${bracket} nesting elsewhere in this file.`,
    at: open,
  });
}

/** Reads `{ a = b }` or `{for …}`. */
export function parseObject(reader: TokenReader, parse: ParseExpression): ExpressionNode {
  const open = reader.read();
  const items: ObjectItem[] = [];
  const before = reader.seeNewlines(false);
  try {
    if (startsFor(reader)) return parseFor(reader, { open, close: TOKEN.closeBrace }, parse);
    reader.seeNewlines(true);
    const end = readItems(reader, { open, items }, parse);
    return { kind: "object", items, openEnd: open.end, start: open.start, end };
  } catch (fault) {
    reader.recover(fault, TOKEN.closeBrace);
    const end = reader.previousEnd();
    return { kind: "object", items, openEnd: open.end, start: open.start, end };
  } finally {
    reader.seeNewlines(before);
  }
}

function readItems(
  reader: TokenReader,
  { open, items }: { readonly open: Span; readonly items: ObjectItem[] },
  parse: ParseExpression,
): number {
  for (;;) {
    reader.skipNewlines();
    const close = reader.tryRead(TOKEN.closeBrace);
    if (close !== undefined) return close.end;
    items.push(readItem(reader, open, parse));
    const kind = reader.peek();
    if (kind === TOKEN.comma || kind === TOKEN.newline) reader.read();
    else if (kind === TOKEN.end) throw unterminated(reader, "object", open);
    else if (kind !== TOKEN.closeBrace) {
      throw reader.fault({
        summary: "Missing attribute separator",
        detail: "Expected a newline or comma to mark the beginning of the next attribute.",
        at: reader.nextSpan(),
        around: { start: open.start, end: reader.nextSpan().end },
      });
    }
  }
}

function readItem(reader: TokenReader, open: Span, parse: ParseExpression): ObjectItem {
  const key = readKey(reader, parse);
  const kind = reader.peek();
  if (kind === TOKEN.equal || kind === TOKEN.colon) {
    reader.read();
    return { key, value: parse(reader) };
  }
  if (kind === TOKEN.end) throw unterminated(reader, "object", open);
  const isAlone = kind === TOKEN.newline || kind === TOKEN.comma;
  throw reader.fault({
    summary: isAlone ? "Missing attribute value" : "Missing key/value separator",
    detail: `Expected an equals sign ("=") to mark the beginning of the attribute value.${
      key.kind === "traversal" || key.kind === "steps"
        ? " A name with other characters than letters, digits, underscores and dashes must stand in quotes."
        : ""
    }`,
    at: reader.nextSpan(),
    around: { start: open.start, end: reader.nextSpan().end },
  });
}

function readKey(reader: TokenReader, parse: ParseExpression): ExpressionNode {
  const second = reader.peekSecond();
  const isWord = second === TOKEN.equal || second === TOKEN.colon;
  if (reader.peek() === TOKEN.identifier && isWord) {
    const value = stringValue(reader.nextText());
    return { kind: "literal", value, ...reader.read() };
  }
  const key = parse(reader);
  if (
    key.kind === "traversal" &&
    (reader.peek() === TOKEN.equal || reader.peek() === TOKEN.colon)
  ) {
    reader.report({
      summary: "Ambiguous attribute key",
      detail:
        "If this expression is intended to be a reference, wrap it in parentheses. If it is a literal name with dots, write it in quotes.",
      at: key,
    });
    return { kind: "invalid", start: key.start, end: key.end };
  }
  return key;
}

function startsFor(reader: TokenReader): boolean {
  if (reader.peek() !== TOKEN.identifier || reader.nextText() !== "for") return false;
  return reader.peekSecond() === TOKEN.identifier;
}

const INVALID_FOR = "Invalid 'for' expression";

interface Brackets {
  readonly open: Span;
  readonly close: TokenKind;
}

function parseFor(reader: TokenReader, brackets: Brackets, parse: ParseExpression): ForNode {
  const { open } = brackets;
  reader.read();
  const first = readForName(reader, open);
  const second = reader.tryRead(TOKEN.comma) === undefined ? undefined : readForName(reader, open);
  const [keyName, valueName] = second === undefined ? [undefined, first] : [first, second];
  expectIn(reader, open);
  const collection = parse(reader);
  expect(reader, open, [TOKEN.colon, "A colon is required after the collection expression."]);
  const head = parse(reader);
  const arrow = reader.tryRead(TOKEN.fatArrow);
  const value = arrow === undefined ? head : parse(reader);
  const key = arrow === undefined ? undefined : head;
  const ellipsis = reader.tryRead(TOKEN.ellipsis);
  const condition = readForCondition(reader, parse);
  checkForm(reader, { ...brackets, head, arrow, ellipsis });
  const { end } = reader.read();
  return {
    kind: "for",
    keyName,
    valueName,
    collection,
    key,
    value,
    condition,
    groups: ellipsis !== undefined,
    openEnd: open.end,
    start: open.start,
    end,
  };
}

function readForCondition(reader: TokenReader, parse: ParseExpression): ExpressionNode | undefined {
  if (reader.peek() !== TOKEN.identifier || reader.nextText() !== "if") return undefined;
  reader.read();
  return parse(reader);
}

interface ForForm extends Brackets {
  /** The key where there is an arrow, else the value. */
  readonly head: Span;
  readonly arrow: Span | undefined;
  readonly ellipsis: Span | undefined;
}

/** The brackets must fit: `{ … => … }` or `[ … ]`. */
function checkForm(reader: TokenReader, form: ForForm): void {
  if (reader.peek() !== form.close) {
    throw forFault(reader, form.open, "Extra characters after the end of the 'for' expression.");
  }
  const around = { start: form.open.start, end: reader.nextSpan().end };
  const makesObject = form.close === TOKEN.closeBrace;
  if (makesObject && form.arrow === undefined) {
    throw reader.fault({
      summary: INVALID_FOR,
      detail: "Key expression is required when building an object.",
      at: form.head,
      around,
    });
  }
  if (makesObject) return;
  if (form.arrow !== undefined) {
    reader.report({
      summary: INVALID_FOR,
      detail: "Key expression is not valid when building a tuple.",
      at: form.head,
      around,
    });
  }
  if (form.ellipsis !== undefined) {
    reader.report({
      summary: INVALID_FOR,
      detail: "Grouping ellipsis (...) cannot be used when building a tuple.",
      at: form.ellipsis,
      around,
    });
  }
}

function readForName(reader: TokenReader, open: Span): string {
  if (reader.peek() !== TOKEN.identifier) {
    throw forFault(reader, open, "For expression requires a variable name after 'for'.");
  }
  const name = reader.nextText();
  reader.read();
  return name;
}

function expectIn(reader: TokenReader, open: Span): void {
  if (reader.peek() !== TOKEN.identifier || reader.nextText() !== "in") {
    throw forFault(
      reader,
      open,
      "For expression requires the 'in' keyword after its name declarations.",
    );
  }
  reader.read();
}

function expect(
  reader: TokenReader,
  open: Span,
  [kind, detail]: readonly [TokenKind, string],
): void {
  if (reader.peek() !== kind) throw forFault(reader, open, detail);
  reader.read();
}

function forFault(reader: TokenReader, open: Span, detail: string): Error {
  return reader.fault({
    summary: INVALID_FOR,
    detail,
    at: reader.nextSpan(),
    around: { start: open.start, end: reader.nextSpan().end },
  });
}
