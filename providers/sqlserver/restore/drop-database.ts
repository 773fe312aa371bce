import type { Abortable } from "../../../core/kit/abortable.ts";
import type { TdsConnection } from "../connection/tds-connection.ts";
import { quoteName, quoteText } from "../names.ts";
import { number, text } from "../schema/fields.ts";
import type { RestoreServer } from "./open-restore.ts";
import { untilItPasses } from "./restore-connection.ts";
import { leftover } from "./restore-failures.ts";

/** Managed instances refuse SINGLE_USER (5008), and DROP DATABASE while anybody is in the database (3702). */
async function endSessions(control: TdsConnection, database: string): Promise<void> {
  const sessions = await control.query(
    `SELECT session_id FROM sys.dm_exec_sessions WHERE database_id = DB_ID(${quoteText(database)}) AND session_id <> @@SPID`,
  );
  for (const row of sessions) await control.execute(`KILL ${number(row, "session_id")}`);
}

function selectMade(database: string): string {
  return `SELECT CONVERT(nvarchar(40), create_date, 126) AS made FROM sys.databases WHERE name = ${quoteText(database)}`;
}

/** When a database was made, as its server says; undefined where there is none that the login may see. */
export async function readMade(
  server: RestoreServer,
  database: string,
  { signal }: Abortable,
): Promise<string | undefined> {
  const [found] = await (await server.control()).query(selectMade(database), { signal });
  return found && text(found, "made");
}

/**
 * Not stopped by an abort: what a cancelled restore began is removed too. `made`: another database that got the name meanwhile
 * is left alone [any]. RESTORE_LEFTOVER
 */
export async function dropDatabase(
  server: RestoreServer,
  database: string,
  made?: string,
): Promise<void> {
  const name = quoteName(database);
  try {
    await untilItPasses(async () => {
      const control = await server.control();
      const [found] = await control.query(selectMade(database));
      if (found === undefined || (made !== undefined && text(found, "made") !== made)) return;
      if (!server.keepsKeys) {
        await control.execute(`ALTER DATABASE ${name} SET SINGLE_USER WITH ROLLBACK IMMEDIATE`);
      } else if (!server.isAzure) await endSessions(control, database);
      await control.execute(`DROP DATABASE ${name}`);
    }, {});
  } catch (error) {
    throw leftover(server.target, database, error);
  }
}
