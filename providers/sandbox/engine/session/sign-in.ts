import type { LoginRequest, SqlError } from "../../session/session.ts";
import { sidOfPrincipal, type TokenIdentity } from "../../session/token-verifier.ts";
import type { DatabasePrincipal, ServerPrincipal } from "../../storage/principals.ts";
import type { StoredDatabase } from "../../storage/stored-database.ts";
import type { StoredServer } from "../../storage/stored-server.ts";
import { isPassword } from "./passwords.ts";
import type { EngineParts, Impersonation } from "./session-core.ts";

/** Who a client turned out to be. */
export interface SignedIn {
  /** Of the server principal; 0 for a user of one database who has no login. */
  readonly loginId: number;
  /** The name that the client came in by. */
  readonly name: string;
  /** The user of one database that stands in for a login. */
  readonly user: Impersonation | undefined;
  readonly defaultDatabase: string;
  /** Signed in through Microsoft Entra. */
  readonly isExternal: boolean;
}

export function loginFailure(
  number: number,
  message: string,
  parts: Partial<SqlError> = {},
): SqlError {
  return { number, state: 1, class: 14, message, procedure: "", line: 1, ...parts };
}

/** Checks a password or a token: 18456, 18470. */
export function authenticate(request: LoginRequest, parts: EngineParts): SignedIn | SqlError {
  return request.token === undefined
    ? checkPassword(request, parts)
    : checkToken(request, request.token, parts);
}

function checkPassword(request: LoginRequest, { server }: EngineParts): SignedIn | SqlError {
  const { username, password } = request;
  const login = server.findPrincipal(username);
  const hasPassword = (hash: Uint8Array | undefined): boolean =>
    hash !== undefined && isPassword(password, hash);
  if (login?.kind === "sql_login" && hasPassword(login.passwordHash)) return ofLogin(login, false);
  const database = server.findDatabase(request.database);
  const user = database?.catalog.findPrincipal(username);
  if (database !== undefined && user !== undefined && hasPassword(user.passwordHash)) {
    return ofUser(user, database, false);
  }
  return loginFailure(18_456, `Login failed for user '${username}'.`);
}

function ofLogin(login: ServerPrincipal, isExternal: boolean): SignedIn | SqlError {
  const { principalId, name, disabled, defaultDatabase } = login;
  if (disabled) {
    return loginFailure(
      18_470,
      `Login failed for user '${name}'. Reason: The account is disabled.`,
    );
  }
  return { loginId: principalId, name, user: undefined, defaultDatabase, isExternal };
}

function ofUser(
  { principalId, name }: DatabasePrincipal,
  { databaseId, options }: StoredDatabase,
  isExternal: boolean,
): SignedIn {
  const user = { databaseId, userId: principalId };
  return { loginId: 0, name, user, defaultDatabase: options.name, isExternal };
}

/**
 * What is said to a principal that neither the server nor the database knows, and to a token that is not good
 * (learn.microsoft.com: azure-sql/database/authentication-aad-configure, troubleshooting).
 */
const NOT_MAPPED = "Login failed for user '<token-identified principal>'.";

function checkToken(
  request: LoginRequest,
  token: string,
  { server, tokens }: EngineParts,
): SignedIn | SqlError {
  const identity = tokens?.verify(token);
  if (identity === undefined) return loginFailure(18_456, NOT_MAPPED);
  const login = externalLogin(identity, server);
  if (login !== undefined) return ofLogin(login, true);
  const database = server.findDatabase(request.database);
  const user = database && externalUser(identity, database);
  if (database === undefined || user === undefined) return loginFailure(18_456, NOT_MAPPED);
  return { ...ofUser(user, database, true), name: identity.principal.name };
}

/** The principal's own sid first, then those of its groups. */
function sidsOf({ principal, groups }: TokenIdentity): readonly string[] {
  const ofGroups = groups.map((objectId) => sidOfPrincipal({ kind: "group", name: "", objectId }));
  return [sidOfPrincipal(principal), ...ofGroups];
}

function externalLogin(identity: TokenIdentity, server: StoredServer): ServerPrincipal | undefined {
  const all = [...server.principals.values()];
  return sidsOf(identity)
    .map((sid) => all.find((item) => item.sid === sid && item.kind.startsWith("external_")))
    .find((found) => found !== undefined);
}

function externalUser(
  identity: TokenIdentity,
  { catalog }: StoredDatabase,
): DatabasePrincipal | undefined {
  const all = [...catalog.principals.values()];
  return sidsOf(identity)
    .map((sid) => all.find((item) => item.sid === sid && item.kind.startsWith("external_")))
    .find((found) => found !== undefined);
}
