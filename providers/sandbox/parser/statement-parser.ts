import type { Statement } from "./ast-statements.ts";
import {
  parseDelete,
  parseInsert,
  parseSelectStatement,
  parseStart,
  parseTruncate,
  parseUpdate,
} from "./change-parser.ts";
import {
  parseBlock,
  parseExecuteAsStatement,
  parseGoto,
  parseIf,
  parseLabel,
  parseLoopExit,
  parsePrint,
  parseRaiserror,
  parseReturn,
  parseThrow,
  parseTry,
  parseWaitfor,
  parseWhile,
} from "./control-parser.ts";
import { parseCursorVerb, parseFetch } from "./cursor-parser.ts";
import { parseAlter, parseCreate, parseDrop } from "./definition-parser.ts";
import { parseKeyVerb } from "./encryption-parser.ts";
import { parseExecute } from "./execute-parser.ts";
import { parseUpdateStatistics } from "./index-parser.ts";
import { parseInsertBulk } from "./insert-bulk-parser.ts";
import { parseMerge } from "./merge-parser.ts";
import { parseTriggerState } from "./module-parser.ts";
import { isName } from "./names.ts";
import { parsePermission } from "./permission-parser.ts";
import { parseBackup, parseDbcc, parseRestore, parseServerVerb } from "./server-parser.ts";
import {
  parseBeginTransaction,
  parseEndTransaction,
  parseRevert,
  parseSet,
  parseUse,
} from "./session-parser.ts";
import type { TokenCursor } from "./token-cursor.ts";
import { parseDeclare } from "./variable-parser.ts";

type StatementParser = (cursor: TokenCursor) => Statement;

/** How each statement is parsed, by its first word. */
const STATEMENTS: ReadonlyMap<string, StatementParser> = new Map<string, StatementParser>([
  ["select", parseRowStatement],
  ["(", parseRowStatement],
  ["with", parseRowStatement],
  ["insert", parseInsertOrBulk],
  ["update", parseUpdateOrStatistics],
  ["delete", parseRowStatement],
  ["merge", parseRowStatement],
  ["truncate", parseTruncate],
  ["create", parseCreate],
  ["alter", parseAlter],
  ["drop", parseDrop],
  ["grant", parsePermission],
  ["deny", parsePermission],
  ["revoke", parsePermission],
  ["begin", parseBegin],
  ["if", parseIf],
  ["while", parseWhile],
  ["break", parseLoopExit],
  ["continue", parseLoopExit],
  ["goto", parseGoto],
  ["return", parseReturn],
  ["throw", parseThrow],
  ["raiserror", parseRaiserror],
  ["print", parsePrint],
  ["waitfor", parseWaitfor],
  ["declare", parseDeclare],
  ["set", parseSet],
  ["open", parseCursorOrKey],
  ["close", parseCursorOrKey],
  ["deallocate", parseCursorVerb],
  ["fetch", parseFetch],
  ["exec", parseExecuteOrAs],
  ["execute", parseExecuteOrAs],
  ["revert", parseRevert],
  ["use", parseUse],
  ["commit", parseEndTransaction],
  ["rollback", parseEndTransaction],
  ["save", parseEndTransaction],
  ["checkpoint", parseServerVerb],
  ["reconfigure", parseServerVerb],
  ["shutdown", parseServerVerb],
  ["kill", parseServerVerb],
  ["dbcc", parseDbcc],
  ["backup", parseBackup],
  ["restore", parseRestore],
]);

/** Statements that SQL Server has and the sandbox does not. */
const UNSUPPORTED: ReadonlySet<string> = new Set([
  "bulk",
  "readtext",
  "setuser",
  "updatetext",
  "writetext",
]);

/** One statement, at most one level deeper than the one around it. */
export function parseStatement(cursor: TokenCursor): Statement {
  return cursor.nested(parseHere);
}

function parseHere(cursor: TokenCursor): Statement {
  const parser = STATEMENTS.get(cursor.word);
  if (parser !== undefined && !isLabel(cursor)) return parser(cursor);
  if (isLabel(cursor)) return parseLabel(cursor);
  if (cursor.atAny("enable", "disable") && cursor.wordAt(1) === "trigger") {
    return parseTriggerState(cursor);
  }
  if (UNSUPPORTED.has(cursor.word)) {
    cursor.failWith(
      40510,
      `Statement '${cursor.source.toUpperCase()}' is not supported in this version of SQL Server.`,
    );
  }
  return cursor.fail();
}

function isLabel(cursor: TokenCursor): boolean {
  return isName(cursor) && cursor.wordAt(1) === ":";
}

function parseRowStatement(cursor: TokenCursor): Statement {
  const start = parseStart(cursor);
  switch (cursor.word) {
    case "insert":
      return parseInsert(cursor, start);
    case "update":
      return parseUpdate(cursor, start);
    case "delete":
      return parseDelete(cursor, start);
    case "merge":
      return parseMerge(cursor, start);
    default:
      return parseSelectStatement(cursor, start);
  }
}

function parseInsertOrBulk(cursor: TokenCursor): Statement {
  return cursor.wordAt(1) === "bulk" ? parseInsertBulk(cursor) : parseRowStatement(cursor);
}

function parseUpdateOrStatistics(cursor: TokenCursor): Statement {
  const mark = cursor.position;
  if (!cursor.takeWords("update", "statistics")) return parseRowStatement(cursor);
  return parseUpdateStatistics(cursor, mark);
}

function parseBegin(cursor: TokenCursor): Statement {
  switch (cursor.wordAt(1)) {
    case "tran":
    case "transaction":
    case "distributed":
      return parseBeginTransaction(cursor);
    case "try":
      return parseTry(cursor);
    default:
      return parseBlock(cursor);
  }
}

function parseCursorOrKey(cursor: TokenCursor): Statement {
  const isKey = cursor.wordAt(1) === "master" && cursor.wordAt(2) === "key";
  return isKey ? parseKeyVerb(cursor) : parseCursorVerb(cursor);
}

function parseExecuteOrAs(cursor: TokenCursor): Statement {
  return cursor.wordAt(1) === "as" ? parseExecuteAsStatement(cursor) : parseExecute(cursor);
}
