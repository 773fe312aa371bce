import type { SqlServerSchema } from "../../../schemas/sql-server-schema.ts";
import type { Row } from "../connection/tds-connection.ts";
import { compareOrdinal, quoteName, quotePath } from "../names.ts";
import type { Catalog } from "./catalog.ts";
import { flag, number, numberOrZero, text, textOrNull } from "./fields.ts";

type Principal = SqlServerSchema["principals"][number];
type Permission = SqlServerSchema["permissions"][number];

const SYSTEM_PRINCIPALS: ReadonlySet<string> = new Set([
  "dbo",
  "guest",
  "INFORMATION_SCHEMA",
  "sys",
  "public",
]);
const SYSTEM_SCHEMAS: ReadonlySet<string> = new Set(["dbo", "guest", "INFORMATION_SCHEMA", "sys"]);
/** Principals with keys of the fixed roles: schemas of the same names are made by the server. */
const FIXED_ROLE =
  /^db_(?:owner|accessadmin|securityadmin|ddladmin|backupoperator|datareader|datawriter|denydatareader|denydatawriter)$/;

const KINDS: Readonly<Record<string, Principal["kind"]>> = {
  R: "role",
  S: "user",
  U: "user",
  G: "user",
  E: "user",
  X: "user",
};
const SOURCES: Readonly<Record<number, Principal["source"]>> = {
  0: "none",
  1: "login",
  2: "password",
  3: "login",
  4: "external",
};
const STATES: Readonly<Record<string, Permission["state"]>> = {
  G: "GRANT",
  W: "GRANT_WITH_GRANT_OPTION",
  D: "DENY",
  R: "REVOKE",
};

/** Whether a principal stands in every database. */
export function isSystemPrincipal(row: Row): boolean {
  const name = text(row, "name");
  return SYSTEM_PRINCIPALS.has(name) || flag(row, "is_fixed_role") || name.startsWith("##");
}

function describePrincipal(catalog: Catalog, row: Row, kind: Principal["kind"]): Principal {
  const isUser = kind === "user";
  const source = isUser ? (SOURCES[numberOrZero(row, "authentication_type")] ?? "none") : "none";
  const login = source === "login" ? textOrNull(row, "login_name") : null;
  const owner = numberOrZero(row, "owning_principal_id");
  return {
    name: text(row, "name"),
    kind,
    owner: kind === "role" && owner !== 0 ? catalog.principal(owner) : null,
    login,
    // An orphaned user, whose login is gone, comes back as what it is: a user that nobody can sign in as.
    source: source === "login" && login === null ? "none" : source,
    defaultSchema: textOrNull(row, "default_schema_name"),
  };
}

export function describePrincipals(catalog: Catalog): Principal[] {
  return catalog.rows.principals
    .filter((row) => !isSystemPrincipal(row))
    .flatMap((row) => {
      const kind = KINDS[text(row, "type").trim()];
      return kind === undefined ? [] : [describePrincipal(catalog, row, kind)];
    })
    .toSorted((left, right) => compareOrdinal(left.name, right.name));
}

export function describeMembers(catalog: Catalog): SqlServerSchema["members"] {
  const known = knownNames(catalog);
  return catalog.rows.roleMembers
    .map((row) => ({
      role: catalog.principal(number(row, "role_principal_id")),
      member: catalog.principal(number(row, "member_principal_id")),
    }))
    .filter(({ member }) => known.has(member) && !SYSTEM_PRINCIPALS.has(member))
    .toSorted(
      (left, right) =>
        compareOrdinal(left.role, right.role) || compareOrdinal(left.member, right.member),
    );
}

export function describeSchemas(catalog: Catalog): SqlServerSchema["schemas"] {
  return catalog.rows.schemas
    .filter((row) => !SYSTEM_SCHEMAS.has(text(row, "name")) && !FIXED_ROLE.test(text(row, "name")))
    .map((row) => ({
      name: text(row, "name"),
      owner: catalog.principal(number(row, "principal_id")),
    }))
    .toSorted((left, right) => compareOrdinal(left.name, right.name));
}

/** `OBJECT::[dbo].[t]`; empty for the database; undefined for a securable that is not scripted or belongs to the system. */
function securableOf(catalog: Catalog, row: Row): string | undefined {
  const id = number(row, "major_id");
  switch (number(row, "class")) {
    case 0:
      return "";
    case 1: {
      const object = catalog.objectName(id);
      return object && `OBJECT::${quotePath(object.schema, object.name)}`;
    }
    case 3:
      return `SCHEMA::${quoteName(catalog.schema(id))}`;
    case 4: {
      const principal = catalog.rows.principals.find((item) => number(item, "principal_id") === id);
      const kind = principal && KINDS[text(principal, "type").trim()];
      return kind && `${kind === "role" ? "ROLE" : "USER"}::${quoteName(catalog.principal(id))}`;
    }
    case 6: {
      const type = catalog.types.get(id);
      return type && `TYPE::${catalog.path(type)}`;
    }
    default:
      return undefined;
  }
}

function columnsOf(catalog: Catalog, row: Row): string[] {
  const minor = numberOrZero(row, "minor_id");
  const isColumn = number(row, "class") === 1 && minor > 0;
  return isColumn ? [catalog.columnName(number(row, "major_id"), minor)] : [];
}

function isImplicit(grantee: string, permission: string): boolean {
  return grantee === "dbo" && permission === "CONNECT";
}

function keyOf({ grantor, securable, columns, grantee, permission, state }: Permission): string {
  const rank = grantor === "dbo" ? "0" : `1${grantor}`;
  return [rank, securable, ...columns, grantee, permission, state].join("\u0001");
}

/** Principals that a restored database has: the system's, and those that are scripted. */
function knownNames(catalog: Catalog): ReadonlySet<string> {
  const system = catalog.rows.principals.filter(isSystemPrincipal).map((row) => text(row, "name"));
  return new Set([...system, ...describePrincipals(catalog).map(({ name }) => name)]);
}

/** What was granted and denied to others than the system, the owner's grants first. */
export function describePermissions(catalog: Catalog): Permission[] {
  const known = knownNames(catalog);
  return catalog.rows.permissions
    .flatMap((row) => {
      const securable = securableOf(catalog, row);
      const state = STATES[text(row, "state").trim()];
      const grantee = catalog.principal(number(row, "grantee_principal_id"));
      const permission = text(row, "permission_name").trim();
      if (securable === undefined || state === undefined) return [];
      if (isImplicit(grantee, permission) || !known.has(grantee)) return [];
      return [
        {
          state,
          permission,
          securable,
          columns: columnsOf(catalog, row),
          grantee,
          grantor: catalog.principal(number(row, "grantor_principal_id")),
        },
      ];
    })
    .toSorted((left, right) => compareOrdinal(keyOf(left), keyOf(right)));
}
