import { permissionKey } from "../../storage/database.ts";
import type { DatabasePrincipal, Permission, ServerPrincipal } from "../../storage/principals.ts";
import type { StoredDatabase } from "../../storage/stored-database.ts";
import { raise } from "../../values/sql-exception.ts";
import type { Activation } from "../session/activation.ts";
import { requireTransaction } from "../session/readers.ts";
import {
  hasPermission,
  hasServerPermission,
  isDatabaseMember,
  isServerMember,
} from "../session/rights.ts";
import { datetimeNow } from "../session/system-context.ts";

export function requireRight(
  permission: string,
  database: StoredDatabase,
  { core }: Activation,
): void {
  if (hasPermission(permission, database, { core, object: undefined })) return;
  raise(15_247, "User does not have permission to perform this action.");
}

export function nextId(ids: Iterable<number>): number {
  return Math.max(4, ...[...ids].filter((id) => id < 16_384)) + 1;
}

export function findPrincipal(name: string, database: StoredDatabase): DatabasePrincipal {
  return (
    database.catalog.findPrincipal(name) ??
    raise(
      15_151,
      `Cannot find the principal '${name}', because it does not exist or you do not have permission.`,
    )
  );
}

type NewPrincipal = Pick<DatabasePrincipal, "name" | "kind" | "sid" | "defaultSchema">;

export function addPrincipal(parts: NewPrincipal, activation: Activation): DatabasePrincipal {
  const { core } = activation;
  const { database } = core;
  requireRight(
    parts.kind === "database_role" ? "CREATE ROLE" : "ALTER ANY USER",
    database,
    activation,
  );
  if (database.catalog.findPrincipal(parts.name) !== undefined) {
    raise(15_023, `User, group, or role '${parts.name}' already exists in the current database.`);
  }
  const now = datetimeNow(core.parts.now());
  const principal: DatabasePrincipal = {
    ...parts,
    principalId: nextId(database.catalog.principals.values().map(({ principalId }) => principalId)),
    isFixedRole: false,
    owningPrincipalId: parts.kind === "database_role" ? 1 : undefined,
    createDate: now,
    modifyDate: now,
  };
  database.catalog.principals.set(
    principal.principalId,
    principal,
    requireTransaction(core).journal,
  );
  return principal;
}

/** What every user is granted with its birth. */
export function allowConnect(granteeId: number, { core }: Activation): void {
  const permission: Permission = {
    securable: "DATABASE",
    majorId: 0,
    minorId: 0,
    granteeId,
    grantorId: 1,
    name: "CONNECT",
    state: "GRANT",
  };
  const { permissions } = core.database.catalog;
  permissions.set(permissionKey(permission), permission, requireTransaction(core).journal);
}

/** Who may make and change logins; on a logical server also a member of loginmanager in master (documentation of CREATE LOGIN). */
export function requireSecurityAdmin({ core }: Activation): void {
  if (isServerMember(core, "sysadmin", "securityadmin")) return;
  if (hasServerPermission(core, "ALTER ANY LOGIN")) return;
  const isLogical = core.server.flavour === "azure_sql";
  if (isLogical && isDatabaseMember(core.server.database(1), core, "loginmanager")) return;
  raise(15_247, "User does not have permission to perform this action.");
}

export function findLogin(name: string, { core }: Activation): ServerPrincipal {
  const login = core.server.findPrincipal(name);
  if (login !== undefined && login.kind !== "server_role") return login;
  raise(
    15_151,
    `Cannot alter the login '${name}', because it does not exist or you do not have permission.`,
  );
}

export function refuseServerRole(): never {
  raise(40_515, "User-defined server roles are not supported in this version.");
}
