import type { Expression } from "./ast-expressions.ts";
import type {
  BackupDevice,
  BackupOption,
  BackupStatement,
  DbccStatement,
  RestoreStatement,
  ServerStatement,
} from "./ast-statements.ts";
import { FROM } from "./keywords.ts";
import { parseIdentifier, parseVariableName } from "./names.ts";
import { takeWord } from "./option-parser.ts";
import type { TokenCursor } from "./token-cursor.ts";

/** CHECKPOINT, RECONFIGURE, SHUTDOWN, KILL. */
export function parseServerVerb(cursor: TokenCursor): ServerStatement {
  const mark = cursor.position;
  switch (cursor.expectAny("checkpoint", "reconfigure", "shutdown", "kill")) {
    case "checkpoint":
      if (cursor.kind === "integer") cursor.advance();
      return { kind: "checkpoint", ...cursor.span(mark) };
    case "reconfigure": {
      const override = cursor.takeWords("with", "override");
      return { kind: "reconfigure", override, ...cursor.span(mark) };
    }
    case "shutdown": {
      const nowait = cursor.takeWords("with", "nowait");
      return { kind: "shutdown", nowait, ...cursor.span(mark) };
    }
    case "kill": {
      const session = cursor.grammar.expression(cursor);
      cursor.takeWords("with", "statusonly");
      return { kind: "kill", session, ...cursor.span(mark) };
    }
  }
}

export function parseDbcc(cursor: TokenCursor): DbccStatement {
  const mark = cursor.position;
  cursor.expect("dbcc");
  const command = takeWord(cursor);
  const values =
    cursor.at("(") && !cursor.takeWords("(", ")") ? cursor.parenthesized(parseDbccArgument) : [];
  const options = cursor.take("with") ? cursor.list(takeWord) : [];
  return { kind: "dbcc", command, arguments: values, options, ...cursor.span(mark) };
}

/** Reserved words among the arguments read as names. */
function parseDbccArgument(cursor: TokenCursor): Expression {
  const mark = cursor.position;
  const isBareWord = cursor.kind === "word" && [",", ")"].includes(cursor.wordAt(1));
  if (!isBareWord || cursor.at("null")) return cursor.grammar.expression(cursor);
  const { source } = cursor;
  cursor.advance();
  return { kind: "column", parts: [source], ...cursor.span(mark) };
}

/** BACKUP DATABASE and BACKUP LOG. */
export function parseBackup(cursor: TokenCursor): BackupStatement {
  const mark = cursor.position;
  cursor.expect("backup");
  const what = takeBackupKind(cursor);
  const database = parseDatabaseName(cursor);
  skipFileList(cursor);
  cursor.expect("to");
  const devices = cursor.list(parseDevice);
  while (cursor.takeWords("mirror", "to")) cursor.list(parseDevice);
  const options = parseBackupOptions(cursor);
  return { kind: "backup", what, database, devices, options, ...cursor.span(mark) };
}

function takeBackupKind(cursor: TokenCursor): "database" | "log" {
  const word = cursor.takeAny("database", "log", "tran", "transaction");
  if (word === undefined) return cursor.refuse(`BACKUP ${cursor.source.toUpperCase()}`);
  return word === "database" ? "database" : "log";
}

export function parseRestore(cursor: TokenCursor): RestoreStatement {
  const mark = cursor.position;
  cursor.expect("restore");
  const what = takeRestoreKind(cursor);
  const hasName = what === "database" || what === "log";
  const database = hasName ? parseDatabaseName(cursor) : undefined;
  if (hasName) skipFileList(cursor);
  const devices = cursor.take(FROM) ? cursor.list(parseDevice) : [];
  if (!hasName && devices.length === 0) cursor.fail();
  const options = parseBackupOptions(cursor);
  return { kind: "restore", what, database, devices, options, ...cursor.span(mark) };
}

function takeRestoreKind(cursor: TokenCursor): RestoreStatement["what"] {
  const word = cursor.takeAny(
    "database",
    "log",
    "headeronly",
    "filelistonly",
    "labelonly",
    "verifyonly",
    "rewindonly",
    "tran",
    "transaction",
  );
  if (word === undefined) return cursor.refuse(`RESTORE ${cursor.source.toUpperCase()}`);
  return word === "tran" || word === "transaction" ? "log" : word;
}

function parseDatabaseName(cursor: TokenCursor): Expression {
  const mark = cursor.position;
  if (cursor.kind === "variable") {
    return { kind: "variable", name: parseVariableName(cursor), ...cursor.span(mark) };
  }
  const value = parseIdentifier(cursor).value;
  return { kind: "string", value, national: true, ...cursor.span(mark) };
}

/** `FILE = 'a', FILEGROUP = 'b', READ_WRITE_FILEGROUPS` in front of the devices. */
function skipFileList(cursor: TokenCursor): void {
  while (cursor.atAny("file", "filegroup", "read_write_filegroups", "page")) {
    cursor.refuse(cursor.source.toUpperCase());
  }
}

const DEVICE_TYPES = ["disk", "tape", "url", "virtual_device", "database_snapshot"] as const;

function parseDevice(cursor: TokenCursor): BackupDevice {
  const mark = cursor.position;
  const type = cursor.wordAt(1) === "=" ? cursor.expectAny(...DEVICE_TYPES) : "logical";
  if (type === "logical") return { type, name: parseDatabaseName(cursor), ...cursor.span(mark) };
  cursor.expect("=");
  const name = cursor.grammar.expression(cursor);
  return { type, name, ...cursor.span(mark) };
}

function parseBackupOptions(cursor: TokenCursor): BackupOption[] {
  return cursor.take("with") ? cursor.list(parseBackupOption) : [];
}

function parseBackupOption(cursor: TokenCursor): BackupOption {
  const name = takeWord(cursor);
  if (name === "move") {
    const value = cursor.grammar.expression(cursor);
    cursor.expect("to");
    return { name, value, target: cursor.grammar.expression(cursor) };
  }
  if (name === "encryption" && cursor.at("(")) cursor.refuse("ENCRYPTION");
  const value = cursor.take("=") ? cursor.grammar.expression(cursor) : undefined;
  return { name, value, target: undefined };
}
