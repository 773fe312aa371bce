import type { Permission } from "../../storage/principals.ts";
import type { SchemaObject } from "../../storage/schema-object.ts";
import type { StoredDatabase } from "../../storage/stored-database.ts";
import type { SessionCore } from "./session-core.ts";

/** Who a session is, and what it may do. */

export function isServerMember(core: SessionCore, ...roles: readonly string[]): boolean {
  return roles.some((name) => {
    const role = core.server.findPrincipal(name);
    if (role === undefined) return false;
    if (name.toLowerCase() === "public") return true;
    return isMember(core.server.roleMembers.values(), core.loginId, role.principalId);
  });
}

interface Membership {
  readonly roleId: number;
  readonly memberId: number;
}

/** Direct or through other roles. */
function isMember(all: Iterable<Membership>, memberId: number, roleId: number): boolean {
  return rolesOf([...all], memberId).has(roleId);
}

function rolesOf(all: readonly Membership[], memberId: number): ReadonlySet<number> {
  const found = new Set<number>();
  const visit = (id: number): void => {
    for (const { roleId, memberId: member } of all) {
      if (member !== id || found.has(roleId)) continue;
      found.add(roleId);
      visit(roleId);
    }
  };
  visit(memberId);
  return found;
}

/** Kinds of users that belong to a login with the same sid. */
const LOGIN_USERS: ReadonlySet<string> = new Set(["sql_user", "external_user", "external_group"]);

/** The user that the session is in a database; undefined when it may not enter. sysadmin and owner are dbo. */
export function userIdIn(database: StoredDatabase, core: SessionCore): number | undefined {
  if (core.impersonated?.databaseId === database.databaseId) return core.impersonated.userId;
  if (isServerMember(core, "sysadmin")) return 1;
  const login = core.server.principals.get(core.loginId);
  if (login === undefined) return undefined;
  if (database.options.ownerSid === login.sid) return 1;
  const { principals } = database.catalog;
  const user = principals
    .values()
    .find(({ sid, kind }) => sid === login.sid && LOGIN_USERS.has(kind));
  if (user !== undefined) return user.principalId;
  const isSystem = database.databaseId <= 4 && database.databaseId !== 3;
  const enters =
    isSystem || hasGuest(database) || hasServerPermission(core, "CONNECT ANY DATABASE");
  return enters ? 2 : undefined;
}

function hasGuest(database: StoredDatabase): boolean {
  return database.catalog.permissions
    .values()
    .some(
      ({ granteeId, name, state }) => granteeId === 2 && name === "CONNECT" && state !== "DENY",
    );
}

export function isDatabaseMember(
  database: StoredDatabase,
  core: SessionCore,
  ...roles: readonly string[]
): boolean {
  const userId = userIdIn(database, core);
  if (userId === undefined) return false;
  const mine = rolesOf([...database.catalog.roleMembers.values()], userId);
  return roles.some((name) => {
    if (name.toLowerCase() === "public") return true;
    const role = database.catalog.findPrincipal(name);
    return role !== undefined && (mine.has(role.principalId) || role.principalId === userId);
  });
}

const READ = ["SELECT"];
const WRITE = ["INSERT", "UPDATE", "DELETE"];
const BACK_UP = ["BACKUP DATABASE", "BACKUP LOG", "CHECKPOINT"];
const DEFINE = /^(CREATE|ALTER|REFERENCES)/;

/** What a right is included in. */
const COVERED_BY: Readonly<Record<string, readonly string[]>> = {
  "VIEW DEFINITION": ["ALTER", "TAKE OWNERSHIP"],
  REFERENCES: ["ALTER"],
};

/** The principals whose rights the session has in a database; the owner and its kin need none. */
function holdersOf(database: StoredDatabase, core: SessionCore): ReadonlySet<number> | "owner" {
  const userId = userIdIn(database, core);
  if (userId === undefined) return new Set();
  if (userId === 1 || isDatabaseMember(database, core, "db_owner")) return "owner";
  return new Set([userId, 0, ...rolesOf([...database.catalog.roleMembers.values()], userId)]);
}

/** What was said to the session's principals about single columns of an object. */
export function columnRulesOf(
  permission: string,
  { database, object }: { readonly database: StoredDatabase; readonly object: SchemaObject },
  core: SessionCore,
): readonly Permission[] {
  const holders = holdersOf(database, core);
  if (holders === "owner") return [];
  return [...database.catalog.permissions.values()].filter(
    (item) =>
      item.securable === "OBJECT" &&
      item.majorId === object.objectId &&
      item.minorId !== 0 &&
      item.name === permission &&
      holders.has(item.granteeId),
  );
}

/** Whether the session may do something to an object; undefined object is the database itself. */
export function hasPermission(
  permission: string,
  database: StoredDatabase,
  { core, object }: { readonly core: SessionCore; readonly object: SchemaObject | undefined },
): boolean {
  const userId = userIdIn(database, core);
  if (userId === undefined) return false;
  const holders = holdersOf(database, core);
  if (holders === "owner") return true;
  const names = [permission, "CONTROL", ...(COVERED_BY[permission] ?? [])];
  const relevant = [...database.catalog.permissions.values()].filter(
    (item) =>
      item.minorId === 0 &&
      holders.has(item.granteeId) &&
      names.includes(item.name) &&
      covers(item, object),
  );
  const isRefused =
    relevant.some(({ state, name }) => state === "DENY" && name === permission) ||
    (READ.includes(permission) && isDatabaseMember(database, core, "db_denydatareader")) ||
    (WRITE.includes(permission) && isDatabaseMember(database, core, "db_denydatawriter"));
  if (isRefused) return false;
  if (relevant.some(({ state }) => state !== "DENY")) return true;
  if (ownsObject(database, object, userId)) return true;
  return hasServerWide(permission, core) || hasByRole(permission, database, core);
}

/** Rights of the server that are rights in each of its databases (documentation: Permissions hierarchy). */
const SERVER_WIDE: Readonly<Record<string, string>> = {
  "VIEW DEFINITION": "VIEW ANY DEFINITION",
  SELECT: "SELECT ALL USER SECURABLES",
};

function hasServerWide(permission: string, core: SessionCore): boolean {
  const anywhere = SERVER_WIDE[permission];
  return anywhere !== undefined && hasServerPermission(core, anywhere);
}

function hasByRole(permission: string, database: StoredDatabase, core: SessionCore): boolean {
  if (READ.includes(permission)) return isDatabaseMember(database, core, "db_datareader");
  if (WRITE.includes(permission)) return isDatabaseMember(database, core, "db_datawriter");
  if (BACK_UP.includes(permission)) return isDatabaseMember(database, core, "db_backupoperator");
  return DEFINE.test(permission) && isDatabaseMember(database, core, "db_ddladmin");
}

function covers(item: Permission, object: SchemaObject | undefined): boolean {
  switch (item.securable) {
    case "DATABASE":
      return true;
    case "SCHEMA":
      return object !== undefined && item.majorId === object.schemaId;
    case "OBJECT":
      return object !== undefined && item.majorId === object.objectId;
    case "SERVER":
    case "TYPE":
    case "DATABASE_PRINCIPAL":
    case "SERVER_PRINCIPAL":
      return false;
    default:
      return item.securable satisfies never;
  }
}

function ownsObject(
  database: StoredDatabase,
  object: SchemaObject | undefined,
  userId: number,
): boolean {
  if (object === undefined) return false;
  const owner = object.principalId ?? database.catalog.schemas.get(object.schemaId)?.principalId;
  return owner === userId;
}

/** What fixed server roles may do (documentation: Server-level roles, permissions of fixed server roles). */
const ROLE_RIGHTS: Readonly<Record<string, readonly string[]>> = {
  securityadmin: ["ALTER ANY LOGIN"],
  serveradmin: ["ALTER SETTINGS", "SHUTDOWN", "VIEW SERVER STATE", "ALTER SERVER STATE"],
  processadmin: ["ALTER ANY CONNECTION", "ALTER SERVER STATE", "VIEW SERVER STATE"],
  setupadmin: ["ALTER ANY LINKED SERVER"],
  dbcreator: ["CREATE ANY DATABASE", "ALTER ANY DATABASE"],
  bulkadmin: ["ADMINISTER BULK OPERATIONS"],
  "##MS_DatabaseConnector##": ["CONNECT ANY DATABASE"],
  "##MS_DatabaseManager##": ["CREATE ANY DATABASE", "ALTER ANY DATABASE"],
  "##MS_DefinitionReader##": ["VIEW ANY DATABASE", "VIEW ANY DEFINITION"],
  "##MS_LoginManager##": ["CREATE LOGIN", "ALTER ANY LOGIN"],
  "##MS_SecurityDefinitionReader##": ["VIEW ANY SECURITY DEFINITION"],
  "##MS_ServerStateManager##": ["ALTER SERVER STATE", "VIEW SERVER STATE"],
  "##MS_ServerStateReader##": ["VIEW SERVER STATE"],
};

export function hasServerPermission(core: SessionCore, permission: string): boolean {
  if (isServerMember(core, "sysadmin")) return true;
  const all = [...core.server.roleMembers.values()];
  const roles = rolesOf(all, core.loginId);
  const holders = new Set([core.loginId, 2, ...roles]);
  const mine = [...core.server.permissions.values()].filter(({ granteeId }) =>
    holders.has(granteeId),
  );
  if (mine.some(({ name, state }) => name === permission && state === "DENY")) return false;
  const isGranted = mine.some(
    ({ name, state }) => state !== "DENY" && (name === permission || name === "CONTROL SERVER"),
  );
  return isGranted || [...roles].some((id) => roleRights(core, id).includes(permission));
}

function roleRights({ server }: SessionCore, roleId: number): readonly string[] {
  return ROLE_RIGHTS[server.principals.get(roleId)?.name ?? ""] ?? [];
}
