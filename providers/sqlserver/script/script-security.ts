import type { SqlServerSchema } from "../../../schemas/sql-server-schema.ts";
import { quoteName, quotePath } from "../names.ts";
import { type Step, step } from "./step.ts";

type Principal = SqlServerSchema["principals"][number];

/** No such login (15007, Windows: 15401); the login is the owner of the database, or is mapped already (15063). */
const LOGIN_UNUSABLE = [15007, 15401, 15063] as const;

function withSchema({ defaultSchema }: Principal): string {
  return defaultSchema === null ? "" : ` WITH DEFAULT_SCHEMA = ${quoteName(defaultSchema)}`;
}

function scriptUser(user: Principal): Step {
  const name = quoteName(user.name);
  const what = `user ${user.name}`;
  const alone = `CREATE USER ${name} WITHOUT LOGIN${withSchema(user)}`;
  if (user.source === "external") {
    return step(what, `CREATE USER ${name} FROM EXTERNAL PROVIDER${withSchema(user)}`);
  }
  if (user.login === null) return step(what, alone);
  return {
    what,
    batches: [`CREATE USER ${name} FOR LOGIN ${quoteName(user.login)}${withSchema(user)}`],
    instead: { errors: LOGIN_UNUSABLE, batches: [alone] },
  };
}

/**
 * Users and roles. A user whose login is missing on this server, or is the login that restores, comes back without a
 * login, with its memberships and permissions; ALTER USER … WITH LOGIN maps it again. Passwords cannot be read.
 */
export function scriptPrincipals(schema: SqlServerSchema): Step[] {
  return schema.principals.map((principal) =>
    principal.kind === "user"
      ? scriptUser(principal)
      : step(`role ${principal.name}`, `CREATE ROLE ${quoteName(principal.name)}`),
  );
}

/** Owners of roles, when all principals stand. */
export function scriptRoleOwners(schema: SqlServerSchema): Step[] {
  return schema.principals
    .filter(({ kind, owner }) => kind === "role" && owner !== null && owner !== "dbo")
    .map(({ name, owner }) =>
      step(
        `owner of role ${name}`,
        `ALTER AUTHORIZATION ON ROLE::${quoteName(name)} TO ${quoteName(owner ?? "dbo")}`,
      ),
    );
}

export function scriptSchemas(schema: SqlServerSchema): Step[] {
  return schema.schemas.map(({ name, owner }) =>
    step(`schema ${name}`, `CREATE SCHEMA ${quoteName(name)} AUTHORIZATION ${quoteName(owner)}`),
  );
}

interface Owned {
  readonly schema: string;
  readonly name: string;
  readonly owner: string | null;
}

/** Objects and types whose owner is not that of their schema. */
export function scriptOwners(schema: SqlServerSchema): Step[] {
  const change = (kind: "OBJECT" | "TYPE", items: readonly Owned[]): Step[] =>
    items.flatMap(({ owner, ...item }) => {
      if (owner === null) return [];
      const path = quotePath(item.schema, item.name);
      const sql = `ALTER AUTHORIZATION ON ${kind}::${path} TO ${quoteName(owner)}`;
      return [step(`owner of ${item.schema}.${item.name}`, sql)];
    });
  return [
    ...change("TYPE", [...schema.types, ...schema.tableTypes]),
    ...change("OBJECT", [
      ...schema.sequences,
      ...schema.synonyms,
      ...schema.tables,
      ...schema.modules,
    ]),
  ];
}

export function scriptMembers(schema: SqlServerSchema): Step[] {
  return schema.members.map(({ role, member }) =>
    step(
      `member ${member} of role ${role}`,
      `ALTER ROLE ${quoteName(role)} ADD MEMBER ${quoteName(member)}`,
    ),
  );
}

const VERBS = {
  GRANT: ["GRANT", "TO", ""],
  GRANT_WITH_GRANT_OPTION: ["GRANT", "TO", " WITH GRANT OPTION"],
  DENY: ["DENY", "TO", ""],
  REVOKE: ["REVOKE", "FROM", ""],
} as const;

/** CREATE USER grants CONNECT; users that had lost it lose it again. */
function scriptDisconnected(schema: SqlServerSchema): Step[] {
  const connected = new Set(
    schema.permissions
      .filter(({ permission, securable }) => permission === "CONNECT" && securable === "")
      .map(({ grantee }) => grantee),
  );
  return schema.principals
    .filter(({ kind, name }) => kind === "user" && !connected.has(name))
    .map(({ name }) =>
      step(`permission CONNECT of ${name}`, `REVOKE CONNECT FROM ${quoteName(name)}`),
    );
}

/** Grants, denials and the holes that column permissions leave. */
export function scriptPermissions(schema: SqlServerSchema): Step[] {
  const given = schema.permissions.map(
    ({ state, permission, securable, columns, grantee, grantor }) => {
      const [verb, to, option] = VERBS[state];
      const list = columns.length === 0 ? "" : ` (${columns.map(quoteName).join(", ")})`;
      const on = securable === "" ? "" : ` ON ${securable}`;
      const by = grantor === "dbo" ? "" : ` AS ${quoteName(grantor)}`;
      const sql = `${verb} ${permission}${list}${on} ${to} ${quoteName(grantee)}${option}${by}`;
      return step(`permission ${permission} of ${grantee}`, sql);
    },
  );
  return [...scriptDisconnected(schema), ...given];
}
