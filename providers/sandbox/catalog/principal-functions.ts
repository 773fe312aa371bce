import type { SystemContext } from "../engine/system-registry.ts";
import type { ServerPrincipal } from "../storage/principals.ts";
import type { SqlValue } from "../values/sql-type.ts";
import {
  INT,
  LONG_NAME,
  type MetadataFunction,
  numberOf,
  SID,
  SYSNAME,
  textOf,
  truth,
} from "./metadata-function.ts";
import { findObjectByName, splitName } from "./object-lookup.ts";
import { bytesOfHex } from "./view-definition.ts";

type Parameters = readonly SqlValue[];

function hexOf(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0"))
    .join("")
    .toUpperCase();
}

function login({ server, session }: SystemContext): ServerPrincipal | undefined {
  return server.principals.get(session.loginId);
}

function loginName(context: SystemContext, [id]: Parameters): SqlValue {
  const wanted = numberOf(id);
  if (wanted === undefined) return login(context)?.name ?? null;
  return context.server.principals.get(wanted)?.name ?? null;
}

function loginNameOfSid(context: SystemContext, [sid]: Parameters): SqlValue {
  if (!(sid instanceof Uint8Array)) return login(context)?.name ?? null;
  const wanted = hexOf(sid);
  return context.server.principals.values().find((other) => other.sid === wanted)?.name ?? null;
}

function findLogin(
  context: SystemContext,
  name: SqlValue | undefined,
): ServerPrincipal | undefined {
  const wanted = textOf(name);
  return wanted === undefined ? login(context) : context.server.findPrincipal(wanted);
}

function loginSid(context: SystemContext, [name]: Parameters): SqlValue {
  const found = findLogin(context, name);
  return found === undefined ? null : bytesOfHex(found.sid);
}

function userName({ database, userId }: SystemContext, [id]: Parameters): SqlValue {
  return database.catalog.principals.get(numberOf(id) ?? userId ?? -1)?.name ?? null;
}

function principalId({ database, userId }: SystemContext, [name]: Parameters): SqlValue {
  const wanted = textOf(name);
  if (wanted === undefined) return userId ?? null;
  return database.catalog.findPrincipal(wanted)?.principalId ?? null;
}

function hasDatabaseAccess(context: SystemContext, [name]: Parameters): SqlValue {
  const database = context.server.findDatabase(textOf(name) ?? "");
  if (database === undefined) return null;
  if (database.options.state !== "ONLINE") return 0;
  return truth(context.canEnter(database));
}

/** 1 and 0; NULL for a role that does not exist. */
function isMember(context: SystemContext, [role]: Parameters): SqlValue {
  const wanted = textOf(role) ?? "";
  const found = context.database.catalog.findPrincipal(wanted);
  if (found?.kind !== "database_role") return null;
  return truth(context.isDatabaseRoleMember(found.name));
}

/** Of the session's own user, or of the user named: then through roles within roles. */
function isRoleMember(context: SystemContext, [role, user]: Parameters): SqlValue {
  const member = textOf(user);
  if (member === undefined) return isMember(context, [role ?? null]);
  const { catalog } = context.database;
  const [group, principal] = [
    catalog.findPrincipal(textOf(role) ?? ""),
    catalog.findPrincipal(member),
  ];
  if (group?.kind !== "database_role" || principal === undefined) return null;
  const edges = [...catalog.roleMembers.values()];
  return truth(reaches(edges, principal.principalId, group.principalId));
}

function reaches(
  edges: readonly { readonly roleId: number; readonly memberId: number }[],
  from: number,
  to: number,
): boolean {
  const seen = new Set([from]);
  for (const id of seen) {
    if (id === to) return true;
    for (const { roleId, memberId } of edges) if (memberId === id) seen.add(roleId);
  }
  return to === 0;
}

/** Azure SQL Database has public and the roles in ## (documentation: Azure SQL Database server roles). */
export function isShownRole(
  { server }: SystemContext,
  { kind, name }: Pick<ServerPrincipal, "kind" | "name">,
): boolean {
  const isOfBox = kind === "server_role" && name !== "public" && !name.startsWith("##");
  return server.flavour !== "azure_sql" || !isOfBox;
}

function isServerRoleMember(context: SystemContext, [role, name]: Parameters): SqlValue {
  const group = context.server.findPrincipal(textOf(role) ?? "");
  if (group?.kind !== "server_role" || !isShownRole(context, group)) return null;
  const member = textOf(name);
  if (member === undefined) return truth(context.isServerRoleMember(group.name));
  const principal = context.server.findPrincipal(member);
  if (principal === undefined) return null;
  const edges = [...context.server.roleMembers.values()];
  return truth(group.name === "public" || reaches(edges, principal.principalId, group.principalId));
}

/** Permissions on databases and objects, and on the server; for other classes NULL, as for a securable that does not exist. */
function hasPermissions(
  context: SystemContext,
  [securable, kind, permission]: Parameters,
): SqlValue {
  const name = textOf(securable);
  const wanted = textOf(permission)?.toUpperCase() ?? "ANY";
  switch (textOf(kind)?.toUpperCase()) {
    case undefined:
    case "SERVER":
      return name === undefined ? truth(context.hasServerPermission(wanted)) : null;
    case "DATABASE":
      return databasePermission(context, name, wanted);
    case "OBJECT":
      return objectPermission(context, name ?? "", wanted);
    default:
      return null;
  }
}

function objectPermission(context: SystemContext, name: string, wanted: string): SqlValue {
  const found = findObjectByName(context, name);
  if (found === undefined) return null;
  return truth(context.hasPermission(wanted, found.object.objectId));
}

function databasePermission(
  context: SystemContext,
  name: string | undefined,
  wanted: string,
): SqlValue {
  const part = name === undefined ? undefined : splitName(name)?.at(-1);
  const isCurrent =
    part === undefined ||
    context.server.findDatabase(part)?.databaseId === context.database.databaseId;
  if (isCurrent) return truth(context.hasPermission(wanted, 0));
  const other = context.server.findDatabase(part);
  return other === undefined ? null : truth(context.hasPermissionIn(other, wanted));
}

export const PRINCIPAL_FUNCTIONS: readonly MetadataFunction[] = [
  { name: "SUSER_NAME", parameters: [INT], required: 0, type: SYSNAME, value: loginName },
  { name: "SUSER_SNAME", parameters: [SID], required: 0, type: SYSNAME, value: loginNameOfSid },
  { name: "SYSTEM_USER", type: SYSNAME, value: loginName },
  {
    name: "ORIGINAL_LOGIN",
    type: SYSNAME,
    value: ({ server, session }) => server.principals.get(session.originalLoginId)?.name ?? null,
  },
  {
    name: "SUSER_ID",
    parameters: [SYSNAME],
    required: 0,
    type: INT,
    value: (context, [name]) => findLogin(context, name)?.principalId ?? null,
  },
  { name: "SUSER_SID", parameters: [SYSNAME, INT], required: 0, type: SID, value: loginSid },
  { name: "USER_NAME", parameters: [INT], required: 0, type: SYSNAME, value: userName },
  { name: "CURRENT_USER", type: SYSNAME, value: userName },
  { name: "SESSION_USER", type: SYSNAME, value: userName },
  { name: "USER", type: SYSNAME, value: userName },
  { name: "USER_ID", parameters: [SYSNAME], required: 0, type: INT, value: principalId },
  {
    name: "DATABASE_PRINCIPAL_ID",
    parameters: [SYSNAME],
    required: 0,
    type: INT,
    value: principalId,
  },
  { name: "HAS_DBACCESS", parameters: [SYSNAME], type: INT, value: hasDatabaseAccess },
  { name: "IS_MEMBER", parameters: [SYSNAME], type: INT, value: isMember },
  {
    name: "IS_ROLEMEMBER",
    parameters: [SYSNAME, SYSNAME],
    required: 1,
    type: INT,
    value: isRoleMember,
  },
  {
    name: "IS_SRVROLEMEMBER",
    parameters: [SYSNAME, SYSNAME],
    required: 1,
    type: INT,
    value: isServerRoleMember,
  },
  {
    name: "HAS_PERMS_BY_NAME",
    parameters: [LONG_NAME, SYSNAME, SYSNAME, LONG_NAME, SYSNAME],
    required: 3,
    type: INT,
    value: hasPermissions,
  },
];
