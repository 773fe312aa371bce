import type {
  CertificateSource,
  CreateCertificateStatement,
  DatabaseKeyStatement,
  DropCertificateStatement,
  MasterKeyStatement,
  PrivateKeySource,
} from "./ast-encryption.ts";
import type { Expression } from "./ast-expressions.ts";
import { FROM } from "./keywords.ts";
import { tryParseLiteral } from "./literal-parser.ts";
import { parseIdentifier, parseString } from "./names.ts";
import { takeWord } from "./option-parser.ts";
import type { TokenCursor } from "./token-cursor.ts";

/** Behind the verb and MASTER: `KEY [ENCRYPTION | DECRYPTION BY PASSWORD = '…']`. */
export function parseMasterKey(
  cursor: TokenCursor,
  mark: number,
  action: MasterKeyStatement["action"],
): MasterKeyStatement {
  cursor.expect("key");
  const word = action === "open" ? "decryption" : "encryption";
  const password = tryParsePassword(cursor, word);
  return { kind: "master_key", action, password, ...cursor.span(mark) };
}

/** OPEN and CLOSE of keys. */
export function parseKeyVerb(cursor: TokenCursor): MasterKeyStatement {
  const mark = cursor.position;
  const action = cursor.expectAny("open", "close");
  cursor.expect("master");
  return parseMasterKey(cursor, mark, action);
}

function tryParsePassword(cursor: TokenCursor, word: string): string | undefined {
  if (!cursor.takeWords(word, "by", "password")) return undefined;
  cursor.expect("=");
  return parseString(cursor);
}

/** Behind CREATE CERTIFICATE. */
export function parseCreateCertificate(
  cursor: TokenCursor,
  mark: number,
): CreateCertificateStatement {
  const name = parseIdentifier(cursor);
  const owner = cursor.take("authorization") ? parseIdentifier(cursor) : undefined;
  const source = cursor.take(FROM) ? parseExisting(cursor) : parseSelfSigned(cursor);
  if (cursor.takeWords("active", "for")) {
    cursor.expect("begin_dialog", "=");
    cursor.expectAny("on", "off");
  }
  return { kind: "create_certificate", name, owner, source, ...cursor.span(mark) };
}

function parseSelfSigned(cursor: TokenCursor): CertificateSource {
  const keyPassword = tryParsePassword(cursor, "encryption");
  cursor.expect("with", "subject", "=");
  const subject = parseString(cursor);
  const dates = new Map<string, string>();
  while (cursor.take(",")) {
    const name = cursor.expectAny("start_date", "expiry_date");
    cursor.expect("=");
    dates.set(name, parseString(cursor));
  }
  const startDate = dates.get("start_date");
  return {
    kind: "self_signed",
    keyPassword,
    subject,
    startDate,
    expiryDate: dates.get("expiry_date"),
  };
}

function parseExisting(cursor: TokenCursor): CertificateSource {
  if (!cursor.take("binary")) cursor.refuse(`CREATE CERTIFICATE … FROM ${cursor.source}`);
  cursor.expect("=");
  const encoded = parseBinary(cursor);
  const privateKey = cursor.takeWords("with", "private", "key") ? parseKey(cursor) : undefined;
  return { kind: "binary", encoded, privateKey };
}

function parseBinary(cursor: TokenCursor): Expression {
  const literal = tryParseLiteral(cursor);
  return literal?.kind === "binary_literal" ? literal : cursor.fail();
}

function parseKey(cursor: TokenCursor): PrivateKeySource {
  cursor.expect("(");
  if (!cursor.take("binary")) cursor.refuse(`PRIVATE KEY (${cursor.source.toUpperCase()}`);
  cursor.expect("=");
  const encoded = parseBinary(cursor);
  let password: string | undefined;
  let newPassword: string | undefined;
  while (cursor.take(",")) {
    password = tryParsePassword(cursor, "decryption") ?? password;
    newPassword = tryParsePassword(cursor, "encryption") ?? newPassword;
    if (!cursor.atAny(",", ")")) cursor.fail();
  }
  cursor.expect(")");
  return { encoded, password, newPassword };
}

/** Behind DROP CERTIFICATE. */
export function parseDropCertificate(cursor: TokenCursor, mark: number): DropCertificateStatement {
  const ifExists = cursor.takeWords("if", "exists");
  const name = parseIdentifier(cursor);
  return { kind: "drop_certificate", ifExists, name, ...cursor.span(mark) };
}

/** Behind the verb and DATABASE ENCRYPTION KEY. */
export function parseDatabaseKey(
  cursor: TokenCursor,
  mark: number,
  action: DatabaseKeyStatement["action"],
): DatabaseKeyStatement {
  if (action === "alter") cursor.take("regenerate");
  const algorithm = cursor.takeWords("with", "algorithm") ? parseAlgorithm(cursor) : undefined;
  const certificate = cursor.takeWords("encryption", "by", "server")
    ? parseProtector(cursor)
    : undefined;
  return { kind: "database_key", action, algorithm, certificate, ...cursor.span(mark) };
}

function parseAlgorithm(cursor: TokenCursor): string {
  cursor.expect("=");
  return takeWord(cursor);
}

function parseProtector(cursor: TokenCursor): DatabaseKeyStatement["certificate"] {
  if (!cursor.take("certificate")) cursor.refuse(`ENCRYPTION BY SERVER ${cursor.source}`);
  return parseIdentifier(cursor);
}
