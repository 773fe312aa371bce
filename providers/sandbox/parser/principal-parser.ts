import type {
  AlterLoginStatement,
  AlterRoleStatement,
  AlterUserStatement,
  CreateLoginStatement,
  CreateRoleStatement,
  CreateUserStatement,
  DropPrincipalStatement,
  LoginPassword,
} from "./ast-security.ts";
import type { NamedOption } from "./ast-tables.ts";
import { FROM } from "./keywords.ts";
import { tryParseLiteral } from "./literal-parser.ts";
import { parseIdentifier } from "./names.ts";
import { parseNamedOption } from "./option-parser.ts";
import type { TokenCursor } from "./token-cursor.ts";

/** Behind CREATE [SERVER] ROLE. */
export function parseCreateRole(
  cursor: TokenCursor,
  mark: number,
  server: boolean,
): CreateRoleStatement {
  const name = parseIdentifier(cursor);
  const owner = cursor.take("authorization") ? parseIdentifier(cursor) : undefined;
  return { kind: "create_role", server, name, owner, ...cursor.span(mark) };
}

/** Behind ALTER [SERVER] ROLE. */
export function parseAlterRole(
  cursor: TokenCursor,
  mark: number,
  server: boolean,
): AlterRoleStatement {
  const name = parseIdentifier(cursor);
  const action = parseRoleAction(cursor);
  return { kind: "alter_role", server, name, action, ...cursor.span(mark) };
}

function parseRoleAction(cursor: TokenCursor): AlterRoleStatement["action"] {
  const verb = cursor.expectAny("add", "drop", "with");
  if (verb === "with") {
    cursor.expect("name", "=");
    return { kind: "rename", name: parseIdentifier(cursor) };
  }
  cursor.expect("member");
  return { kind: verb === "add" ? "add_member" : "drop_member", member: parseIdentifier(cursor) };
}

/** Behind CREATE USER. */
export function parseCreateUser(cursor: TokenCursor, mark: number): CreateUserStatement {
  const name = parseIdentifier(cursor);
  const origin = parseUserOrigin(cursor);
  const options = parseWithOptions(cursor);
  return { kind: "create_user", name, for: origin, options, ...cursor.span(mark) };
}

function parseUserOrigin(cursor: TokenCursor): CreateUserStatement["for"] {
  if (cursor.takeWords("without", "login")) return { kind: "without_login" };
  if (cursor.takeAny("for", FROM) === undefined) return undefined;
  if (cursor.takeWords("external", "provider")) return { kind: "external_provider" };
  if (cursor.take("login")) return { kind: "login", login: parseIdentifier(cursor) };
  if (cursor.take("certificate")) return { kind: "certificate", name: parseIdentifier(cursor) };
  cursor.expect("asymmetric", "key");
  return { kind: "asymmetric_key", name: parseIdentifier(cursor) };
}

function parseWithOptions(cursor: TokenCursor): NamedOption[] {
  return cursor.take("with") ? cursor.list(parseNamedOption) : [];
}

/** Behind ALTER USER. */
export function parseAlterUser(cursor: TokenCursor, mark: number): AlterUserStatement {
  const name = parseIdentifier(cursor);
  cursor.expect("with");
  const options = cursor.list(parseNamedOption);
  return { kind: "alter_user", name, options, ...cursor.span(mark) };
}

/** Behind CREATE LOGIN. */
export function parseCreateLogin(cursor: TokenCursor, mark: number): CreateLoginStatement {
  const name = parseIdentifier(cursor);
  if (cursor.take(FROM)) {
    const source = parseLoginSource(cursor);
    const options = parseWithOptions(cursor);
    const password = undefined;
    return { kind: "create_login", name, source, password, options, ...cursor.span(mark) };
  }
  cursor.expect("with");
  const password = parsePassword(cursor);
  const options = cursor.take(",") ? cursor.list(parseNamedOption) : [];
  const source = "password";
  return { kind: "create_login", name, source, password, options, ...cursor.span(mark) };
}

function parseLoginSource(cursor: TokenCursor): CreateLoginStatement["source"] {
  if (cursor.take("windows")) return "windows";
  if (cursor.takeWords("external", "provider")) return "external_provider";
  if (cursor.take("certificate")) {
    parseIdentifier(cursor);
    return "certificate";
  }
  cursor.expect("asymmetric", "key");
  parseIdentifier(cursor);
  return "asymmetric_key";
}

/** `PASSWORD = '…' [HASHED] [MUST_CHANGE] [OLD_PASSWORD = '…']`. */
function parsePassword(cursor: TokenCursor): LoginPassword {
  cursor.expect("password", "=");
  const value = tryParseLiteral(cursor) ?? cursor.fail();
  let hashed = false;
  let mustChange = false;
  let oldPassword: LoginPassword["oldPassword"];
  for (;;) {
    const word = cursor.takeAny("hashed", "must_change", "unlock", "old_password");
    if (word === undefined) return { value, hashed, mustChange, oldPassword };
    if (word === "hashed") hashed = true;
    if (word === "must_change") mustChange = true;
    if (word === "old_password") {
      cursor.expect("=");
      oldPassword = tryParseLiteral(cursor) ?? cursor.fail();
    }
  }
}

/** Behind ALTER LOGIN. */
export function parseAlterLogin(cursor: TokenCursor, mark: number): AlterLoginStatement {
  const name = parseIdentifier(cursor);
  const action = parseLoginAction(cursor);
  return { kind: "alter_login", name, action, ...cursor.span(mark) };
}

function parseLoginAction(cursor: TokenCursor): AlterLoginStatement["action"] {
  const kind = cursor.expectAny("enable", "disable", "with", "add", "drop");
  if (kind === "add" || kind === "drop") cursor.refuse("CREDENTIAL");
  if (kind !== "with") return { kind };
  let password: LoginPassword | undefined;
  const options: NamedOption[] = [];
  do {
    if (cursor.at("password")) password = parsePassword(cursor);
    else options.push(parseNamedOption(cursor));
  } while (cursor.take(","));
  return { kind: "with", password, options };
}

/** Behind DROP USER, DROP ROLE, DROP SERVER ROLE, DROP LOGIN. */
export function parseDropPrincipal(
  cursor: TokenCursor,
  mark: number,
  type: DropPrincipalStatement["type"],
): DropPrincipalStatement {
  const ifExists = cursor.takeWords("if", "exists");
  const name = parseIdentifier(cursor);
  return { kind: "drop_principal", type, ifExists, name, ...cursor.span(mark) };
}
