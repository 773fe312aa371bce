import type { Abortable } from "../../../core/kit/abortable.ts";
import { formatTableName } from "../../../core/kit/table-name.ts";
import type { DatabaseFacts, RestoreObstacle } from "../../../core/resource/database-server.ts";
import { isPassing } from "../connection/failures.ts";
import { openConnection } from "../connection/open-connection.ts";
import type { TdsConnection } from "../connection/tds-connection.ts";
import { quoteName, quoteText } from "../names.ts";
import { type DetachedTables, objectNames } from "../schema/detach-tables.ts";
import { flag, text } from "../schema/fields.ts";
import type { RestoreServer } from "./open-restore.ts";
import { detachedOf, type TablesRequest } from "./open-tables-restore.ts";
import { untilItPasses } from "./restore-connection.ts";
import { unknownCollations } from "./restore-obstacles.ts";
import { STAGE } from "./stage-schema.ts";

/** Schemas of the server and of its features. */
const RESERVED: ReadonlySet<string> = new Set(["sys", "information_schema", "guest", "cdc"]);
/** Of one statement. */
const NAMES_AT_ONCE = 500;
const SHOWN = 10;

const RIGHTS =
  "SELECT HAS_PERMS_BY_NAME(DB_NAME(), N'DATABASE', N'CONTROL') AS has_control, USER_NAME() AS user_name, CONVERT(nvarchar(30), DATABASEPROPERTYEX(DB_NAME(), 'Updateability')) AS updateability";

function notPossible(sentence: string): RestoreObstacle {
  return { code: "RESTORE_NOT_POSSIBLE", text: sentence, remedy: null };
}

/** What keeps tables from being made in a database, before anybody looks into it. */
function obstaclesOf(
  { target }: RestoreServer,
  { database, into }: TablesRequest,
  facts: DatabaseFacts | undefined,
): readonly RestoreObstacle[] {
  const name = into.toLowerCase();
  const where = `"${database}" on ${target.host}`;
  const isReserved = RESERVED.has(name) || name.startsWith("db_") || name.startsWith(STAGE);
  if (facts === undefined) {
    const sentence = `There is no database ${where}, or the login cannot see it, and -into-schema restores into one that is there. Without -into-schema the restore makes a new database.`;
    return [{ code: "DATABASE_NOT_FOUND", text: sentence, remedy: null }];
  }
  if (facts.isSystem)
    return [notPossible(`${where} is a system database. Name one of your own with -as.`)];
  if (facts.state !== "online") return [notPossible(`The database ${where} is ${facts.state}.`)];
  return isReserved
    ? [notPossible(`The schema ${into} is kept for the server's own objects. Choose another name.`)]
    : [];
}

function doubles({ schema, tables }: DetachedTables, into: string): readonly RestoreObstacle[] {
  const names = Map.groupBy(objectNames(schema), (name) => name.toLowerCase());
  const twice = [...names.values()].flatMap(([name, ...more]) =>
    name === undefined || more.length === 0 ? [] : [name],
  );
  if (twice.length === 0) return [];
  const from = [...tables.keys()].slice(0, SHOWN).join(", ");
  return [
    notPossible(
      `Of the tables that were chosen (${from}), several have an object called ${twice.slice(0, SHOWN).join(", ")}, and schema ${into} can have one. Restore those of each schema by themselves, into schemas of their own.`,
    ),
  ];
}

/** Nothing that is there is overwritten. */
async function takenNames(
  connection: TdsConnection,
  names: readonly string[],
  { into, database, signal }: TablesRequest,
): Promise<readonly RestoreObstacle[]> {
  const taken: string[] = [];
  for (let at = 0; at < names.length; at += NAMES_AT_ONCE) {
    const some = names.slice(at, at + NAMES_AT_ONCE).map(quoteText);
    const rows = await connection.query(
      `SELECT name FROM sys.objects WHERE schema_id = SCHEMA_ID(${quoteText(into)}) AND name IN (${some.join(", ")}) ORDER BY name`,
      { signal },
    );
    taken.push(...rows.map((row) => formatTableName({ schema: into, name: text(row, "name") })));
  }
  if (taken.length === 0) return [];
  const more = taken.length > SHOWN ? ` and ${taken.length - SHOWN} more` : "";
  return [
    {
      code: "TABLE_EXISTS",
      text: `"${database}" has ${taken.slice(0, SHOWN).join(", ")}${more} already, and a restore overwrites nothing. Give another name with -into-schema, or rename or drop what is there.`,
      remedy: null,
    },
  ];
}

async function missingRights(
  connection: TdsConnection,
  { database, into }: TablesRequest,
  options: Abortable,
): Promise<readonly RestoreObstacle[]> {
  const [row = {}] = await connection.query(RIGHTS, options);
  const isReadOnly = text(row, "updateability") !== "READ_WRITE";
  const user = text(row, "user_name");
  return [
    ...(isReadOnly ? [notPossible(`The database "${database}" is read-only.`)] : []),
    ...(flag(row, "has_control")
      ? []
      : [
          {
            code: "SERVER_PERMISSION_MISSING" as const,
            text: `The user ${user} cannot make the schema ${into} and tables in "${database}": it lacks CONTROL.`,
            remedy: `USE ${quoteName(database)}; ALTER ROLE [db_owner] ADD MEMBER ${quoteName(user)};`,
          },
        ]),
  ];
}

/** What keeps tables from coming back into a schema of a database that is in use. Changes nothing. */
export async function findTablesObstacles(
  server: RestoreServer,
  request: TablesRequest,
  facts: DatabaseFacts | undefined,
): Promise<readonly RestoreObstacle[]> {
  const { database, into, signal } = request;
  const detached = detachedOf(server, request, into);
  const first = [...obstaclesOf(server, request, facts), ...doubles(detached, into)];
  if (facts?.state !== "online" || facts.isSystem) return first;
  const look = async () => {
    await using connection = await openConnection(server.target, { database, signal });
    return [
      ...first,
      ...(await missingRights(connection, request, { signal })),
      ...(await takenNames(connection, objectNames(detached.schema), request)),
      ...(await unknownCollations(connection, detached.schema, { signal })),
    ];
  };
  return untilItPasses(look, { signal, passes: isPassing });
}
