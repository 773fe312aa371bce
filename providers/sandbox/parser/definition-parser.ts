import { parseAlterTable } from "./alter-table-parser.ts";
import type { ModuleVerb } from "./ast-modules.ts";
import type { Statement } from "./ast-statements.ts";
import type { DropObjectStatement } from "./ast-tables.ts";
import { parseAlterDatabase, parseCreateDatabase, parseDropDatabase } from "./database-parser.ts";
import {
  parseCreateCertificate,
  parseDatabaseKey,
  parseDropCertificate,
  parseMasterKey,
} from "./encryption-parser.ts";
import { parseFunctionDefinition } from "./function-definition-parser.ts";
import {
  parseAlterIndex,
  parseCreateIndex,
  parseCreateStatistics,
  parseDropIndex,
  parseDropStatistics,
} from "./index-parser.ts";
import { type ModuleStart, parseProcedure, parseTrigger, parseView } from "./module-parser.ts";
import {
  parseAlterSequence,
  parseCreateDefault,
  parseCreateRule,
  parseCreateSequence,
  parseCreateSynonym,
  parseCreateType,
  parseDropObject,
} from "./object-parser.ts";
import { parseCreatePartition, parseDropPartition } from "./partition-parser.ts";
import {
  parseAlterAuthorization,
  parseAlterSchema,
  parseCreateSchema,
} from "./permission-parser.ts";
import {
  parseAlterLogin,
  parseAlterRole,
  parseAlterUser,
  parseCreateLogin,
  parseCreateRole,
  parseCreateUser,
  parseDropPrincipal,
} from "./principal-parser.ts";
import { parseCreateTable } from "./table-parser.ts";
import type { TokenCursor } from "./token-cursor.ts";

/** Parses what follows `CREATE TABLE` and its like; `mark` is the token of the verb. */
type DefinitionParser = (cursor: TokenCursor, mark: number) => Statement;

/** `DATABASE ENCRYPTION KEY` is a key of the current database, any other name behind DATABASE a database. */
function orDatabaseKey(
  action: "create" | "alter" | "drop",
  parser: DefinitionParser,
): DefinitionParser {
  return (cursor, mark) =>
    cursor.takeWords("encryption", "key")
      ? parseDatabaseKey(cursor, mark, action)
      : parser(cursor, mark);
}

const CREATE: ReadonlyMap<string, DefinitionParser> = new Map<string, DefinitionParser>([
  ["table", parseCreateTable],
  ["type", parseCreateType],
  ["sequence", parseCreateSequence],
  ["synonym", parseCreateSynonym],
  ["default", parseCreateDefault],
  ["rule", parseCreateRule],
  ["partition", parseCreatePartition],
  ["statistics", parseCreateStatistics],
  ["database", orDatabaseKey("create", parseCreateDatabase)],
  ["schema", parseCreateSchema],
  ["user", parseCreateUser],
  ["login", parseCreateLogin],
  ["certificate", parseCreateCertificate],
  ["master", (cursor, mark) => parseMasterKey(cursor, mark, "create")],
  ["role", (cursor, mark) => parseCreateRole(cursor, mark, false)],
  ["server", (cursor, mark) => parseCreateRole(afterRole(cursor), mark, true)],
]);

const ALTER: ReadonlyMap<string, DefinitionParser> = new Map<string, DefinitionParser>([
  ["table", parseAlterTable],
  ["index", parseAlterIndex],
  ["sequence", parseAlterSequence],
  ["database", orDatabaseKey("alter", parseAlterDatabase)],
  ["schema", parseAlterSchema],
  ["authorization", parseAlterAuthorization],
  ["user", parseAlterUser],
  ["login", parseAlterLogin],
  ["role", (cursor, mark) => parseAlterRole(cursor, mark, false)],
  ["server", (cursor, mark) => parseAlterRole(afterRole(cursor), mark, true)],
]);

const DROP: ReadonlyMap<string, DefinitionParser> = new Map<string, DefinitionParser>([
  ["index", parseDropIndex],
  ["statistics", parseDropStatistics],
  ["partition", parseDropPartition],
  ["database", orDatabaseKey("drop", parseDropDatabase)],
  ["certificate", parseDropCertificate],
  ["master", (cursor, mark) => parseMasterKey(cursor, mark, "drop")],
  ["user", (cursor, mark) => parseDropPrincipal(cursor, mark, "user")],
  ["login", (cursor, mark) => parseDropPrincipal(cursor, mark, "login")],
  ["role", (cursor, mark) => parseDropPrincipal(cursor, mark, "role")],
  ["server", (cursor, mark) => parseDropPrincipal(afterRole(cursor), mark, "server_role")],
]);

type ModuleParser = (cursor: TokenCursor, start: ModuleStart) => Statement;

const MODULES: ReadonlyMap<string, ModuleParser> = new Map<string, ModuleParser>([
  ["view", parseView],
  ["proc", parseProcedure],
  ["procedure", parseProcedure],
  ["function", parseFunctionDefinition],
  ["trigger", parseTrigger],
]);

/** SERVER is only known in front of ROLE. */
function afterRole(cursor: TokenCursor): TokenCursor {
  if (!cursor.take("role")) cursor.refuse(`SERVER ${cursor.source.toUpperCase()}`);
  return cursor;
}

export function parseCreate(cursor: TokenCursor): Statement {
  const mark = cursor.position;
  cursor.expect("create");
  const isEither = cursor.takeWords("or", "alter");
  const verb = isEither ? "create_or_alter" : "create";
  if (MODULES.has(cursor.word)) return parseModule(cursor, mark, verb);
  if (isEither) cursor.fail();
  if (cursor.atAny("unique", "clustered", "nonclustered", "columnstore", "index")) {
    return parseCreateIndex(cursor, mark);
  }
  return parseDefinition(cursor, mark, CREATE);
}

export function parseAlter(cursor: TokenCursor): Statement {
  const mark = cursor.position;
  cursor.expect("alter");
  if (MODULES.has(cursor.word)) return parseModule(cursor, mark, "alter");
  return parseDefinition(cursor, mark, ALTER);
}

const DROPPED: readonly DropObjectStatement["type"][] = [
  "table",
  "view",
  "procedure",
  "function",
  "trigger",
  "sequence",
  "synonym",
  "type",
  "default",
  "rule",
  "schema",
];

export function parseDrop(cursor: TokenCursor): Statement {
  const mark = cursor.position;
  cursor.expect("drop");
  const object = cursor.take("proc") ? "procedure" : cursor.takeAny(...DROPPED);
  if (object !== undefined) return parseDropObject(cursor, mark, object);
  return parseDefinition(cursor, mark, DROP);
}

/** Kinds of things that SQL Server has and the sandbox does not. */
const UNSUPPORTED: ReadonlySet<string> = new Set([
  "aggregate",
  "application",
  "assembly",
  "asymmetric",
  "availability",
  "broker",
  "certificate",
  "column",
  "contract",
  "credential",
  "cryptographic",
  "endpoint",
  "event",
  "external",
  "fulltext",
  "master",
  "message",
  "partition",
  "primary",
  "queue",
  "remote",
  "resource",
  "route",
  "search",
  "security",
  "selective",
  "service",
  "signature",
  "spatial",
  "symmetric",
  "workload",
  "xml",
]);

function parseDefinition(
  cursor: TokenCursor,
  mark: number,
  parsers: ReadonlyMap<string, DefinitionParser>,
): Statement {
  const parser = parsers.get(cursor.word);
  if (parser !== undefined) {
    cursor.advance();
    return parser(cursor, mark);
  }
  if (!UNSUPPORTED.has(cursor.word)) return cursor.fail();
  const words = [cursor.position - 1, cursor.position].map((index) => sourceAt(cursor, index));
  return cursor.failWith(
    40510,
    `Statement '${words.join(" ").toUpperCase()}' is not supported in this version of SQL Server.`,
  );
}

function sourceAt(cursor: TokenCursor, index: number): string {
  const { text, starts, ends } = cursor.tokens;
  return text.slice(starts[index], ends[index]);
}

/** Views, procedures, functions and triggers begin their batch (111) and are all of it. */
function parseModule(cursor: TokenCursor, mark: number, verb: ModuleVerb["verb"]): Statement {
  const parser = MODULES.get(cursor.word) ?? cursor.fail();
  const { start, end } = cursor.span(mark);
  const what = cursor.word === "proc" ? "PROCEDURE" : cursor.word.toUpperCase();
  cursor.advance();
  if (!cursor.isFirst(mark)) {
    const shown = verb === "alter" ? "ALTER" : "CREATE";
    cursor.position = mark;
    cursor.failWith(111, `'${shown} ${what}' must be the first statement in a query batch.`);
  }
  return parser(cursor, { mark, verb, verbStart: start, verbEnd: end });
}
