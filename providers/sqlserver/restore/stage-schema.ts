import type { Abortable } from "../../../core/kit/abortable.ts";
import type { SqlServerSchema } from "../../../schemas/sql-server-schema.ts";
import type { TdsConnection } from "../connection/tds-connection.ts";
import { quoteName, quotePath, quoteText } from "../names.ts";
import { number, text } from "../schema/fields.ts";
import { markSchema, unmarkSchema } from "./mark.ts";

/**
 * Tables that come back into a database in use are made in a schema of the restore's own, the stage, and move to where they
 * belong in one transaction when they are whole (docs/decisions/0027). Whatever happens before, nothing but the stage is there.
 */
export const STAGE = "holdfast_restore_";

export function stageName(job: string | undefined): string {
  return `${STAGE}${(job ?? "by_hand").replace(/^job-/, "")}`;
}

function inTransaction(...statements: readonly string[]): string {
  return ["SET XACT_ABORT ON", "BEGIN TRANSACTION", ...statements, "COMMIT TRANSACTION"].join(
    ";\n",
  );
}

/** CREATE SCHEMA is alone in its batch, hence EXEC. */
function createSchema(name: string): string {
  return `EXEC (${quoteText(`CREATE SCHEMA ${quoteName(name)} AUTHORIZATION [dbo]`)})`;
}

/** T-SQL that makes the stage, once. */
export function createStage(stage: string, job: string | undefined): string {
  const made = inTransaction(createSchema(stage), markSchema(stage, job));
  return `IF SCHEMA_ID(${quoteText(stage)}) IS NULL\nBEGIN\n${made}\nEND`;
}

/** What has versions, with where these are. */
function versioned({ tables }: SqlServerSchema) {
  return tables.flatMap(({ schema, name, temporal }) => {
    const history = temporal?.history ?? null;
    return history === null ? [] : [{ path: quotePath(schema, name), name, history: history.name }];
  });
}

/**
 * T-SQL that moves the tables of the stage into their schema, which it makes where it is missing, and ends the stage: all or
 * nothing. Doing it again does no harm. A table with versions changes its schema without them, and the check of the versions
 * was made when they were switched on first.
 */
export function publish(schema: SqlServerSchema, stage: string, into: string): string {
  const temporal = versioned(schema);
  const moved = inTransaction(
    `IF SCHEMA_ID(${quoteText(into)}) IS NULL ${createSchema(into)}`,
    ...temporal.map(({ path }) => `ALTER TABLE ${path} SET (SYSTEM_VERSIONING = OFF)`),
    ...schema.tables.map(
      ({ name }) => `ALTER SCHEMA ${quoteName(into)} TRANSFER ${quotePath(stage, name)}`,
    ),
    ...temporal.map(
      ({ name, history }) =>
        `ALTER TABLE ${quotePath(into, name)} SET (SYSTEM_VERSIONING = ON (HISTORY_TABLE = ${quotePath(into, history)}, DATA_CONSISTENCY_CHECK = OFF))`,
    ),
    unmarkSchema(stage),
    `DROP SCHEMA ${quoteName(stage)}`,
  );
  return `IF SCHEMA_ID(${quoteText(stage)}) IS NOT NULL\nBEGIN\n${moved}\nEND`;
}

function tablesIn(stage: string): string {
  return `SELECT t.name, CONVERT(int, t.temporal_type) AS temporal_type FROM sys.tables AS t WHERE t.schema_id = SCHEMA_ID(${quoteText(stage)})`;
}

function keysIn(stage: string): string {
  return `SELECT k.name, OBJECT_NAME(k.parent_object_id) AS parent FROM sys.foreign_keys AS k WHERE k.schema_id = SCHEMA_ID(${quoteText(stage)})`;
}

/** Of `sys.tables.temporal_type`. */
const SYSTEM_VERSIONED = 2;

/** T-SQL that drops a stage with all that is in it, whatever it was left as; nothing where there is none. */
export async function endStage(
  connection: TdsConnection,
  stage: string,
  options: Abortable = {},
): Promise<readonly string[]> {
  const [found] = await connection.query(`SELECT SCHEMA_ID(${quoteText(stage)}) AS id`, options);
  if (found === undefined || found["id"] === null) return [];
  const tables = await connection.query(tablesIn(stage), options);
  const keys = await connection.query(keysIn(stage), options);
  const path = (name: string) => quotePath(stage, name);
  return [
    ...keys.map(
      (row) =>
        `ALTER TABLE ${path(text(row, "parent"))} DROP CONSTRAINT ${quoteName(text(row, "name"))}`,
    ),
    ...tables
      .filter((row) => number(row, "temporal_type") === SYSTEM_VERSIONED)
      .map((row) => `ALTER TABLE ${path(text(row, "name"))} SET (SYSTEM_VERSIONING = OFF)`),
    ...tables.map((row) => `DROP TABLE ${path(text(row, "name"))}`),
    inTransaction(unmarkSchema(stage), `DROP SCHEMA ${quoteName(stage)}`),
  ];
}

/** Drops a stage with all that is in it; does nothing where there is none. */
export async function dropStage(connection: TdsConnection, stage: string): Promise<void> {
  for (const sql of await endStage(connection, stage)) await connection.execute(sql);
}
