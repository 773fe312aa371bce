import type {
  AlterLoginStatement,
  AlterRoleStatement,
  CreateLoginStatement,
  CreateSchemaStatement,
  CreateUserStatement,
  DropPrincipalStatement,
  PermissionStatement,
  SecurityStatement,
} from "../../parser/ast-security.ts";
import { permissionKey } from "../../storage/database.ts";
import type {
  DatabasePrincipal,
  Permission,
  SecurableClass,
  ServerPrincipal,
} from "../../storage/principals.ts";
import type { StoredDatabase } from "../../storage/stored-database.ts";
import { raise } from "../../values/sql-exception.ts";
import { shownName } from "../query/table-sources.ts";
import type { Activation } from "../session/activation.ts";
import { baseOf } from "../session/name-base.ts";
import { findObject } from "../session/name-resolution.ts";
import { hashPassword } from "../session/passwords.ts";
import { requireTransaction } from "../session/readers.ts";
import { hasPermission, isServerMember } from "../session/rights.ts";
import { datetimeNow } from "../session/system-context.ts";
import type { Task } from "../suspension.ts";
import { evaluateExpression } from "./control-flow.ts";
import type { Interpreter } from "./flow.ts";

/** Logins, users, roles, schemas and rights. */
export function* executeSecurity(
  statement: SecurityStatement,
  activation: Activation,
  interpreter: Interpreter,
): Task {
  requireTransaction(activation.core).databases.add(activation.core.database.databaseId);
  switch (statement.kind) {
    case "create_schema":
      yield* createSchema(statement, activation, interpreter);
      return;
    case "create_role":
      if (statement.server) refuseServerRole();
      addPrincipal(
        {
          name: statement.name.value,
          kind: "database_role",
          sid: undefined,
          defaultSchema: undefined,
        },
        activation,
      );
      return;
    case "alter_role":
      alterRole(statement, activation);
      return;
    case "create_user":
      createUser(statement, activation);
      return;
    case "create_login":
      yield* createLogin(statement, activation, interpreter);
      return;
    case "alter_login":
      yield* alterLogin(statement, activation, interpreter);
      return;
    case "drop_principal":
      dropPrincipal(statement, activation);
      return;
    case "permission":
      changePermissions(statement, activation);
      return;
    case "alter_schema":
    case "alter_user":
    case "alter_authorization":
      raise(
        40_515,
        `${statement.kind.toUpperCase().replaceAll("_", " ")} is not supported in this version.`,
      );
    default:
      statement satisfies never;
  }
}

function refuseServerRole(): never {
  raise(40_515, "User-defined server roles are not supported in this version.");
}

function requireRight(permission: string, database: StoredDatabase, { core }: Activation): void {
  if (hasPermission(permission, database, { core, object: undefined })) return;
  raise(15_247, "User does not have permission to perform this action.");
}

function* createSchema(
  statement: CreateSchemaStatement,
  activation: Activation,
  interpreter: Interpreter,
): Task {
  const { core } = activation;
  const { database } = core;
  const { catalog } = database;
  requireRight("CREATE SCHEMA", database, activation);
  const name = statement.name?.value ?? statement.owner?.value ?? "";
  if (catalog.findSchema(name) !== undefined) {
    raise(2714, `There is already an object named '${name}' in the database.`, { state: 6 });
  }
  const owner =
    statement.owner === undefined ? 1 : findPrincipal(statement.owner.value, database).principalId;
  const schemaId = nextId(catalog.schemas.values().map((schema) => schema.schemaId));
  catalog.schemas.set(
    schemaId,
    { schemaId, name, principalId: owner },
    requireTransaction(core).journal,
  );
  if (statement.elements.length > 0) {
    raise(
      40_515,
      "Elements of CREATE SCHEMA are not supported in this version: create them in statements of their own.",
    );
  }
  yield* [];
  void interpreter;
}

function nextId(ids: Iterable<number>): number {
  return Math.max(4, ...[...ids].filter((id) => id < 16_384)) + 1;
}

function findPrincipal(name: string, database: StoredDatabase): DatabasePrincipal {
  return (
    database.catalog.findPrincipal(name) ??
    raise(
      15_151,
      `Cannot find the principal '${name}', because it does not exist or you do not have permission.`,
    )
  );
}

type NewPrincipal = Pick<DatabasePrincipal, "name" | "kind" | "sid" | "defaultSchema">;

function addPrincipal(parts: NewPrincipal, activation: Activation): DatabasePrincipal {
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

function createUser(statement: CreateUserStatement, activation: Activation): void {
  const { core } = activation;
  const { value: name } = statement.name;
  const source = statement.for;
  const schema = statement.options.find((option) => option.name === "default_schema")?.value;
  const defaultSchema = typeof schema === "string" ? schema : "dbo";
  if (source !== undefined && source.kind !== "login" && source.kind !== "without_login") {
    raise(
      40_515,
      `Users from ${source.kind.replaceAll("_", " ")} are not supported in this version.`,
    );
  }
  if (source?.kind === "without_login") {
    const sid = Buffer.from(core.parts.randomBytes(16)).toString("hex").toUpperCase();
    addPrincipal(
      { name, kind: "user_without_login", sid: `010500000000000903000000${sid}`, defaultSchema },
      activation,
    );
    return;
  }
  const loginName = source?.login.value ?? name;
  const login = core.server.findPrincipal(loginName);
  if (login?.kind !== "sql_login") {
    raise(15_007, `'${loginName}' is not a valid login or you do not have permission.`);
  }
  const taken = core.database.catalog.principals.values().some(({ sid }) => sid === login.sid);
  if (taken) raise(15_063, "The login already has an account under a different user name.");
  const user = addPrincipal({ name, kind: "sql_user", sid: login.sid, defaultSchema }, activation);
  const permission: Permission = {
    securable: "DATABASE",
    majorId: 0,
    minorId: 0,
    granteeId: user.principalId,
    grantorId: 1,
    name: "CONNECT",
    state: "GRANT",
  };
  core.database.catalog.permissions.set(
    permissionKey(permission),
    permission,
    requireTransaction(core).journal,
  );
}

function requireSecurityAdmin({ core }: Activation): void {
  if (isServerMember(core, "sysadmin", "securityadmin")) return;
  raise(15_247, "User does not have permission to perform this action.");
}

function* createLogin(
  statement: CreateLoginStatement,
  activation: Activation,
  interpreter: Interpreter,
): Task {
  const { core } = activation;
  requireSecurityAdmin(activation);
  const { value: name } = statement.name;
  if (statement.source !== "password" || statement.password === undefined) {
    raise(
      40_515,
      "Logins other than SQL logins with a password are not supported in this version.",
    );
  }
  if (core.server.findPrincipal(name) !== undefined) {
    raise(15_025, `The server principal '${name}' already exists.`);
  }
  const { value, hashed } = statement.password;
  const given = yield* evaluateExpression(value, { activation, interpreter });
  const now = datetimeNow(core.parts.now());
  const option = (wanted: string): unknown =>
    statement.options.find((item) => item.name === wanted)?.value;
  const database = option("default_database");
  const sid = option("sid");
  const login: ServerPrincipal = {
    principalId:
      Math.max(255, ...[...core.server.principals.values()].map(({ principalId }) => principalId)) +
      1,
    name,
    kind: "sql_login",
    sid: isBinary(sid)
      ? sid.hex.toUpperCase()
      : Buffer.from(core.parts.randomBytes(16)).toString("hex").toUpperCase(),
    isFixedRole: false,
    disabled: false,
    createDate: now,
    modifyDate: now,
    defaultDatabase: typeof database === "string" ? database : "master",
    defaultLanguage: "us_english",
    checkPolicy: option("check_policy") !== false,
    checkExpiration: option("check_expiration") === true,
    passwordHash:
      hashed && given instanceof Uint8Array
        ? given
        : hashPassword(typeof given === "string" ? given : "", core.parts.randomBytes(4)),
    owningPrincipalId: undefined,
  };
  core.server.principals.set(login.principalId, login, requireTransaction(core).journal);
}

function isBinary(value: unknown): value is { readonly hex: string } {
  return (
    typeof value === "object" && value !== null && "hex" in value && typeof value.hex === "string"
  );
}

function* alterLogin(
  statement: AlterLoginStatement,
  activation: Activation,
  interpreter: Interpreter,
): Task {
  const { core } = activation;
  const login = findLogin(statement.name.value, activation);
  const isSelf = login.principalId === core.loginId;
  const { action } = statement;
  if (!isSelf || action.kind !== "with") requireSecurityAdmin(activation);
  const { journal } = requireTransaction(core);
  if (action.kind !== "with") {
    core.server.principals.set(
      login.principalId,
      { ...login, disabled: action.kind === "disable" },
      journal,
    );
    return;
  }
  let next = login;
  if (action.password !== undefined) {
    const given = yield* evaluateExpression(action.password.value, { activation, interpreter });
    next = {
      ...next,
      passwordHash: hashPassword(typeof given === "string" ? given : "", core.parts.randomBytes(4)),
    };
  }
  for (const { name, value } of action.options) {
    if (name === "default_database" && typeof value === "string")
      next = { ...next, defaultDatabase: value };
    else if (name === "name" && typeof value === "string") next = { ...next, name: value };
    else if (name === "check_policy") next = { ...next, checkPolicy: value !== false };
    else if (name === "check_expiration") next = { ...next, checkExpiration: value !== false };
    else if (name !== "default_language")
      raise(40_515, `ALTER LOGIN … ${name.toUpperCase()} is not supported in this version.`);
  }
  core.server.principals.set(login.principalId, next, journal);
}

function findLogin(name: string, { core }: Activation): ServerPrincipal {
  const login = core.server.findPrincipal(name);
  if (login?.kind === "sql_login") return login;
  raise(
    15_151,
    `Cannot alter the login '${name}', because it does not exist or you do not have permission.`,
  );
}

function alterRole(statement: AlterRoleStatement, activation: Activation): void {
  const { core } = activation;
  const { action } = statement;
  if (action.kind === "rename")
    raise(40_515, "ALTER ROLE … WITH NAME is not supported in this version.");
  const { journal } = requireTransaction(core);
  const change = statement.server
    ? serverMembership(statement, action.member.value, activation)
    : databaseMembership(statement, action.member.value, activation);
  const key = `${change.roleId}.${change.memberId}`;
  if (action.kind === "add_member")
    change.members.set(key, { roleId: change.roleId, memberId: change.memberId }, journal);
  else change.members.delete(key, journal);
}

interface Membership {
  readonly members: StoredDatabase["catalog"]["roleMembers"];
  readonly roleId: number;
  readonly memberId: number;
}

function serverMembership(
  { name }: AlterRoleStatement,
  member: string,
  activation: Activation,
): Membership {
  requireSecurityAdmin(activation);
  const { server } = activation.core;
  const role = server.findPrincipal(name.value);
  if (role?.kind !== "server_role") {
    raise(
      15_151,
      `Cannot alter the server role '${name.value}', because it does not exist or you do not have permission.`,
    );
  }
  const login = findLogin(member, activation);
  return { members: server.roleMembers, roleId: role.principalId, memberId: login.principalId };
}

function databaseMembership(
  { name }: AlterRoleStatement,
  member: string,
  activation: Activation,
): Membership {
  const { database } = activation.core;
  requireRight("ALTER ANY ROLE", database, activation);
  const role = database.catalog.findPrincipal(name.value);
  if (role?.kind !== "database_role") {
    raise(
      15_151,
      `Cannot alter the role '${name.value}', because it does not exist or you do not have permission.`,
    );
  }
  const { principalId } = findPrincipal(member, database);
  return { members: database.catalog.roleMembers, roleId: role.principalId, memberId: principalId };
}

function dropPrincipal(
  { type, ifExists, name }: DropPrincipalStatement,
  activation: Activation,
): void {
  const { core } = activation;
  const { journal } = requireTransaction(core);
  if (type === "server_role") refuseServerRole();
  if (type === "login") {
    requireSecurityAdmin(activation);
    const login = core.server.findPrincipal(name.value);
    if (login?.kind !== "sql_login") {
      raise(
        15_151,
        `Cannot drop the login '${name.value}', because it does not exist or you do not have permission.`,
      );
    }
    if (core.server.sessions.values().some(({ loginId }) => loginId === login.principalId)) {
      raise(15_434, `Could not drop login '${name.value}' as the user is currently logged in.`);
    }
    core.server.principals.delete(login.principalId, journal);
    return;
  }
  const { database } = core;
  const { catalog } = database;
  requireRight(type === "user" ? "ALTER ANY USER" : "ALTER ANY ROLE", database, activation);
  const principal = catalog.findPrincipal(name.value);
  const fits =
    principal !== undefined && (principal.kind === "database_role") === (type === "role");
  if (!fits) {
    if (ifExists) return;
    raise(
      15_151,
      `Cannot drop the ${type} '${name.value}', because it does not exist or you do not have permission.`,
    );
  }
  if (principal.principalId < 5 || principal.isFixedRole)
    raise(15_150, `Cannot drop the ${type} '${name.value}'.`);
  const { principalId } = principal;
  if (catalog.schemas.values().some((schema) => schema.principalId === principalId)) {
    raise(15_138, "The database principal owns a schema in the database, and cannot be dropped.");
  }
  if (catalog.roleMembers.values().some(({ roleId }) => roleId === principalId)) {
    raise(15_144, "The role has members. It must be empty before it can be dropped.");
  }
  catalog.principals.delete(principalId, journal);
  for (const [key, { memberId }] of catalog.roleMembers.entries()) {
    if (memberId === principalId) catalog.roleMembers.delete(key, journal);
  }
  for (const [key, { granteeId }] of catalog.permissions.entries()) {
    if (granteeId === principalId) catalog.permissions.delete(key, journal);
  }
}

interface Target {
  readonly securable: SecurableClass;
  readonly majorId: number;
  readonly isServer: boolean;
}

const SERVER_RIGHTS =
  /^(CONTROL SERVER|VIEW SERVER|ALTER ANY (LOGIN|DATABASE|CONNECTION)|CREATE ANY DATABASE|CONNECT SQL|VIEW ANY|CONNECT ANY|SELECT ALL|ALTER SERVER|ALTER TRACE|ADMINISTER BULK|SHUTDOWN|IMPERSONATE ANY)/;

function changePermissions(statement: PermissionStatement, activation: Activation): void {
  const { core } = activation;
  const { journal } = requireTransaction(core);
  for (const { name, columns } of statement.permissions) {
    if (columns.length > 0 || (statement.securable?.columns.length ?? 0) > 0) {
      raise(40_515, "Permissions on columns are not supported in this version.");
    }
    const target = targetOf(statement, name, activation);
    const map = target.isServer ? core.server.permissions : core.database.catalog.permissions;
    requireGrantor(target, name, activation);
    for (const permission of name === "ALL" ? allOf(target) : [name]) {
      for (const principal of statement.principals) {
        const granteeId = target.isServer
          ? (core.server.findPrincipal(principal.value)?.principalId ??
            unknownPrincipal(principal.value))
          : findPrincipal(principal.value, core.database).principalId;
        const record: Permission = {
          securable: target.securable,
          majorId: target.majorId,
          minorId: 0,
          granteeId,
          grantorId: 1,
          name: permission,
          state: stateOf(statement),
        };
        if (statement.action === "revoke" && !statement.grantOptionFor)
          map.delete(permissionKey(record), journal);
        else map.set(permissionKey(record), record, journal);
      }
    }
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
