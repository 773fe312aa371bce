import type {
  SetIsolationStatement,
  SetOptionStatement,
  Statement,
  TransactionStatement,
} from "./ast-statements.ts";
import {
  isName,
  parseIdentifier,
  parseObjectName,
  parseString,
  parseVariableName,
} from "./names.ts";
import { takeWord } from "./option-parser.ts";
import type { TokenCursor } from "./token-cursor.ts";
import { parseSetVariable } from "./variable-parser.ts";

/** SET, of a variable or of an option. */
export function parseSet(cursor: TokenCursor): Statement {
  const mark = cursor.position;
  cursor.expect("set");
  if (cursor.kind === "variable") return parseSetVariable(cursor, mark);
  if (cursor.take("identity_insert")) {
    const table = parseObjectName(cursor);
    const on = cursor.expectAny("on", "off") === "on";
    return { kind: "set_identity_insert", table, on, ...cursor.span(mark) };
  }
  if (cursor.takeWords("transaction", "isolation", "level")) return parseIsolation(cursor, mark);
  if (cursor.takeWords("tran", "isolation", "level")) return parseIsolation(cursor, mark);
  return parseOption(cursor, mark);
}

function parseIsolation(cursor: TokenCursor, mark: number): SetIsolationStatement {
  const level = parseLevel(cursor);
  return { kind: "set_isolation", level, ...cursor.span(mark) };
}

function parseLevel(cursor: TokenCursor): SetIsolationStatement["level"] {
  if (cursor.takeWords("read", "uncommitted")) return "read_uncommitted";
  if (cursor.takeWords("read", "committed")) return "read_committed";
  if (cursor.takeWords("repeatable", "read")) return "repeatable_read";
  return cursor.expectAny("serializable", "snapshot");
}

/** Options that are ON or OFF. */
const SWITCHES: ReadonlySet<string> = new Set([
  "ansi_defaults",
  "ansi_null_dflt_off",
  "ansi_null_dflt_on",
  "ansi_nulls",
  "ansi_padding",
  "ansi_warnings",
  "arithabort",
  "arithignore",
  "concat_null_yields_null",
  "cursor_close_on_commit",
  "fmtonly",
  "forceplan",
  "implicit_transactions",
  "nocount",
  "noexec",
  "no_browsetable",
  "numeric_roundabort",
  "parseonly",
  "quoted_identifier",
  "remote_proc_transactions",
  "showplan_all",
  "showplan_text",
  "showplan_xml",
  "xact_abort",
]);

/** Options that take a value. */
const VALUES: ReadonlySet<string> = new Set([
  "context_info",
  "datefirst",
  "dateformat",
  "deadlock_priority",
  "fips_flagger",
  "language",
  "lock_timeout",
  "query_governor_cost_limit",
  "rowcount",
  "textsize",
]);

function parseOption(cursor: TokenCursor, mark: number): SetOptionStatement {
  if (cursor.take("statistics")) {
    const options = cursor.list((inner) => `statistics ${takeWord(inner)}`);
    return { kind: "set_option", options, value: takeSwitch(cursor), ...cursor.span(mark) };
  }
  if (VALUES.has(cursor.word)) {
    const options = [takeWord(cursor)];
    return { kind: "set_option", options, value: parseValue(cursor), ...cursor.span(mark) };
  }
  const options = cursor.list(takeSwitchName);
  return { kind: "set_option", options, value: takeSwitch(cursor), ...cursor.span(mark) };
}

function takeSwitchName(cursor: TokenCursor): string {
  if (SWITCHES.has(cursor.word)) return takeWord(cursor);
  if (!isName(cursor) || cursor.kindAt(1) !== "word") cursor.fail();
  return cursor.failWith(195, `'${cursor.shown}' is not a recognized SET option.`);
}

function takeSwitch(cursor: TokenCursor): boolean {
  return cursor.expectAny("on", "off") === "on";
}

/** A number, a string, a variable, a binary, or a word (`mdy`, `us_english`, `low`), which comes as a string. */
function parseValue(cursor: TokenCursor): SetOptionStatement["value"] {
  const mark = cursor.position;
  if (cursor.take("off")) return false;
  if (cursor.take("on")) return true;
  if (!isName(cursor)) return cursor.grammar.expression(cursor);
  const value = parseIdentifier(cursor).value;
  return { kind: "string", value, national: true, ...cursor.span(mark) };
}

/** BEGIN TRANSACTION. */
export function parseBeginTransaction(cursor: TokenCursor): TransactionStatement {
  const mark = cursor.position;
  cursor.expect("begin");
  if (cursor.at("distributed")) cursor.refuse("BEGIN DISTRIBUTED TRANSACTION");
  cursor.expectAny("tran", "transaction");
  const name = takeTransactionName(cursor);
  let description: string | undefined;
  if (name !== undefined && cursor.takeWords("with", "mark")) {
    description =
      cursor.kind === "string" || cursor.kind === "national_string" ? parseString(cursor) : "";
  }
  return { kind: "begin_transaction", name, mark: description, ...cursor.span(mark) };
}

/** COMMIT, ROLLBACK and SAVE. */
export function parseEndTransaction(cursor: TokenCursor): TransactionStatement {
  const mark = cursor.position;
  const verb = cursor.expectAny("commit", "rollback", "save");
  const isTransaction = cursor.takeAny("tran", "transaction") !== undefined;
  if (!isTransaction && verb === "save") cursor.fail();
  if (!isTransaction) cursor.take("work");
  const name = isTransaction ? takeTransactionName(cursor) : undefined;
  if (verb === "save" && name === undefined) cursor.fail();
  if (cursor.atWords("with", "(")) parseDurability(cursor);
  const kind = verb === "save" ? "save_transaction" : verb;
  return { kind, name, mark: undefined, ...cursor.span(mark) };
}

/** DELAYED_DURABILITY says nothing to a server that keeps its log in memory. */
function parseDurability(cursor: TokenCursor): void {
  cursor.expect("with", "(", "delayed_durability", "=");
  cursor.expectAny("on", "off");
  cursor.expect(")");
}

function takeTransactionName(cursor: TokenCursor): string | undefined {
  if (cursor.kind === "variable") return parseVariableName(cursor);
  return isName(cursor) && cursor.wordAt(1) !== ":" ? parseIdentifier(cursor).value : undefined;
}

export function parseUse(cursor: TokenCursor): Statement {
  const mark = cursor.position;
  cursor.expect("use");
  return { kind: "use", database: parseIdentifier(cursor), ...cursor.span(mark) };
}

/** REVERT; with a cookie it is refused. */
export function parseRevert(cursor: TokenCursor): Statement {
  const mark = cursor.position;
  cursor.expect("revert");
  if (cursor.at("with")) cursor.refuse("REVERT WITH COOKIE");
  return { kind: "revert", ...cursor.span(mark) };
}
