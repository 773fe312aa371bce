import type {
  DatabaseRestore,
  RestoreRequest,
  ServerTarget,
} from "../../../core/resource/database-server.ts";
import { type SqlServerSchema, sqlServerSchema } from "../../../schemas/sql-server-schema.ts";
import { openConnection } from "../connection/open-connection.ts";
import { serverErrorsOf } from "../connection/server-error.ts";
import type { TdsConnection } from "../connection/tds-connection.ts";
import { quoteName } from "../names.ts";
import { type DatabaseTarget, scriptCreation } from "../script/script-database.ts";
import { scriptBeforeRows } from "../script/script-schema.ts";
import { ScriptedRestore } from "./database-restore.ts";
import { databaseExists, leftover, schemaUnreadable } from "./restore-failures.ts";
import { runStages } from "./run-stages.ts";

/** CREATE DATABASE of a name that is taken. */
const NAME_TAKEN: ReadonlySet<number> = new Set([1801]);

export interface RestoreServer {
  readonly target: ServerTarget;
  /** A connection in master; a new one where the last was lost. */
  readonly control: () => Promise<TdsConnection>;
  readonly isAzure: boolean;
}

function parseSchema(server: RestoreServer, bytes: Uint8Array): SqlServerSchema {
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(bytes).toString("utf8"));
  } catch (error) {
    throw schemaUnreadable(server.target, error instanceof Error ? error.message : String(error));
  }
  const parsed = sqlServerSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw schemaUnreadable(
    server.target,
    `${issue?.path.join(".") ?? "the document"}: ${issue?.message ?? "not valid"}`,
  );
}

async function create(
  server: RestoreServer,
  schema: SqlServerSchema,
  { database, signal }: RestoreRequest,
): Promise<void> {
  const control = await server.control();
  try {
    await control.execute(scriptCreation(schema, database), { signal });
  } catch (error) {
    if (serverErrorsOf(error).some(({ number }) => NAME_TAKEN.has(number))) {
      throw databaseExists(server.target, database);
    }
    throw error;
  }
}

/** Not stopped by an abort: what a cancelled restore began is removed too. */
async function drop(server: RestoreServer, database: string): Promise<void> {
  const name = quoteName(database);
  try {
    const control = await server.control();
    const [found] = await control.query(
      `SELECT name FROM sys.databases WHERE name = N'${database.replaceAll("'", "''")}'`,
    );
    if (found === undefined) return;
    if (!server.isAzure) {
      await control.execute(`ALTER DATABASE ${name} SET SINGLE_USER WITH ROLLBACK IMMEDIATE`);
    }
    await control.execute(`DROP DATABASE ${name}`);
  } catch (error) {
    throw leftover(server.target, database, error);
  }
}

/** Creates the database and everything that stands before the rows; removes it again when that fails. */
export async function openScriptedRestore(
  server: RestoreServer,
  request: RestoreRequest,
): Promise<DatabaseRestore> {
  const { database, signal } = request;
  const schema = parseSchema(server, request.schema);
  await create(server, schema, request);
  const target: DatabaseTarget = { name: database, isAzure: server.isAzure };
  await using stack = new AsyncDisposableStack();
  stack.defer(() => drop(server, database));
  const connection = stack.use(await openConnection(server.target, { database, signal }));
  await runStages(connection, scriptBeforeRows(schema, target), { signal });
  stack.move();
  return new ScriptedRestore({
    connection,
    schema,
    target,
    drop: () => drop(server, database),
  });
}
