import type { SqlServerSchema } from "../../../schemas/sql-server-schema.ts";

/**
 * An extended property of what a restore is making, a database or a schema, which goes when that is whole: since when (UTC,
 * by the server) and for which job. Who finds it later knows that what has it is not whole, and whose it is.
 */
export const MARK = "holdfast.unfinished_restore";

/** Among the properties of a database, whether that of the database itself is this one. */
export function isMark({ name, path }: SqlServerSchema["properties"][number]): boolean {
  return name === MARK && path.length === 0;
}
