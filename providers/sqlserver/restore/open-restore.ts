import { formatTableName } from "../../../core/kit/table-name.ts";
import type {
  DatabaseRestore,
  RestoreObstacle,
  RestoreRequest,
  ServerTarget,
  Shortfall,
} from "../../../core/resource/database-server.ts";
import { type SqlServerSchema, sqlServerSchema } from "../../../schemas/sql-server-schema.ts";
import { serverErrorsOf } from "../connection/server-error.ts";
import type { TdsConnection } from "../connection/tds-connection.ts";
import { quoteName, quoteText } from "../names.ts";
import { number, text } from "../schema/fields.ts";
import { type PartOfSchema, partOfSchema } from "../schema/part-of-schema.ts";
import { type DatabaseTarget, scriptCreation } from "../script/script-database.ts";
import { scriptBeforeRows } from "../script/script-schema.ts";
import { ScriptedRestore } from "./database-restore.ts";
import { certificateFor, encryptDatabase } from "./encrypt-database.ts";
import { finishDatabase } from "./finish-database.ts";
import { mark } from "./mark.ts";
import { RestoreConnection, untilItPasses } from "./restore-connection.ts";
import { databaseExists, leftover, schemaUnreadable } from "./restore-failures.ts";
import { nameTaken, obstaclesOn } from "./restore-obstacles.ts";
import { runStages } from "./run-stages.ts";

/** CREATE DATABASE of a name that is taken. */
const NAME_TAKEN: ReadonlySet<number> = new Set([1801]);

export interface RestoreServer {
  readonly target: ServerTarget;
  /** A connection in master; a new one where the last was lost. */
  readonly control: () => Promise<TdsConnection>;
  readonly isAzure: boolean;
  /** Azure SQL Database and managed instances: keys of encryption are the service's. */
  readonly keepsKeys: boolean;
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

/** The schema to make, and what of it is left out by choice. */
function wantedOf(server: RestoreServer, { schema: bytes, tables }: RestoreRequest) {
  const whole = parseSchema(server, bytes);
  if (tables === undefined) return { schema: whole, told: [] };
  const part = partOfSchema(whole, tables);
  return { schema: part.schema, told: leftOutBy(part) };
}

function leftOutBy({ foreignKeys, plain }: PartOfSchema): readonly Shortfall[] {
  const keys = `Foreign keys to tables that were not chosen are left out: ${foreignKeys.join("; ")}.`;
  const histories = `Without their history tables these come back as plain tables: ${plain.join(", ")}.`;
  return [
    ...(foreignKeys.length === 0
      ? []
      : [{ kind: "foreign_keys" as const, text: keys, remedy: null }]),
    ...(plain.length === 0
      ? []
      : [{ kind: "temporal_history" as const, text: histories, remedy: null }]),
  ];
}

/** The server's clock, as it writes the moments of databases. */
const NOW = "SELECT CONVERT(nvarchar(30), SYSDATETIME(), 126) AS now";

/** Made by this login since then: by the attempt whose answer was lost, as the name was free before it. */
function madeSince(database: string, since: string): string {
  return `SELECT name FROM sys.databases WHERE name = ${quoteText(database)} AND owner_sid = SUSER_SID() AND create_date >= DATEADD(SECOND, -1, CONVERT(datetime2, N'${since}'))`;
}

async function create(
  server: RestoreServer,
  schema: SqlServerSchema,
  { database, signal }: RestoreRequest,
): Promise<void> {
  const [clock = {}] = await (await server.control()).query(NOW, { signal });
  const since = text(clock, "now");
  try {
    await untilItPasses(
      async (attempt) => {
        const control = await server.control();
        const made = madeSince(database, since);
        if (attempt > 0 && (await control.query(made, { signal })).length > 0) return;
        await control.execute(scriptCreation(schema, database), { signal });
      },
      { signal },
    );
  } catch (error) {
    if (serverErrorsOf(error).some(({ number }) => NAME_TAKEN.has(number))) {
      throw databaseExists(server.target, database);
    }
    throw error;
  }
}

/** Managed instances refuse SINGLE_USER (5008), and DROP DATABASE while anybody is in the database (3702). */
async function endSessions(control: TdsConnection, database: string): Promise<void> {
  const sessions = await control.query(
    `SELECT session_id FROM sys.dm_exec_sessions WHERE database_id = DB_ID(${quoteText(database)}) AND session_id <> @@SPID`,
  );
  for (const row of sessions) await control.execute(`KILL ${number(row, "session_id")}`);
}

/** Not stopped by an abort: what a cancelled restore began is removed too. */
async function drop(server: RestoreServer, database: string): Promise<void> {
  const name = quoteName(database);
  try {
    await untilItPasses(async () => {
      const control = await server.control();
      const [found] = await control.query(
        `SELECT name FROM sys.databases WHERE name = ${quoteText(database)}`,
      );
      if (found === undefined) return;
      if (!server.keepsKeys) {
        await control.execute(`ALTER DATABASE ${name} SET SINGLE_USER WITH ROLLBACK IMMEDIATE`);
      } else if (!server.isAzure) await endSessions(control, database);
      await control.execute(`DROP DATABASE ${name}`);
    }, {});
  } catch (error) {
    throw leftover(server.target, database, error);
  }
}

/** What keeps the restore from succeeding, as far as the server tells. */
export async function findObstacles(
  server: RestoreServer,
  request: RestoreRequest,
  isTaken: boolean,
): Promise<readonly RestoreObstacle[]> {
  const { database, signal } = request;
  const { schema } = wantedOf(server, request);
  return [
    ...(isTaken ? [await nameTaken(server, database, { signal })] : []),
    ...(await obstaclesOn(await server.control(), schema, request)),
  ];
}

/** Turns encryption on; by a certificate of `master`, unless the service keeps the key itself. */
async function encryption(server: RestoreServer, { database, encrypt, signal }: RestoreRequest) {
  if (encrypt !== true) return undefined;
  const control = await server.control();
  const certificate = server.keepsKeys ? undefined : await certificateFor(control, { signal });
  return (connection: TdsConnection) =>
    encryptDatabase(connection, { database, certificate }, { signal });
}

/** Creates the database and everything that stands before the rows; removes it again when that fails. */
export async function openScriptedRestore(
  server: RestoreServer,
  request: RestoreRequest,
): Promise<DatabaseRestore> {
  const { database, signal } = request;
  const { schema, told } = wantedOf(server, request);
  const encrypt = await encryption(server, request);
  await create(server, schema, request);
  const target: DatabaseTarget = { name: database, isAzure: server.keepsKeys };
  await using stack = new AsyncDisposableStack();
  stack.defer(() => drop(server, database));
  const connection = stack.use(new RestoreConnection(server.target, database));
  await connection.run((current) => mark(current, { signal }), { signal });
  await runStages(connection, scriptBeforeRows(schema, target), { signal });
  stack.move();
  const finish = finishDatabase({
    connection,
    schema,
    target,
    encrypt,
    told,
    isFuzzy: request.isFuzzy === true,
    mayLag: request.positionsMayLag === true,
  });
  const tables = new Map(schema.tables.map((table) => [formatTableName(table), table] as const));
  return new ScriptedRestore({
    connection,
    database,
    tables,
    finish,
    drop: () => drop(server, database),
  });
}
