import type { Expression, Predicate } from "./ast-expressions.ts";
import type { Batch, Statement } from "./ast-statements.ts";
import { checkJumps } from "./control-parser.ts";
import { parseCall } from "./execute-parser.ts";
import { parseCondition, parseExpression, parsePredicate } from "./expression-parser.ts";
import type { Grammar } from "./grammar.ts";
import { readTokens } from "./lexer.ts";
import { isName } from "./names.ts";
import type { ParseError, ParseResult } from "./parse-result.ts";
import { parseQuery, parseQueryFrom } from "./query-parser.ts";
import { parseStatement } from "./statement-parser.ts";
import { SyntaxFailure } from "./syntax-error.ts";
import { TokenCursor } from "./token-cursor.ts";

export interface ParseOptions {
  /** SET QUOTED_IDENTIFIER: `"x"` is a name when true, a string when false. */
  readonly quotedIdentifier: boolean;
}

const GRAMMAR: Grammar = {
  condition: parseCondition,
  expression: parseExpression,
  predicate: parsePredicate,
  query: parseQuery,
  queryFrom: parseQueryFrom,
  statement: parseStatement,
};

/** Parses one batch (the text between two GO lines). Errors have SQL Server's numbers, texts and lines. */
export function parseBatch(text: string, options: ParseOptions): ParseResult {
  return attempt(text, options, (cursor) => ({
    ok: true,
    batch: { statements: parseStatements(cursor), text } satisfies Batch,
  }));
}

/** Parses a text that is one value and nothing else: a stored default or computed column. */
export function parseStandaloneExpression(
  text: string,
  options: ParseOptions,
): StandaloneResult<Expression> {
  return attempt(text, options, (cursor) => standalone(cursor, parseExpression));
}

/** Parses a text that is one condition and nothing else: a stored check constraint or index filter. */
export function parseStandalonePredicate(
  text: string,
  options: ParseOptions,
): StandaloneResult<Predicate> {
  return attempt(text, options, (cursor) => standalone(cursor, parsePredicate));
}

export type StandaloneResult<Node> =
  | { readonly ok: true; readonly node: Node }
  | { readonly ok: false; readonly errors: readonly ParseError[] };

function standalone<Node>(
  cursor: TokenCursor,
  parse: (cursor: TokenCursor) => Node,
): { readonly ok: true; readonly node: Node } {
  const node = parse(cursor);
  if (!cursor.isAtEnd) cursor.fail();
  return { ok: true, node };
}

function attempt<Success>(
  text: string,
  options: ParseOptions,
  parse: (cursor: TokenCursor) => Success,
): Success | { readonly ok: false; readonly errors: readonly ParseError[] } {
  try {
    return parse(new TokenCursor(readTokens(text, options.quotedIdentifier), GRAMMAR));
  } catch (failure) {
    if (failure instanceof SyntaxFailure) return { ok: false, errors: failure.errors };
    throw failure;
  }
}

function parseStatements(cursor: TokenCursor): Statement[] {
  const statements: Statement[] = [];
  while (cursor.take(";"));
  if (isBareCall(cursor)) statements.push(parseCall(cursor, cursor.position));
  while (cursor.take(";"));
  while (!cursor.isAtEnd) {
    statements.push(parseStatement(cursor));
    cursor.endStatement();
  }
  checkJumps(cursor);
  return statements;
}

/** The first statement of a batch may call a procedure without EXEC. */
function isBareCall(cursor: TokenCursor): boolean {
  if (!isName(cursor) || cursor.wordAt(1) === ":") return false;
  if (cursor.atAny("throw")) return false;
  return !(cursor.atAny("enable", "disable") && cursor.wordAt(1) === "trigger");
}
