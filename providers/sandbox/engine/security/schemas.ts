import type {
  AlterAuthorizationStatement,
  AlterSchemaStatement,
  AlterUserStatement,
  CreateSchemaStatement,
} from "../../parser/ast-security.ts";
import { raise } from "../../values/sql-exception.ts";
import { shownName } from "../query/shown-name.ts";
import type { Activation } from "../session/activation.ts";
import { baseOf } from "../session/name-base.ts";
import { findObject } from "../session/name-resolution.ts";
import { requireTransaction } from "../session/readers.ts";
import { findLogin, findPrincipal, nextId, requireRight } from "./principals.ts";

/** CREATE SCHEMA, without elements. */
export function createSchema(statement: CreateSchemaStatement, activation: Activation): void {
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
}

/** ALTER SCHEMA … TRANSFER: an object moves with its constraints and triggers. */
export function transferObject(statement: AlterSchemaStatement, activation: Activation): void {
  const { core } = activation;
  const { catalog } = core.database;
  const schema = catalog.findSchema(statement.name.value);
  const found = findObject(statement.transfer, baseOf(activation), activation);
  if (statement.transferType !== "object") {
    raise(40_515, "ALTER SCHEMA … TRANSFER of types is not supported in this version.");
  }
  if (schema === undefined || found === undefined || found.database !== core.database) {
    raise(
      15_151,
      `Cannot find the object '${shownName(statement.transfer)}', because it does not exist or you do not have permission.`,
    );
  }
  requireRight("ALTER ANY SCHEMA", core.database, activation);
  if (catalog.findObject(schema.schemaId, found.object.name) !== undefined) {
    raise(15_530, `The object with name "${found.object.name}" already exists.`);
  }
  const { journal } = requireTransaction(core);
  for (const object of [found.object, ...catalog.childrenOf(found.object.objectId)]) {
    catalog.objects.set(object.objectId, { ...object, schemaId: schema.schemaId }, journal);
  }
}

export function alterUser({ name, options }: AlterUserStatement, activation: Activation): void {
  const { core } = activation;
  const { catalog } = core.database;
  requireRight("ALTER ANY USER", core.database, activation);
  let user = findPrincipal(name.value, core.database);
  for (const option of options) {
    const text = typeof option.value === "string" ? option.value : "";
    if (option.name === "name") user = { ...user, name: text };
    else if (option.name === "default_schema") user = { ...user, defaultSchema: text };
    else if (option.name === "login") user = { ...user, sid: findLogin(text, activation).sid };
    else
      raise(40_515, `ALTER USER … ${option.name.toUpperCase()} is not supported in this version.`);
  }
  catalog.principals.set(user.principalId, user, requireTransaction(core).journal);
}

/** ALTER AUTHORIZATION on schemas, objects and databases. */
export function changeOwner(
  { securable, owner }: AlterAuthorizationStatement,
  activation: Activation,
): void {
  const { core } = activation;
  const { database } = core;
  const { journal } = requireTransaction(core);
  if (securable.class === "database") {
    const target = core.server.findDatabase(securable.name.name);
    if (target === undefined || owner === undefined) {
      raise(
        15_151,
        `Cannot find the database '${securable.name.name}', because it does not exist or you do not have permission.`,
      );
    }
    requireRight("TAKE OWNERSHIP", database, activation);
    const { sid } = findLogin(owner.value, activation);
    target.options = { ...target.options, ownerSid: sid };
    return;
  }
  requireRight("TAKE OWNERSHIP", database, activation);
  const principalId =
    owner === undefined ? undefined : findPrincipal(owner.value, database).principalId;
  if (securable.class === "schema") {
    const schema = database.catalog.findSchema(securable.name.name);
    if (schema === undefined) {
      raise(
        15_151,
        `Cannot find the schema '${securable.name.name}', because it does not exist or you do not have permission.`,
      );
    }
    database.catalog.schemas.set(
      schema.schemaId,
      { ...schema, principalId: principalId ?? 1 },
      journal,
    );
    return;
  }
  if (securable.class !== "object") {
    raise(
      40_515,
      `ALTER AUTHORIZATION ON ${securable.class.toUpperCase()} is not supported in this version.`,
    );
  }
  const found = findObject(securable.name, baseOf(activation), activation);
  if (found === undefined) {
    raise(
      15_151,
      `Cannot find the object '${shownName(securable.name)}', because it does not exist or you do not have permission.`,
    );
  }
  database.catalog.objects.set(found.object.objectId, { ...found.object, principalId }, journal);
}
