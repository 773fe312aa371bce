import type {
  AlterRoleStatement,
  CreateUserStatement,
  DropPrincipalStatement,
} from "../../parser/ast-security.ts";
import type { NamedOption } from "../../parser/ast-tables.ts";
import type { DatabasePrincipal } from "../../storage/principals.ts";
import type { StoredDatabase } from "../../storage/stored-database.ts";
import { raise } from "../../values/sql-exception.ts";
import type { Activation } from "../session/activation.ts";
import { requireMaster } from "../session/database-access.ts";
import { hashPassword } from "../session/passwords.ts";
import { requireTransaction } from "../session/readers.ts";
import { createExternalUser, type ExternalUser } from "./external-principals.ts";
import {
  addPrincipal,
  allowConnect,
  findLogin,
  findPrincipal,
  refuseServerRole,
  requireRight,
  requireSecurityAdmin,
} from "./principals.ts";

export function createUser(statement: CreateUserStatement, activation: Activation): void {
  const { value: name } = statement.name;
  const option = (wanted: string): NamedOption["value"] =>
    statement.options.find((item) => item.name === wanted)?.value;
  const schema = option("default_schema");
  const defaultSchema = typeof schema === "string" ? schema : "dbo";
  const password = option("password");
  const source = statement.for;
  switch (source?.kind) {
    case undefined:
      if (password === undefined) createLoginUser({ name, login: name, defaultSchema }, activation);
      else createContainedUser({ name, defaultSchema, password }, activation);
      return;
    case "login":
      createLoginUser({ name, login: source.login.value, defaultSchema }, activation);
      return;
    case "external_provider":
      createExternalUser({ name, defaultSchema }, activation);
      return;
    case "without_login":
      createUserWithoutLogin({ name, defaultSchema }, activation);
      return;
    case "certificate":
    case "asymmetric_key":
      raise(
        40_515,
        `Users from ${source.kind.replaceAll("_", " ")} are not supported in this version.`,
      );
    default:
      source satisfies never;
  }
}

function createUserWithoutLogin(user: ExternalUser, activation: Activation): void {
  const sid = freshSid(activation);
  addPrincipal({ ...user, kind: "user_without_login", sid }, activation);
}

/** The form of sids that belong to no login. */
function freshSid({ core }: Activation): string {
  const bytes = Buffer.from(core.parts.randomBytes(16)).toString("hex").toUpperCase();
  return `010500000000000903000000${bytes}`;
}

/** A user with a password of its own: every database of Azure SQL Database is contained (documentation of CREATE USER). */
function createContainedUser(
  { name, defaultSchema, password }: ContainedUser,
  activation: Activation,
): void {
  const { core } = activation;
  if (core.server.flavour !== "azure_sql") {
    raise(33_233, "You can only create a user with a password in a contained database.");
  }
  if (typeof password !== "object" || password.kind !== "string")
    raise(102, "Incorrect syntax near 'PASSWORD'.", { class: 15 });
  const passwordHash = hashPassword(password.value, core.parts.randomBytes(4));
  const sid = freshSid(activation);
  const user = addPrincipal({ name, kind: "contained_user", sid, defaultSchema }, activation);
  const { journal } = requireTransaction(core);
  const { principals } = core.database.catalog;
  principals.set(user.principalId, { ...user, passwordHash }, journal);
  allowConnect(user.principalId, activation);
}

interface ContainedUser {
  readonly name: string;
  readonly defaultSchema: string;
  readonly password: NamedOption["value"];
}

interface LoginUser {
  readonly name: string;
  readonly login: string;
  readonly defaultSchema: string;
}

function createLoginUser(
  { name, login: loginName, defaultSchema }: LoginUser,
  activation: Activation,
): void {
  const { core } = activation;
  const login = core.server.findPrincipal(loginName);
  if (login === undefined || login.kind === "server_role") {
    raise(15_007, `'${loginName}' is not a valid login or you do not have permission.`);
  }
  const taken = core.database.catalog.principals.values().some(({ sid }) => sid === login.sid);
  if (taken) raise(15_063, "The login already has an account under a different user name.");
  const kind =
    login.kind === "external_user" || login.kind === "external_group" ? login.kind : "sql_user";
  const user = addPrincipal({ name, kind, sid: login.sid, defaultSchema }, activation);
  allowConnect(user.principalId, activation);
}

export function alterRole(statement: AlterRoleStatement, activation: Activation): void {
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

export function dropPrincipal(
  { type, ifExists, name }: DropPrincipalStatement,
  activation: Activation,
): void {
  const { core } = activation;
  const { journal } = requireTransaction(core);
  if (type === "server_role") refuseServerRole();
  if (type === "login") {
    requireMaster(core);
    requireSecurityAdmin(activation);
    const login = core.server.findPrincipal(name.value);
    if (login === undefined || login.kind === "server_role") {
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
  dropDatabasePrincipal({ type, ifExists, name: name.value }, activation);
}

interface DatabaseDrop {
  readonly type: "user" | "role";
  readonly ifExists: boolean;
  readonly name: string;
}

function dropDatabasePrincipal(
  { type, ifExists, name }: DatabaseDrop,
  activation: Activation,
): void {
  const { database } = activation.core;
  const { catalog } = database;
  requireRight(type === "user" ? "ALTER ANY USER" : "ALTER ANY ROLE", database, activation);
  const principal = catalog.findPrincipal(name);
  const fits =
    principal !== undefined && (principal.kind === "database_role") === (type === "role");
  if (!fits) {
    if (ifExists) return;
    raise(
      15_151,
      `Cannot drop the ${type} '${name}', because it does not exist or you do not have permission.`,
    );
  }
  refuseNeeded(principal, type, activation);
  forgetPrincipal(principal.principalId, activation);
}

function refuseNeeded(principal: DatabasePrincipal, type: string, { core }: Activation): void {
  const { catalog } = core.database;
  const { principalId, name, isFixedRole } = principal;
  if (principalId < 5 || isFixedRole) raise(15_150, `Cannot drop the ${type} '${name}'.`);
  if (catalog.schemas.values().some((schema) => schema.principalId === principalId)) {
    raise(15_138, "The database principal owns a schema in the database, and cannot be dropped.");
  }
  if (catalog.roleMembers.values().some(({ roleId }) => roleId === principalId)) {
    raise(15_144, "The role has members. It must be empty before it can be dropped.");
  }
}

function forgetPrincipal(principalId: number, { core }: Activation): void {
  const { catalog } = core.database;
  const { journal } = requireTransaction(core);
  catalog.principals.delete(principalId, journal);
  for (const [key, { memberId }] of catalog.roleMembers.entries()) {
    if (memberId === principalId) catalog.roleMembers.delete(key, journal);
  }
  for (const [key, { granteeId }] of catalog.permissions.entries()) {
    if (granteeId === principalId) catalog.permissions.delete(key, journal);
  }
}
