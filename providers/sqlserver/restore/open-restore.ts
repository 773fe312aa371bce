import type { Abortable } from "../../../core/kit/abortable.ts";
import { formatTableName } from "../../../core/kit/table-name.ts";
import type {
  DatabaseRestore,
  RestoreObstacle,
  RestoreRequest,
  ServerTarget,
} from "../../../core/resource/database-server.ts";
import type { SqlServerSchema } from "../../../schemas/sql-server-schema.ts";
import { serverErrorsOf } from "../connection/server-error.ts";
import type { TdsConnection } from "../connection/tds-connection.ts";
import { quoteText } from "../names.ts";
import { text } from "../schema/fields.ts";
import { partOfSchema } from "../schema/part-of-schema.ts";
import { type DatabaseTarget, scriptCreation } from "../script/script-database.ts";
import { scriptBeforeRows } from "../script/script-schema.ts";
import { ScriptedRestore } from "./database-restore.ts";
import { dropDatabase, readMade } from "./drop-database.ts";
import { certificateFor, encryptDatabase } from "./encrypt-database.ts";
import { finishDatabase } from "./finish-database.ts";
import { foretell } from "./foretell.ts";
import { mark, markOf, readMarkOf } from "./mark.ts";
import { parseSchema } from "./parse-schema.ts";
import { RestoreConnection, untilItPasses } from "./restore-connection.ts";
import { databaseExists } from "./restore-failures.ts";
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

/** The schema to make, and what of it is left out by choice. */
function wantedOf({ target }: RestoreServer, { schema: bytes, tables }: RestoreRequest) {
  const whole = parseSchema(target, bytes);
  const told = foretell(whole, { tables });
  return { schema: tables === undefined ? whole : partOfSchema(whole, tables).schema, told };
}

/** The server's clock, as it writes the moments of databases. */
const NOW = "SELECT CONVERT(nvarchar(30), SYSDATETIME(), 126) AS now";

/** Made by this login since then: by the attempt whose answer was lost, as the name was free before it. */
function madeSince(database: string, since: string): string {
  return `SELECT name FROM sys.databases WHERE name = ${quoteText(database)} AND owner_sid = SUSER_SID() AND create_date >= DATEADD(SECOND, -1, CONVERT(datetime2, N'${since}'))`;
}

/** Whether there is a database of that name that this login made since then. */
async function isMade(
  server: RestoreServer,
  database: string,
  { since, signal }: Abortable & { readonly since: string },
): Promise<boolean> {
  const control = await server.control();
  return (await control.query(madeSince(database, since), { signal })).length > 0;
}

/** The database with its mark. The only statement of a batch where it is Azure SQL Database (CREATE DATABASE): there the mark follows. */
function creation(server: RestoreServer, schema: SqlServerSchema, request: RestoreRequest): string {
  const { database, job } = request;
  const create = scriptCreation(schema, database);
  return server.isAzure ? create : `${create};\n${markOf(database, job)}`;
}

/** What an attempt made that was cut short; nothing where the mark does not say that it is of this job. */
async function dropIfOurs(server: RestoreServer, { database, job }: RestoreRequest): Promise<void> {
  const found = await readMarkOf(server.target, database, {});
  if (job !== undefined && found?.job === job) await dropDatabase(server, database);
}

/** Two restores by one login to one name: the mark tells whose it is. DATABASE_EXISTS */
async function requireOurs(
  { target }: RestoreServer,
  { database, job, signal }: RestoreRequest,
): Promise<void> {
  const found = await readMarkOf(target, database, { signal });
  if (found !== undefined && found.job !== (job ?? null)) throw databaseExists(target, database);
}

async function create(
  server: RestoreServer,
  schema: SqlServerSchema,
  request: RestoreRequest,
): Promise<void> {
  const { database, signal } = request;
  const [clock = {}] = await (await server.control()).query(NOW, { signal });
  const since = text(clock, "now");
  try {
    await untilItPasses(
      async (attempt) => {
        if (attempt > 0 && (await isMade(server, database, { since, signal }))) {
          await requireOurs(server, request);
          return;
        }
        const control = await server.control();
        // An abort between CREATE DATABASE and its mark would leave a database that nobody knows.
        signal?.throwIfAborted();
        await control.execute(creation(server, schema, request));
      },
      { signal },
    );
  } catch (error) {
    if (serverErrorsOf(error).some(({ number }) => NAME_TAKEN.has(number))) {
      throw databaseExists(server.target, database);
    }
    await dropIfOurs(server, request);
    throw error;
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
  let made: string | undefined;
  // A restore of a day may be taken for dead, and its database be dropped and made anew, by hand.
  const drop = () => dropDatabase(server, database, made);
  await using stack = new AsyncDisposableStack();
  stack.defer(drop);
  made = await untilItPasses(() => readMade(server, database, { signal }), { signal });
  const connection = stack.use(new RestoreConnection(server.target, database));
  await connection.run((current) => mark(current, request), { signal });
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
    drop,
  });
}
