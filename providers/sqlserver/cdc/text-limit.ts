import type { Abortable } from "../../../core/kit/abortable.ts";
import { serverErrorsOf } from "../connection/server-error.ts";
import type { TdsConnection } from "../connection/tds-connection.ts";
import { number } from "../schema/fields.ts";

const UNLIMITED = -1;
const RAISE = `EXEC sys.sp_configure N'max text repl size', ${UNLIMITED}`;
const LIMIT = `SELECT CONVERT(int, value_in_use) AS in_use,
  (SELECT COUNT(*) FROM sys.configurations WHERE CONVERT(int, value) <> CONVERT(int, value_in_use)) AS pending
  FROM sys.configurations WHERE name LIKE N'max text repl size%'`;
/** text, ntext, image, xml and the types of (max). */
const LARGE = `SELECT COUNT(*) AS large FROM sys.columns AS c INNER JOIN sys.tables AS t ON t.object_id = c.object_id
  WHERE t.is_ms_shipped = 0 AND (c.max_length = -1 OR c.system_type_id IN (34, 35, 99, 241))`;

/**
 * Where a captured table has columns of large values, writes of more than `max text repl size` bytes fail ("Configure the max
 * text repl size", 65,536 where nobody set it), so the limit is lifted before capture is enabled. RECONFIGURE would put other
 * settings into force that somebody left pending, so that the limit is then left, and told of. Gives notes.
 */
export async function liftTextLimit(
  connection: TdsConnection,
  options?: Abortable,
): Promise<readonly string[]> {
  const [columns = {}] = await connection.query(LARGE, options);
  const [limit] = await connection.query(LIMIT, options);
  if (limit === undefined || number(columns, "large") === 0) return [];
  const bytes = number(limit, "in_use");
  if (bytes === UNLIMITED) return [];
  if (number(limit, "pending") > 0) {
    return [warning(bytes, "other settings of the server are waiting for a RECONFIGURE")];
  }
  try {
    await connection.execute(`${RAISE}; RECONFIGURE`, options);
  } catch (error) {
    const [said] = serverErrorsOf(error);
    if (said === undefined) throw error;
    return [warning(bytes, `the server refused to lift it (error ${said.number})`)];
  }
  return [
    `The server's setting "max text repl size" was ${bytes} bytes, beyond which writes of captured columns fail. It was lifted (-1).`,
  ];
}

function warning(bytes: number, why: string): string {
  return `Writes of more than ${bytes} bytes into columns of large values will fail while their tables are captured: the server's setting "max text repl size" says so, and ${why}. Lift it: ${RAISE}; RECONFIGURE;`;
}
