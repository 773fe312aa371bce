import type { CaseExpression, Expression, FunctionCall } from "./ast-expressions.ts";
import { parseFunctionTail, parseOver } from "./function-parser.ts";
import { FROM } from "./keywords.ts";
import { objectNameOf, parseObjectName, parseType } from "./names.ts";
import type { TokenCursor } from "./token-cursor.ts";

type FormParser = (cursor: TokenCursor, mark: number) => Expression;

/** Functions whose arguments are not a plain list, or whose names are reserved words. Each starts behind its name. */
const FORMS: ReadonlyMap<string, FormParser> = new Map<string, FormParser>([
  ["case", parseCase],
  ["cast", (cursor, mark) => parseCast(cursor, mark, false)],
  ["try_cast", (cursor, mark) => parseCast(cursor, mark, true)],
  ["convert", (cursor, mark) => parseConvert(cursor, mark, false)],
  ["try_convert", (cursor, mark) => parseConvert(cursor, mark, true)],
  ["parse", (cursor, mark) => parseParse(cursor, mark, false)],
  ["try_parse", (cursor, mark) => parseParse(cursor, mark, true)],
  ["iif", parseIif],
  ["trim", parseTrim],
]);

/** Reserved words that are ordinary functions when a parenthesis follows. */
const CALLABLE: ReadonlySet<string> = new Set([
  "coalesce",
  "nullif",
  "left",
  "right",
  "user",
  "session_user",
  "system_user",
  "current_user",
]);

const NILADIC: ReadonlySet<string> = new Set([
  "current_timestamp",
  "current_user",
  "session_user",
  "system_user",
  "user",
  "current_date",
]);

/** Undefined when no such function stands here. */
export function parseKeywordFunction(cursor: TokenCursor): Expression | undefined {
  const mark = cursor.position;
  const { word } = cursor;
  const isCall = cursor.wordAt(1) === "(";
  const form = FORMS.get(word);
  if (form !== undefined && (isCall || word === "case")) {
    cursor.advance();
    return cursor.nested(() => form(cursor, mark));
  }
  if (isCall && CALLABLE.has(word)) {
    cursor.advance();
    return parseFunctionTail(cursor, objectNameOf([word], cursor, mark), mark);
  }
  if (NILADIC.has(word)) {
    cursor.advance();
    return niladic(cursor, word, mark);
  }
  return word === "next" && cursor.atWords("next", "value", "for")
    ? parseNextValue(cursor, mark)
    : undefined;
}

function niladic(cursor: TokenCursor, word: string, mark: number): FunctionCall {
  return {
    kind: "call",
    name: objectNameOf([word], cursor, mark),
    arguments: [],
    star: false,
    distinct: false,
    niladic: true,
    withinGroup: undefined,
    ignoresNulls: false,
    over: undefined,
    ...cursor.span(mark),
  };
}

function parseNextValue(cursor: TokenCursor, mark: number): Expression {
  cursor.position += 3;
  const sequence = parseObjectName(cursor);
  const over = parseOver(cursor);
  return { kind: "next_value", sequence, over, ...cursor.span(mark) };
}

function parseCase(cursor: TokenCursor, mark: number): CaseExpression {
  return cursor.at("when") ? parseSearchedCase(cursor, mark) : parseSimpleCase(cursor, mark);
}

function parseSimpleCase(cursor: TokenCursor, mark: number): CaseExpression {
  const { expression } = cursor.grammar;
  const input = expression(cursor);
  const branches: { when: Expression; result: Expression }[] = [];
  do {
    cursor.expect("when");
    const when = expression(cursor);
    cursor.expect("then");
    branches.push({ when, result: expression(cursor) });
  } while (cursor.at("when"));
  const otherwise = parseElse(cursor);
  return { kind: "simple_case", input, branches, otherwise, ...cursor.span(mark) };
}

function parseSearchedCase(cursor: TokenCursor, mark: number): CaseExpression {
  const { expression, predicate } = cursor.grammar;
  const branches: { when: ReturnType<typeof predicate>; result: Expression }[] = [];
  do {
    cursor.expect("when");
    const when = predicate(cursor);
    cursor.expect("then");
    branches.push({ when, result: expression(cursor) });
  } while (cursor.at("when"));
  const otherwise = parseElse(cursor);
  return { kind: "searched_case", branches, otherwise, ...cursor.span(mark) };
}

function parseElse(cursor: TokenCursor): Expression | undefined {
  const otherwise = cursor.take("else") ? cursor.grammar.expression(cursor) : undefined;
  cursor.expect("end");
  return otherwise;
}

function parseCast(cursor: TokenCursor, mark: number, isTry: boolean): Expression {
  cursor.expect("(");
  const operand = cursor.grammar.expression(cursor);
  cursor.expect("as");
  const type = parseType(cursor);
  cursor.expect(")");
  return { kind: "cast", operand, type, isTry, ...cursor.span(mark) };
}

function parseConvert(cursor: TokenCursor, mark: number, isTry: boolean): Expression {
  cursor.expect("(");
  const type = parseType(cursor);
  cursor.expect(",");
  const operand = cursor.grammar.expression(cursor);
  const style = cursor.take(",") ? cursor.grammar.expression(cursor) : undefined;
  cursor.expect(")");
  return { kind: "convert", operand, type, style, isTry, ...cursor.span(mark) };
}

function parseParse(cursor: TokenCursor, mark: number, isTry: boolean): Expression {
  cursor.expect("(");
  const operand = cursor.grammar.expression(cursor);
  cursor.expect("as");
  const type = parseType(cursor);
  const culture = cursor.take("using") ? cursor.grammar.expression(cursor) : undefined;
  cursor.expect(")");
  return { kind: "parse", operand, type, culture, isTry, ...cursor.span(mark) };
}

function parseIif(cursor: TokenCursor, mark: number): Expression {
  cursor.expect("(");
  const condition = cursor.grammar.predicate(cursor);
  cursor.expect(",");
  const whenTrue = cursor.grammar.expression(cursor);
  cursor.expect(",");
  const whenFalse = cursor.grammar.expression(cursor);
  cursor.expect(")");
  return { kind: "iif", condition, whenTrue, whenFalse, ...cursor.span(mark) };
}

function parseTrim(cursor: TokenCursor, mark: number): Expression {
  cursor.expect("(");
  const side = cursor.takeAny("leading", "trailing", "both") ?? "both";
  const first = cursor.grammar.expression(cursor);
  const hasCharacters = cursor.take(FROM);
  const operand = hasCharacters ? cursor.grammar.expression(cursor) : first;
  cursor.expect(")");
  const characters = hasCharacters ? first : undefined;
  return { kind: "trim", side, characters, operand, ...cursor.span(mark) };
}
