import type { Expression } from "./ast-expressions.ts";
import type {
  ExecuteArgument,
  ExecuteStatement,
  ExecuteStringStatement,
} from "./ast-statements.ts";
import { tryParseLiteral } from "./literal-parser.ts";
import {
  isName,
  parseIdentifier,
  parseObjectName,
  parseString,
  parseVariableName,
} from "./names.ts";
import type { TokenCursor } from "./token-cursor.ts";

/** EXEC or EXECUTE, of a procedure or of a string. */
export function parseExecute(cursor: TokenCursor): ExecuteStatement | ExecuteStringStatement {
  const mark = cursor.position;
  cursor.expectAny("exec", "execute");
  return cursor.at("(") ? parseExecuteString(cursor, mark) : parseCall(cursor, mark);
}

/** A procedure call from its name (or status variable) on. */
export function parseCall(cursor: TokenCursor, mark: number): ExecuteStatement {
  const hasStatus = cursor.kind === "variable" && cursor.wordAt(1) === "=";
  const statusVariable = hasStatus ? parseVariableName(cursor) : undefined;
  if (hasStatus) cursor.expect("=");
  const procedure =
    cursor.kind === "variable" ? { variable: parseVariableName(cursor) } : parseObjectName(cursor);
  if (cursor.at(";") && cursor.kindAt(1) === "integer") cursor.position += 2;
  const values = isArgumentAhead(cursor) ? cursor.list(parseArgument) : [];
  const options = cursor.at("with") ? parseOptions(cursor) : [];
  return {
    kind: "execute",
    statusVariable,
    procedure,
    arguments: values,
    options,
    ...cursor.span(mark),
  };
}

function isArgumentAhead(cursor: TokenCursor): boolean {
  if (cursor.isAtEnd) return false;
  if (cursor.kind === "symbol") return cursor.atAny("-", "+");
  if (cursor.kind !== "word") return true;
  return cursor.atAny("null", "default") || (isName(cursor) && cursor.wordAt(1) !== ":");
}

function parseArgument(cursor: TokenCursor): ExecuteArgument {
  const mark = cursor.position;
  const isNamed = cursor.kind === "variable" && cursor.wordAt(1) === "=";
  const name = isNamed ? parseVariableName(cursor) : undefined;
  if (isNamed) cursor.expect("=");
  const value = parseValue(cursor);
  const output = cursor.takeAny("output", "out") !== undefined;
  return { name, value, output, ...cursor.span(mark) };
}

/** A constant, a variable, or a bare word, which is a string. */
function parseValue(cursor: TokenCursor): Expression {
  const mark = cursor.position;
  const literal = tryParseLiteral(cursor);
  if (literal !== undefined) return literal;
  if (cursor.take("null")) return { kind: "null", ...cursor.span(mark) };
  if (cursor.take("default")) return { kind: "default", ...cursor.span(mark) };
  const operator = cursor.takeAny("-", "+");
  if (operator !== undefined) {
    const operand = tryParseLiteral(cursor) ?? cursor.fail();
    return { kind: "unary", operator, operand, ...cursor.span(mark) };
  }
  const value = parseIdentifier(cursor).value;
  return { kind: "string", value, national: true, ...cursor.span(mark) };
}

function parseOptions(cursor: TokenCursor): string[] {
  cursor.expect("with");
  return cursor.list(() => {
    if (cursor.take("recompile")) return "recompile";
    if (cursor.takeWords("result", "sets", "none")) return "result sets none";
    if (cursor.takeWords("result", "sets", "undefined")) return "result sets undefined";
    return cursor.at("result") ? cursor.refuse("WITH RESULT SETS") : cursor.fail();
  });
}

/** `('text' + @variable)`. */
function parseExecuteString(cursor: TokenCursor, mark: number): ExecuteStringStatement {
  cursor.expect("(");
  const parts: Expression[] = [];
  do {
    const part = tryParseLiteral(cursor);
    if (part?.kind !== "string" && part?.kind !== "variable") return cursor.fail();
    parts.push(part);
  } while (cursor.take("+"));
  if (cursor.at(",")) cursor.refuse("EXECUTE with parameters");
  cursor.expect(")");
  const as = parseAs(cursor);
  const at = cursor.take("at") ? parseIdentifier(cursor) : undefined;
  return { kind: "execute_string", parts, as, at, ...cursor.span(mark) };
}

function parseAs(cursor: TokenCursor): ExecuteStringStatement["as"] {
  if (!cursor.take("as")) return undefined;
  const type = cursor.expectAny("user", "login");
  cursor.expect("=");
  return { type, name: parseString(cursor) };
}
