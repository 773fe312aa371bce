import type { Abortable } from "../../../core/kit/abortable.ts";
import type { TdsConnection } from "../connection/tds-connection.ts";
import { textOrNull } from "../schema/fields.ts";

/** An extended property of a database that is being made: who finds it later knows that the database is not whole. */
const NAME = "holdfast.unfinished_restore";
const FOUND = `SELECT CONVERT(nvarchar(40), value) AS since FROM sys.extended_properties WHERE class = 0 AND name = N'${NAME}'`;

/** Marks the connection's database as unfinished. */
export async function mark(connection: TdsConnection, options: Abortable): Promise<void> {
  const [found] = await connection.query(FOUND, options);
  if (found !== undefined) return;
  const sql = `DECLARE @since nvarchar(40) = CONVERT(nvarchar(40), SYSUTCDATETIME(), 126); EXEC sys.sp_addextendedproperty N'${NAME}', @since`;
  await connection.execute(sql, options);
}

export async function unmark(connection: TdsConnection, options: Abortable): Promise<void> {
  const [found] = await connection.query(FOUND, options);
  if (found === undefined) return;
  await connection.execute(`EXEC sys.sp_dropextendedproperty N'${NAME}'`, options);
}

/** When the restore began (UTC) that did not finish the connection's database; undefined where it is whole. */
export async function markedSince(
  connection: TdsConnection,
  options: Abortable,
): Promise<string | undefined> {
  const [found] = await connection.query(FOUND, options);
  return found === undefined ? undefined : (textOrNull(found, "since") ?? "");
}
