import type { PermissionStatement } from "../../parser/ast-security.ts";
import { permissionKey } from "../../storage/database.ts";
import type { Permission, SecurableClass } from "../../storage/principals.ts";
import { raise } from "../../values/sql-exception.ts";
import { shownName } from "../query/shown-name.ts";
import type { Activation } from "../session/activation.ts";
import { baseOf } from "../session/name-base.ts";
import { findObject } from "../session/name-resolution.ts";
import { requireTransaction } from "../session/readers.ts";
import { hasPermission } from "../session/rights.ts";
import { findPrincipal, requireSecurityAdmin } from "./principals.ts";

interface Target {
  readonly securable: SecurableClass;
  readonly majorId: number;
  readonly isServer: boolean;
}

const SERVER_RIGHTS =
  /^(CONTROL SERVER|VIEW SERVER|ALTER ANY (LOGIN|DATABASE|CONNECTION)|CREATE ANY DATABASE|CONNECT SQL|VIEW ANY|CONNECT ANY|SELECT ALL|ALTER SERVER|ALTER TRACE|ADMINISTER BULK|SHUTDOWN|IMPERSONATE ANY)/;

/** GRANT, DENY and REVOKE. */
export function changePermissions(statement: PermissionStatement, activation: Activation): void {
  for (const { name, columns } of statement.permissions) {
    if (columns.length > 0 || (statement.securable?.columns.length ?? 0) > 0) {
      raise(40_515, "Permissions on columns are not supported in this version.");
    }
    const target = targetOf(statement, name, activation);
    requireGrantor(target, name, activation);
    const names = name === "ALL" ? allOf(target) : [name];
    for (const permission of names) changePermission(permission, statement, { target, activation });
  }
}

function changePermission(
  name: string,
  statement: PermissionStatement,
  { target, activation }: { readonly target: Target; readonly activation: Activation },
): void {
  const { core } = activation;
  const { journal } = requireTransaction(core);
  const { securable, majorId, isServer } = target;
  const map = isServer ? core.server.permissions : core.database.catalog.permissions;
  for (const { value } of statement.principals) {
    const granteeId = isServer
      ? (core.server.findPrincipal(value)?.principalId ?? unknownPrincipal(value))
      : findPrincipal(value, core.database).principalId;
    const state = stateOf(statement);
    const record: Permission = {
      securable,
      majorId,
      minorId: 0,
      granteeId,
      grantorId: 1,
      name,
      state,
    };
    if (statement.action === "revoke" && !statement.grantOptionFor) {
      map.delete(permissionKey(record), journal);
    } else map.set(permissionKey(record), record, journal);
  }
}

function unknownPrincipal(name: string): never {
  raise(
    15_151,
    `Cannot find the login '${name}', because it does not exist or you do not have permission.`,
  );
}

function stateOf({ action, withGrantOption }: PermissionStatement): Permission["state"] {
  if (action === "deny") return "DENY";
  return withGrantOption ? "GRANT_WITH_GRANT_OPTION" : "GRANT";
}

function allOf({ securable }: Target): readonly string[] {
  return securable === "OBJECT"
    ? ["SELECT", "INSERT", "UPDATE", "DELETE", "REFERENCES"]
    : ["CREATE TABLE", "CREATE VIEW", "CREATE PROCEDURE", "CREATE FUNCTION"];
}

function requireGrantor(target: Target, name: string, activation: Activation): void {
  const { core } = activation;
  if (target.isServer) {
    requireSecurityAdmin(activation);
    return;
  }
  const object =
    target.securable === "OBJECT" ? core.database.catalog.objects.get(target.majorId) : undefined;
  if (hasPermission("CONTROL", core.database, { core, object })) return;
  raise(4613, `Grantor does not have GRANT permission. (${name})`);
}

function targetOf(
  { securable }: PermissionStatement,
  permission: string,
  activation: Activation,
): Target {
  const { core } = activation;
  if (securable === undefined) {
    const isServer = SERVER_RIGHTS.test(permission);
    return { securable: isServer ? "SERVER" : "DATABASE", majorId: 0, isServer };
  }
  const { name } = securable;
  switch (securable.class) {
    case "object": {
      const found = findObject(name, baseOf(activation), activation);
      if (found === undefined) {
        raise(
          15_151,
          `Cannot find the object '${shownName(name)}', because it does not exist or you do not have permission.`,
        );
      }
      return { securable: "OBJECT", majorId: found.object.objectId, isServer: false };
    }
    case "schema": {
      const schema = core.database.catalog.findSchema(name.name);
      if (schema === undefined)
        raise(
          15_151,
          `Cannot find the schema '${name.name}', because it does not exist or you do not have permission.`,
        );
      return { securable: "SCHEMA", majorId: schema.schemaId, isServer: false };
    }
    case "database":
      return { securable: "DATABASE", majorId: 0, isServer: false };
    case "server":
      return { securable: "SERVER", majorId: 0, isServer: true };
    case "user":
    case "role":
      return {
        securable: "DATABASE_PRINCIPAL",
        majorId: findPrincipal(name.name, core.database).principalId,
        isServer: false,
      };
    default:
      raise(
        40_515,
        `Permissions on ${securable.class.toUpperCase()} are not supported in this version.`,
      );
  }
}
