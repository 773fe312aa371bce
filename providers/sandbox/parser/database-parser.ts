import type {
  AlterDatabaseAction,
  AlterDatabaseStatement,
  CreateDatabaseStatement,
  DatabaseOption,
  DropDatabaseStatement,
  FileGroup,
} from "./ast-databases.ts";
import type { NamedOption } from "./ast-tables.ts";
import { parseStorageName } from "./constraint-parser.ts";
import { parseCopySource, parseEditionOptions } from "./edition-parser.ts";
import { parseFile } from "./file-parser.ts";
import { parseIdentifier, parseNumber } from "./names.ts";
import { parseNamedOption, parseOptionValue, takeWord } from "./option-parser.ts";
import type { TokenCursor } from "./token-cursor.ts";

/** Behind CREATE DATABASE. */
export function parseCreateDatabase(cursor: TokenCursor, mark: number): CreateDatabaseStatement {
  const name = parseIdentifier(cursor);
  const containment = parseContainment(cursor);
  const copyOf = cursor.takeWords("as", "copy", "of") ? parseCopySource(cursor) : undefined;
  const files = cursor.take("on") ? parseFileGroups(cursor) : [];
  const logFiles = cursor.takeWords("log", "on") ? cursor.list(parseFile) : [];
  const collation = cursor.take("collate") ? parseIdentifier(cursor).value : undefined;
  const service = parseEditionOptions(cursor);
  const snapshotOf = cursor.takeWords("as", "snapshot", "of") ? parseIdentifier(cursor) : undefined;
  const options = parseCreateOptions(cursor);
  return {
    kind: "create_database",
    name,
    containment,
    files,
    logFiles,
    collation,
    options,
    snapshotOf,
    copyOf,
    service,
    ...cursor.span(mark),
  };
}

function parseContainment(cursor: TokenCursor): CreateDatabaseStatement["containment"] {
  if (!cursor.take("containment")) return undefined;
  cursor.expect("=");
  return cursor.expectAny("none", "partial");
}

function parseCreateOptions(cursor: TokenCursor): NamedOption[] {
  const options: NamedOption[] = [];
  if (cursor.take("for")) {
    options.push({ name: cursor.expectAny("attach", "attach_rebuild_log", "load"), value: true });
  }
  if (!cursor.take("with")) return options;
  return [...options, ...cursor.list(parseDatabaseOption)];
}

function parseFileGroups(cursor: TokenCursor): FileGroup[] {
  cursor.take("primary");
  const groups: FileGroup[] = [
    { name: "PRIMARY", isDefault: true, contains: "rows", files: parseFiles(cursor) },
  ];
  while (cursor.take("filegroup")) {
    const name = parseStorageName(cursor);
    const contains = parseContains(cursor);
    const isDefault = cursor.take("default");
    groups.push({ name, isDefault, contains, files: parseFiles(cursor) });
    cursor.take(",");
  }
  return groups;
}

function parseFiles(cursor: TokenCursor): FileGroup["files"] {
  const files = [];
  while (cursor.at("(")) {
    files.push(parseFile(cursor));
    cursor.take(",");
  }
  return files;
}

function parseContains(cursor: TokenCursor): FileGroup["contains"] {
  if (!cursor.take("contains")) return "rows";
  return cursor.expectAny("filestream", "memory_optimized_data");
}

/** Behind ALTER DATABASE. */
export function parseAlterDatabase(cursor: TokenCursor, mark: number): AlterDatabaseStatement {
  if (cursor.takeWords("scoped", "configuration")) {
    return {
      kind: "alter_database",
      name: undefined,
      action: parseScoped(cursor),
      ...cursor.span(mark),
    };
  }
  const name = cursor.take("current") ? undefined : parseIdentifier(cursor);
  const action = parseAction(cursor);
  return { kind: "alter_database", name, action, ...cursor.span(mark) };
}

function parseScoped(cursor: TokenCursor): AlterDatabaseAction {
  if (cursor.take("clear")) cursor.refuse("CLEAR");
  if (cursor.takeWords("for", "secondary")) cursor.refuse("FOR SECONDARY");
  cursor.expect("set");
  const { name, value } = parseNamedOption(cursor);
  return { kind: "scoped_configuration", name, value };
}

function parseAction(cursor: TokenCursor): AlterDatabaseAction {
  switch (cursor.expectAny("modify", "collate", "set", "add", "remove")) {
    case "modify":
      return parseModify(cursor);
    case "collate":
      return { kind: "collate", collation: parseIdentifier(cursor).value };
    case "set":
      return parseSet(cursor);
    case "add":
      return parseAdd(cursor);
    case "remove":
      return cursor.expectAny("file", "filegroup") === "file"
        ? { kind: "remove_file", name: parseIdentifier(cursor).value }
        : { kind: "remove_filegroup", name: parseStorageName(cursor) };
  }
}

function parseModify(cursor: TokenCursor): AlterDatabaseAction {
  if (cursor.at("(")) return { kind: "modify_service", service: parseEditionOptions(cursor) };
  switch (cursor.expectAny("name", "file", "filegroup")) {
    case "name":
      cursor.expect("=");
      return { kind: "modify_name", name: parseIdentifier(cursor) };
    case "file":
      return { kind: "modify_file", file: parseFile(cursor) };
    case "filegroup":
      return { kind: "modify_filegroup", name: parseStorageName(cursor), change: takeWord(cursor) };
  }
}

function parseAdd(cursor: TokenCursor): AlterDatabaseAction {
  if (cursor.take("filegroup")) {
    return {
      kind: "add_filegroup",
      name: parseStorageName(cursor),
      contains: parseContains(cursor),
    };
  }
  const log = cursor.take("log");
  cursor.expect("file");
  const files = cursor.list(parseFile);
  const fileGroup = cursor.takeWords("to", "filegroup") ? parseStorageName(cursor) : undefined;
  return { kind: "add_file", log, files, fileGroup };
}

function parseSet(cursor: TokenCursor): AlterDatabaseAction {
  const options = cursor.list(parseDatabaseOption);
  return { kind: "set", options, termination: parseTermination(cursor) };
}

/** Options are written `NAME`, `NAME ON`, `NAME = ON`, `NAME word` or `NAME = (…)`. */
function parseDatabaseOption(cursor: TokenCursor): DatabaseOption {
  const name = takeWord(cursor);
  const hasSign = cursor.take("=");
  const value = hasSign || WORD_VALUES.has(cursor.word) ? parseValue(cursor) : undefined;
  const details = cursor.at("(") ? cursor.parenthesized(parseNamedOption) : [];
  return { name, value, arguments: details };
}

/** Without `=`, only these words belong to the option before them. */
const WORD_VALUES: ReadonlySet<string> = new Set([
  "on",
  "off",
  "simple",
  "full",
  "bulk_logged",
  "checksum",
  "torn_page_detection",
  "none",
  "local",
  "global",
  "forced",
  "all",
  "disabled",
  "allowed",
]);

function parseValue(cursor: TokenCursor): NamedOption["value"] {
  if (cursor.at("(")) return undefined;
  const word = cursor.takeAny("on", "off");
  return word === undefined ? parseOptionValue(cursor) : word === "on";
}

type SetAction = Extract<AlterDatabaseAction, { kind: "set" }>;

function parseTermination(cursor: TokenCursor): SetAction["termination"] {
  if (!cursor.take("with")) return undefined;
  if (cursor.take("no_wait")) return { kind: "no_wait" };
  cursor.expect("rollback");
  if (cursor.take("immediate")) return { kind: "immediate" };
  cursor.expect("after");
  const seconds = parseNumber(cursor);
  cursor.takeAny("seconds", "second");
  return { kind: "after", seconds };
}

/** Behind DROP DATABASE. */
export function parseDropDatabase(cursor: TokenCursor, mark: number): DropDatabaseStatement {
  const ifExists = cursor.takeWords("if", "exists");
  const names = cursor.list(parseIdentifier);
  return { kind: "drop_database", ifExists, names, ...cursor.span(mark) };
}
