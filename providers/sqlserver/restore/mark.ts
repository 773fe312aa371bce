import type { Abortable } from "../../../core/kit/abortable.ts";
import type { RestoreRequest, ServerTarget } from "../../../core/resource/database-server.ts";
import { openConnection } from "../connection/open-connection.ts";
import type { Row, TdsConnection } from "../connection/tds-connection.ts";
import { quoteName, quoteText } from "../names.ts";
import { text, textOrNull } from "../schema/fields.ts";
import { MARK } from "./mark-name.ts";

const OF_DATABASE = `SELECT CONVERT(nvarchar(400), value) AS mark FROM sys.extended_properties WHERE class = 0 AND name = N'${MARK}'`;
const OF_SCHEMAS = `SELECT s.name, CONVERT(nvarchar(400), p.value) AS mark FROM sys.extended_properties AS p JOIN sys.schemas AS s ON s.schema_id = p.major_id WHERE p.class = 3 AND p.name = N'${MARK}' ORDER BY s.name`;

/** What is known of something half made. */
export interface Mark {
  /** By the server, to the second: `2026-01-05T12:00:00Z`. */
  readonly since: string;
  /** Null of what an older version made. */
  readonly job: string | null;
  /** The name that a database was made under: who gave it another one may be using it. Null of a schema, and of what an older version made. */
  readonly madeAs: string | null;
}

export interface MarkedSchema extends Mark {
  readonly name: string;
}

function add(procedure: string, words: string | undefined, level: string): string {
  const end = words === undefined ? "" : ` + ${quoteText(` ${words}`)}`;
  return `DECLARE @mark nvarchar(400) = CONVERT(nvarchar(40), SYSUTCDATETIME(), 126)${end}; EXEC ${procedure} @name = N'${MARK}', @value = @mark${level}`;
}

function wordsOf(database: string, job: string | undefined): string | undefined {
  return job === undefined ? undefined : `${job} ${database}`;
}

/** T-SQL that marks another database than the connection's. */
export function markOf(database: string, job: string | undefined): string {
  const procedure = `${quoteName(database)}.sys.sp_addextendedproperty`;
  return add(procedure, wordsOf(database, job), "");
}

function levelOf(schema: string): string {
  return `, @level0type = N'SCHEMA', @level0name = ${quoteText(schema)}`;
}

/** T-SQL that marks a schema of the connection's database. */
export function markSchema(schema: string, job: string | undefined): string {
  return add("sys.sp_addextendedproperty", job, levelOf(schema));
}

/** T-SQL that takes it off. */
export function unmarkSchema(schema: string): string {
  return `EXEC sys.sp_dropextendedproperty @name = N'${MARK}'${levelOf(schema)}`;
}

/** Marks the connection's database as unfinished, unless it is. */
export async function mark(
  connection: TdsConnection,
  { database, job, signal }: Abortable & Pick<RestoreRequest, "database" | "job">,
): Promise<void> {
  const [found] = await connection.query(OF_DATABASE, { signal });
  if (found !== undefined) return;
  const sql = add("sys.sp_addextendedproperty", wordsOf(database, job), "");
  await connection.execute(sql, { signal });
}

export async function unmark(connection: TdsConnection, options: Abortable): Promise<void> {
  const [found] = await connection.query(OF_DATABASE, options);
  if (found === undefined) return;
  await connection.execute(`EXEC sys.sp_dropextendedproperty N'${MARK}'`, options);
}

function parseMark(row: Row): Mark {
  const [since = "", job = null, ...name] = (textOrNull(row, "mark") ?? "").split(" ");
  const second = since.replace(/\.\d+$/, "");
  return { since: `${second}Z`, job, madeAs: name.length === 0 ? null : name.join(" ") };
}

/** Of the connection's database; undefined where it is whole. */
export async function readMark(
  connection: TdsConnection,
  options: Abortable,
): Promise<Mark | undefined> {
  const [found] = await connection.query(OF_DATABASE, options);
  return found && parseMark(found);
}

/** Of any database; undefined also where nobody can look into it. */
export async function readMarkOf(
  target: ServerTarget,
  database: string,
  options: Abortable,
): Promise<Mark | undefined> {
  try {
    await using connection = await openConnection(target, { ...options, database });
    return await readMark(connection, options);
  } catch {
    options.signal?.throwIfAborted();
    return undefined;
  }
}

/** Schemas of the connection's database that restores are making or have left. */
export async function readMarkedSchemas(
  connection: TdsConnection,
  options: Abortable,
): Promise<readonly MarkedSchema[]> {
  const rows = await connection.query(OF_SCHEMAS, options);
  return rows.map((row) => ({ name: text(row, "name"), ...parseMark(row) }));
}
