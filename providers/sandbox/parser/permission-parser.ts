import type { Identifier } from "./ast-expressions.ts";
import type {
  AlterAuthorizationStatement,
  AlterSchemaStatement,
  CreateSchemaStatement,
  Permission,
  PermissionStatement,
  Securable,
} from "./ast-security.ts";
import type { Statement } from "./ast-statements.ts";
import { FROM } from "./keywords.ts";
import { parseIdentifier, parseObjectName } from "./names.ts";
import { takeWord } from "./option-parser.ts";
import type { TokenCursor } from "./token-cursor.ts";

/** GRANT, DENY and REVOKE. */
export function parsePermission(cursor: TokenCursor): PermissionStatement {
  const mark = cursor.position;
  const action = cursor.expectAny("grant", "deny", "revoke");
  const grantOptionFor = action === "revoke" && cursor.takeWords("grant", "option", "for");
  const permissions = cursor.list(parsePermissionName);
  const securable = cursor.take("on") ? parseSecurable(cursor) : undefined;
  if (action === "revoke") cursor.expectAny("to", FROM);
  else cursor.expect("to");
  const principals = cursor.list(parseGrantee);
  const withGrantOption = action === "grant" && cursor.takeWords("with", "grant", "option");
  const cascade = cursor.take("cascade");
  const as = cursor.take("as") ? parseIdentifier(cursor) : undefined;
  return {
    kind: "permission",
    action,
    grantOptionFor,
    permissions,
    securable,
    principals,
    withGrantOption,
    cascade,
    as,
    ...cursor.span(mark),
  };
}

/** PUBLIC is a reserved word and a role. */
function parseGrantee(cursor: TokenCursor): Identifier {
  const mark = cursor.position;
  if (!cursor.at("public")) return parseIdentifier(cursor);
  cursor.advance();
  return { value: "public", quoted: false, ...cursor.span(mark) };
}

function parsePermissionName(cursor: TokenCursor): Permission {
  const mark = cursor.position;
  const words = [takeWord(cursor)];
  while (cursor.kind === "word" && !cursor.atAny("on", "to", FROM)) words.push(takeWord(cursor));
  const columns = cursor.at("(") ? cursor.parenthesized(parseIdentifier) : [];
  const name = words.join(" ").toUpperCase();
  return { name: name === "ALL PRIVILEGES" ? "ALL" : name, columns, ...cursor.span(mark) };
}

/** `OBJECT::dbo.t (columns)`, `SCHEMA::s`, `XML SCHEMA COLLECTION::x`, or a name alone. */
function parseSecurable(cursor: TokenCursor): Securable {
  const mark = cursor.position;
  const securableClass = takeClass(cursor);
  const name = parseObjectName(cursor);
  const columns = cursor.at("(") ? cursor.parenthesized(parseIdentifier) : [];
  return { class: securableClass, name, columns, ...cursor.span(mark) };
}

function takeClass(cursor: TokenCursor): string {
  let distance = 0;
  while (cursor.kindAt(distance) === "word") distance += 1;
  if (cursor.wordAt(distance) !== "::") return "object";
  const words: string[] = [];
  while (!cursor.take("::")) words.push(takeWord(cursor));
  return words.join(" ");
}

/** Behind ALTER AUTHORIZATION. */
export function parseAlterAuthorization(
  cursor: TokenCursor,
  mark: number,
): AlterAuthorizationStatement {
  cursor.expect("on");
  const securable = parseSecurable(cursor);
  cursor.expect("to");
  const owner = cursor.takeWords("schema", "owner") ? undefined : parseIdentifier(cursor);
  return { kind: "alter_authorization", securable, owner, ...cursor.span(mark) };
}

/** Behind CREATE SCHEMA; tables, views and permissions may follow within the statement. */
export function parseCreateSchema(cursor: TokenCursor, mark: number): CreateSchemaStatement {
  const name = cursor.at("authorization") ? undefined : parseIdentifier(cursor);
  const owner = cursor.take("authorization") ? parseIdentifier(cursor) : undefined;
  const elements: Statement[] = [];
  while (isSchemaElement(cursor)) elements.push(cursor.grammar.statement(cursor));
  return { kind: "create_schema", name, owner, elements, ...cursor.span(mark) };
}

function isSchemaElement(cursor: TokenCursor): boolean {
  if (cursor.atAny("grant", "deny", "revoke")) return true;
  return cursor.atWords("create", "table") || cursor.atWords("create", "view");
}

/** Behind ALTER SCHEMA. */
export function parseAlterSchema(cursor: TokenCursor, mark: number): AlterSchemaStatement {
  const name = parseIdentifier(cursor);
  cursor.expect("transfer");
  const securableClass = takeClass(cursor);
  if (!isTransferType(securableClass)) return cursor.fail();
  const transfer = parseObjectName(cursor);
  const transferType = securableClass;
  return { kind: "alter_schema", name, transferType, transfer, ...cursor.span(mark) };
}

function isTransferType(text: string): text is AlterSchemaStatement["transferType"] {
  return text === "object" || text === "type" || text === "xml schema collection";
}
