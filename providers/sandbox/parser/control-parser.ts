import type { Expression } from "./ast-expressions.ts";
import type {
  BlockStatement,
  ControlStatement,
  IfStatement,
  RaiserrorStatement,
  Statement,
  TryStatement,
} from "./ast-statements.ts";
import { parseIdentifier } from "./names.ts";
import { takeWord } from "./option-parser.ts";
import type { TokenCursor } from "./token-cursor.ts";

/** `BEGIN … END`; BEGIN TRANSACTION and BEGIN TRY are told apart before. */
export function parseBlock(cursor: TokenCursor): BlockStatement {
  const mark = cursor.position;
  cursor.expect("begin");
  if (cursor.takeWords("atomic", "with")) cursor.refuse("BEGIN ATOMIC");
  const statements = parseUntilEnd(cursor);
  if (statements.length === 0) cursor.fail();
  cursor.expect("end");
  return { kind: "block", statements, ...cursor.span(mark) };
}

function parseUntilEnd(cursor: TokenCursor): Statement[] {
  const statements: Statement[] = [];
  while (cursor.take(";"));
  while (!cursor.at("end") && !cursor.isAtEnd) {
    statements.push(cursor.grammar.statement(cursor));
    cursor.endStatement();
  }
  return statements;
}

export function parseTry(cursor: TokenCursor): TryStatement {
  const mark = cursor.position;
  cursor.expect("begin", "try");
  const statements = parseUntilEnd(cursor);
  cursor.expect("end", "try");
  cursor.take(";");
  cursor.expect("begin", "catch");
  const catchStatements = parseUntilEnd(cursor);
  cursor.expect("end", "catch");
  return { kind: "try", statements, catchStatements, ...cursor.span(mark) };
}

export function parseIf(cursor: TokenCursor): IfStatement {
  const mark = cursor.position;
  cursor.expect("if");
  const condition = cursor.grammar.predicate(cursor);
  const whenTrue = cursor.grammar.statement(cursor);
  const beforeElse = cursor.position;
  cursor.take(";");
  if (!cursor.take("else")) {
    cursor.position = beforeElse;
    return { kind: "if", condition, whenTrue, whenFalse: undefined, ...cursor.span(mark) };
  }
  const whenFalse = cursor.grammar.statement(cursor);
  return { kind: "if", condition, whenTrue, whenFalse, ...cursor.span(mark) };
}

export function parseWhile(cursor: TokenCursor): ControlStatement {
  const mark = cursor.position;
  cursor.expect("while");
  const condition = cursor.grammar.predicate(cursor);
  cursor.loops += 1;
  const body = cursor.grammar.statement(cursor);
  cursor.loops -= 1;
  return { kind: "while", condition, body, ...cursor.span(mark) };
}

export function parseLoopExit(cursor: TokenCursor): ControlStatement {
  const mark = cursor.position;
  const kind = cursor.expectAny("break", "continue");
  if (cursor.loops === 0) {
    cursor.position = mark;
    const verb = kind.toUpperCase();
    cursor.failWith(
      kind === "break" ? 135 : 136,
      `Cannot use a ${verb} statement outside the scope of a WHILE statement.`,
    );
  }
  return { kind, ...cursor.span(mark) };
}

export function parseLabel(cursor: TokenCursor): ControlStatement {
  const mark = cursor.position;
  const label = parseIdentifier(cursor).value;
  cursor.expect(":");
  if (cursor.labels.has(label.toLowerCase())) {
    cursor.failWith(
      132,
      `The label '${label}' has already been declared. Label names must be unique within a query batch or stored procedure.`,
    );
  }
  cursor.labels.add(label.toLowerCase());
  return { kind: "label", label, ...cursor.span(mark) };
}

export function parseGoto(cursor: TokenCursor): ControlStatement {
  const mark = cursor.position;
  cursor.expect("goto");
  const label = parseIdentifier(cursor).value;
  cursor.jumps.push({ label, position: mark });
  return { kind: "goto", label, ...cursor.span(mark) };
}

/** At the end of a batch: 133 for a jump to a label that it lacks. */
export function checkJumps(cursor: TokenCursor): void {
  const lost = cursor.jumps.find(({ label }) => !cursor.labels.has(label.toLowerCase()));
  if (lost === undefined) return;
  cursor.position = lost.position;
  cursor.failWith(
    133,
    `A GOTO statement references the label '${lost.label}' but the label has not been declared.`,
  );
}

/** What begins a value, and no statement, behind RETURN. */
const VALUE_WORDS: ReadonlySet<string> = new Set([
  "(",
  "-",
  "+",
  "~",
  "{",
  "null",
  "case",
  "cast",
  "convert",
  "try_convert",
  "coalesce",
  "nullif",
  "left",
  "right",
  "user",
  "current_user",
  "session_user",
  "system_user",
  "current_timestamp",
]);

export function parseReturn(cursor: TokenCursor): ControlStatement {
  const mark = cursor.position;
  cursor.expect("return");
  const value = isValueAhead(cursor) ? cursor.grammar.expression(cursor) : undefined;
  return { kind: "return", value, ...cursor.span(mark) };
}

function isValueAhead(cursor: TokenCursor): boolean {
  if (cursor.kind === "word") {
    return VALUE_WORDS.has(cursor.word) || ["(", "."].includes(cursor.wordAt(1));
  }
  return cursor.kind === "symbol" ? VALUE_WORDS.has(cursor.word) : !cursor.isAtEnd;
}

export function parseThrow(cursor: TokenCursor): ControlStatement {
  const mark = cursor.position;
  cursor.expect("throw");
  if (cursor.kind !== "integer" && cursor.kind !== "variable") {
    return { kind: "throw", arguments: undefined, ...cursor.span(mark) };
  }
  const { expression } = cursor.grammar;
  const number = expression(cursor);
  cursor.expect(",");
  const message = expression(cursor);
  cursor.expect(",");
  const state = expression(cursor);
  return { kind: "throw", arguments: { number, message, state }, ...cursor.span(mark) };
}

export function parsePrint(cursor: TokenCursor): ControlStatement {
  const mark = cursor.position;
  cursor.expect("print");
  return { kind: "print", value: cursor.grammar.expression(cursor), ...cursor.span(mark) };
}

/** `RAISERROR (…) WITH …`, and `RAISERROR 50001 'text'` of before 2012. */
export function parseRaiserror(cursor: TokenCursor): RaiserrorStatement {
  const mark = cursor.position;
  cursor.expect("raiserror");
  if (!cursor.at("(")) return parseOldRaiserror(cursor, mark);
  const values = cursor.parenthesized(cursor.grammar.expression);
  const [id, severity, state, ...rest] = values;
  if (id === undefined || severity === undefined || state === undefined) return cursor.fail();
  const options = cursor.take("with") ? cursor.list(parseRaiserrorOption) : [];
  return {
    kind: "raiserror",
    id,
    legacyMessage: undefined,
    severity,
    state,
    arguments: rest,
    options,
    ...cursor.span(mark),
  };
}

function parseRaiserrorOption(cursor: TokenCursor): string {
  return cursor.expectAny("log", "nowait", "seterror");
}

function parseOldRaiserror(cursor: TokenCursor, mark: number): RaiserrorStatement {
  const id = cursor.grammar.expression(cursor);
  cursor.take(",");
  const legacyMessage = isTextAhead(cursor) ? cursor.grammar.expression(cursor) : undefined;
  const rest: Expression[] = [];
  while (cursor.take(",")) rest.push(cursor.grammar.expression(cursor));
  return {
    kind: "raiserror",
    id,
    legacyMessage,
    severity: undefined,
    state: undefined,
    arguments: rest,
    options: [],
    ...cursor.span(mark),
  };
}

function isTextAhead(cursor: TokenCursor): boolean {
  return ["string", "national_string", "variable"].includes(cursor.kind);
}

export function parseWaitfor(cursor: TokenCursor): ControlStatement {
  const mark = cursor.position;
  cursor.expect("waitfor");
  if (cursor.at("(")) cursor.refuse("WAITFOR (statement)");
  const mode = cursor.expectAny("delay", "time");
  const value = cursor.grammar.expression(cursor);
  return { kind: "waitfor", mode, value, ...cursor.span(mark) };
}

/** EXECUTE AS as a statement: `EXECUTE AS USER = 'x' WITH NO REVERT`. */
export function parseExecuteAsStatement(cursor: TokenCursor): Statement {
  const mark = cursor.position;
  cursor.position += 2;
  const type = takeWord(cursor);
  if (type === "caller") return { kind: "execute_as", type, name: undefined, ...cursor.span(mark) };
  if (type !== "user" && type !== "login") return cursor.fail();
  cursor.expect("=");
  const name = cursor.grammar.expression(cursor);
  if (cursor.at("with")) cursor.refuse("EXECUTE AS WITH");
  return { kind: "execute_as", type, name, ...cursor.span(mark) };
}
