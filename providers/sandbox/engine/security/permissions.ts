import type { ObjectName } from "../../parser/ast-expressions.ts";
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
  for (const permission of statement.permissions) {
    const { name } = permission;
    const target = targetOf(statement, name, activation);
    requireGrantor(target, name, activation);
    const columns = columnIdsOf(permission, statement, { target, activation });
    const names = name === "ALL" ? allOf(target, columns) : [name];
    for (const each of names) {
      for (const minorId of columns) {
        changePermission({ name: each, minorId }, statement, { target, activation });
      }
    }
  }
}

const WHOLE = [0];
const OF_COLUMNS = ["SELECT", "UPDATE", "REFERENCES"];

interface TargetWork {
  readonly target: Target;
  readonly activation: Activation;
}

/** The columns behind the permission or behind the securable; 0 is all of it. */
function columnIdsOf(
  { name, columns: own }: PermissionStatement["permissions"][number],
  { securable }: PermissionStatement,
  { target, activation }: TargetWork,
): readonly number[] {
  const wanted = own.length > 0 ? own : (securable?.columns ?? []);
  if (wanted.length === 0) return WHOLE;
  const { catalog } = activation.core.database;
  const object = catalog.objects.get(target.majorId);
  const hasColumns = target.securable === "OBJECT" && object !== undefined && "columns" in object;
  if (!hasColumns || object.type === "F" || ![...OF_COLUMNS, "ALL"].includes(name)) {
    raise(
      1020,
      "Sub-entity lists (such as column or security expressions) cannot be specified for entity-level permissions.",
      { class: 15 },
    );
  }
  return wanted.map(({ value }) => {
    const column = object.columns.find((item) => catalog.sameName(item.name, value));
    if (column !== undefined) return column.columnId;
    raise(1911, `Column name '${value}' does not exist in the target table or view.`);
  });
}

function changePermission(
  { name, minorId }: { readonly name: string; readonly minorId: number },
  statement: PermissionStatement,
  { target, activation }: TargetWork,
): void {
  const { core } = activation;
  const { journal } = requireTransaction(core);
  const { securable, majorId, isServer } = target;
  const map = isServer ? core.server.permissions : core.database.catalog.permissions;
  const idOf = (principal: string): number =>
    isServer
      ? (core.server.findPrincipal(principal)?.principalId ?? unknownPrincipal(principal))
      : findPrincipal(principal, core.database).principalId;
  const grantorId = statement.as === undefined ? 1 : idOf(statement.as.value);
  for (const { value } of statement.principals) {
    const granteeId = idOf(value);
    const state = stateOf(statement);
    const record = { securable, majorId, minorId, granteeId, grantorId, name, state };
    const key = permissionKey(record);
    if (statement.action !== "revoke") map.set(key, record, journal);
    else if (!statement.grantOptionFor) map.delete(key, journal);
    else if (map.get(key)?.state === "GRANT_WITH_GRANT_OPTION") map.set(key, record, journal);
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

function allOf({ securable }: Target, columns: readonly number[]): readonly string[] {
  if (columns !== WHOLE) return OF_COLUMNS;
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
  if (securable === undefined) {
    const isServer = SERVER_RIGHTS.test(permission);
    return { securable: isServer ? "SERVER" : "DATABASE", majorId: 0, isServer };
  }
  const find = FINDERS[securable.class];
  if (find !== undefined) return find(securable.name, activation);
  raise(
    40_515,
    `Permissions on ${securable.class.toUpperCase()} are not supported in this version.`,
  );
}

type Finder = (name: ObjectName, activation: Activation) => Target;

/** What stands in front of `::`, and how a name of that class is found. */
const FINDERS: Readonly<Record<string, Finder>> = {
  object: (name, activation) => {
    const found = findObject(name, baseOf(activation), activation);
    const { objectId } = found?.object ?? refuseName("object", name);
    return { securable: "OBJECT", majorId: objectId, isServer: false };
  },
  schema: (name, { core }) => {
    const { schemaId } = core.database.catalog.findSchema(name.name) ?? refuseName("schema", name);
    return { securable: "SCHEMA", majorId: schemaId, isServer: false };
  },
  type: (name, activation) => {
    const { database, defaultSchemaId } = baseOf(activation);
    const schema = name.schema === undefined ? undefined : database.catalog.findSchema(name.schema);
    const schemaId = name.schema === undefined ? defaultSchemaId : (schema?.schemaId ?? -1);
    const { userTypeId } =
      database.catalog.findType(schemaId, name.name) ?? refuseName("type", name);
    return { securable: "TYPE", majorId: userTypeId, isServer: false };
  },
  database: (name, { core }) => {
    const { databaseId } = core.server.findDatabase(name.name) ?? refuseName("database", name);
    if (databaseId !== core.database.databaseId) refuseName("database", name);
    return { securable: "DATABASE", majorId: 0, isServer: false };
  },
  user: findDatabasePrincipal,
  role: findDatabasePrincipal,
  "application role": findDatabasePrincipal,
  server: () => ({ securable: "SERVER", majorId: 0, isServer: true }),
  login: findServerPrincipal,
  "server role": findServerPrincipal,
};

function findDatabasePrincipal(name: ObjectName, { core }: Activation): Target {
  const { principalId } = findPrincipal(name.name, core.database);
  return { securable: "DATABASE_PRINCIPAL", majorId: principalId, isServer: false };
}

function findServerPrincipal(name: ObjectName, { core }: Activation): Target {
  const { principalId } = core.server.findPrincipal(name.name) ?? refuseName("login", name);
  return { securable: "SERVER_PRINCIPAL", majorId: principalId, isServer: true };
}

function refuseName(kind: string, name: ObjectName): never {
  raise(
    15_151,
    `Cannot find the ${kind} '${shownName(name)}', because it does not exist or you do not have permission.`,
  );
}
