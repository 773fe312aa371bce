import type {
  CreateProcedureStatement,
  CreateTriggerStatement,
  CreateViewStatement,
  ModuleParameter,
  ModuleVerb,
  TriggerStateStatement,
} from "./ast-modules.ts";
import type { Statement } from "./ast-statements.ts";
import { parseModuleOptions } from "./module-option-parser.ts";
import {
  parseIdentifier,
  parseNumber,
  parseObjectName,
  parseType,
  parseVariableName,
} from "./names.ts";
import { takeWord } from "./option-parser.ts";
import { parseCommonTables, parseQuery } from "./query-parser.ts";
import type { TokenCursor } from "./token-cursor.ts";

/** Where a module statement begins: the token of its verb, and what the verb is. */
export interface ModuleStart extends ModuleVerb {
  readonly mark: number;
}

/** Behind CREATE VIEW. */
export function parseView(cursor: TokenCursor, start: ModuleStart): CreateViewStatement {
  const { mark, ...verb } = start;
  const name = parseObjectName(cursor);
  const columns = cursor.at("(") ? cursor.parenthesized(parseIdentifier) : undefined;
  const options = parseModuleOptions(cursor);
  cursor.expect("as");
  const ctes = parseCommonTables(cursor);
  const query = parseQuery(cursor);
  const checkOption = cursor.takeWords("with", "check", "option");
  return {
    kind: "create_view",
    ...verb,
    name,
    columns,
    options,
    ctes,
    query,
    checkOption,
    ...cursor.span(mark),
  };
}

/** Behind CREATE PROCEDURE. */
export function parseProcedure(cursor: TokenCursor, start: ModuleStart): CreateProcedureStatement {
  const { mark, ...verb } = start;
  const name = parseObjectName(cursor);
  const number = cursor.take(";") ? parseNumber(cursor) : undefined;
  const parameters = parseProcedureParameters(cursor);
  const options = parseModuleOptions(cursor);
  const forReplication = cursor.takeWords("for", "replication");
  cursor.expect("as");
  const body = parseBody(cursor);
  return {
    kind: "create_procedure",
    ...verb,
    name,
    number,
    parameters,
    options,
    forReplication,
    body,
    ...cursor.span(mark),
  };
}

function parseProcedureParameters(cursor: TokenCursor): ModuleParameter[] {
  if (cursor.at("(")) return parseFunctionParameters(cursor);
  return cursor.kind === "variable" ? cursor.list(parseParameter) : [];
}

/** The list in parentheses, which may be empty. */
export function parseFunctionParameters(cursor: TokenCursor): ModuleParameter[] {
  return cursor.takeWords("(", ")") ? [] : cursor.parenthesized(parseParameter);
}

function parseParameter(cursor: TokenCursor): ModuleParameter {
  const mark = cursor.position;
  const name = parseVariableName(cursor);
  cursor.take("as");
  const cursorType = cursor.at("cursor");
  const type = cursorType ? parseCursorType(cursor) : parseType(cursor);
  cursor.take("varying");
  const nullable = parseNullability(cursor);
  const value = cursor.take("=") ? parseDefaultValue(cursor) : undefined;
  let output = false;
  let readOnly = false;
  for (let word = takeDirection(cursor); word !== undefined; word = takeDirection(cursor)) {
    if (word === "readonly") readOnly = true;
    else output = true;
  }
  const rest = { value, output, readOnly, cursor: cursorType, nullable };
  return { name, type, ...rest, ...cursor.span(mark) };
}

function takeDirection(cursor: TokenCursor): "out" | "output" | "readonly" | undefined {
  return cursor.takeAny("out", "output", "readonly");
}

function parseNullability(cursor: TokenCursor): boolean | undefined {
  if (cursor.take("null")) return true;
  return cursor.takeWords("not", "null") ? false : undefined;
}

function parseCursorType(cursor: TokenCursor): ModuleParameter["type"] {
  const mark = cursor.position;
  cursor.expect("cursor");
  const span = cursor.span(mark);
  return { name: { name: "cursor", ...span }, arguments: [], ...span };
}

/** A constant; a bare word is a string. */
function parseDefaultValue(cursor: TokenCursor): ModuleParameter["value"] {
  const mark = cursor.position;
  const isBareWord = cursor.kind === "word" || cursor.kind === "quoted_name";
  if (!isBareWord || cursor.at("null")) return cursor.grammar.expression(cursor);
  const value = parseIdentifier(cursor).value;
  return { kind: "string", value, national: true, ...cursor.span(mark) };
}

/** All that is left of the batch. */
export function parseBody(cursor: TokenCursor): Statement[] {
  const statements: Statement[] = [];
  while (cursor.take(";"));
  while (!cursor.isAtEnd) {
    statements.push(cursor.grammar.statement(cursor));
    cursor.endStatement();
  }
  return statements;
}

/** Behind CREATE TRIGGER. */
export function parseTrigger(cursor: TokenCursor, start: ModuleStart): CreateTriggerStatement {
  const { mark, ...verb } = start;
  const name = parseObjectName(cursor);
  cursor.expect("on");
  const target = parseTriggerTarget(cursor);
  const options = parseModuleOptions(cursor);
  const timing = parseTiming(cursor);
  const events = cursor.list(takeWord);
  const isWithAppend = cursor.takeWords("with", "append");
  const notForReplication = cursor.takeWords("not", "for", "replication");
  if (isWithAppend && timing === "instead_of") cursor.fail();
  cursor.expect("as");
  const body = parseBody(cursor);
  if (body.length === 0) cursor.fail();
  return {
    kind: "create_trigger",
    ...verb,
    name,
    target,
    timing,
    events,
    options,
    notForReplication,
    body,
    ...cursor.span(mark),
  };
}

function parseTiming(cursor: TokenCursor): CreateTriggerStatement["timing"] {
  if (cursor.takeWords("instead", "of")) return "instead_of";
  cursor.expectAny("for", "after");
  return "after";
}

function parseTriggerTarget(cursor: TokenCursor): CreateTriggerStatement["target"] {
  if (cursor.take("database")) return { kind: "database" };
  if (cursor.takeWords("all", "server")) return { kind: "server" };
  return { kind: "object", name: parseObjectName(cursor) };
}

/** `ENABLE TRIGGER …` and `DISABLE TRIGGER …`. */
export function parseTriggerState(cursor: TokenCursor): TriggerStateStatement {
  const mark = cursor.position;
  const enable = cursor.expectAny("enable", "disable") === "enable";
  cursor.expect("trigger");
  const names = cursor.take("all") ? undefined : cursor.list(parseObjectName);
  cursor.expect("on");
  const target = parseTriggerTarget(cursor);
  return { kind: "trigger_state", enable, names, target, ...cursor.span(mark) };
}
