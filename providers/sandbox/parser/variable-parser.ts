import type { SetVariableStatement, Statement, VariableDeclaration } from "./ast-statements.ts";
import { isCursorDeclaration, parseCursorDefinition, parseDeclareCursor } from "./cursor-parser.ts";
import { parseType, parseVariableName } from "./names.ts";
import { takeAssignmentOperator } from "./select-parser.ts";
import { parseTableElements } from "./table-parser.ts";
import type { TokenCursor } from "./token-cursor.ts";

/** DECLARE of variables, table variables and cursors. */
export function parseDeclare(cursor: TokenCursor): Statement {
  const mark = cursor.position;
  cursor.expect("declare");
  if (isCursorDeclaration(cursor)) return parseDeclareCursor(cursor, mark);
  const variables = cursor.list(parseDeclaration);
  return { kind: "declare", variables, ...cursor.span(mark) };
}

function parseDeclaration(cursor: TokenCursor): VariableDeclaration {
  const mark = cursor.position;
  const name = parseVariableName(cursor);
  cursor.take("as");
  if (cursor.take("table")) {
    const elements = parseTableElements(cursor);
    return { kind: "table", name, elements, ...cursor.span(mark) };
  }
  if (cursor.take("cursor")) return { kind: "cursor", name, ...cursor.span(mark) };
  const type = parseType(cursor);
  const value = cursor.take("=") ? cursor.grammar.expression(cursor) : undefined;
  return { kind: "scalar", name, type, value, ...cursor.span(mark) };
}

/** `SET @v = …`, behind SET. */
export function parseSetVariable(cursor: TokenCursor, mark: number): SetVariableStatement {
  const name = parseVariableName(cursor);
  if (cursor.at(".")) cursor.refuse("SET with a method");
  const operator = takeAssignmentOperator(cursor);
  const value = cursor.at("cursor")
    ? parseCursorDefinition(cursor, [])
    : cursor.grammar.expression(cursor);
  return { kind: "set_variable", name, operator, value, ...cursor.span(mark) };
}
