import type { Abortable } from "../../../core/kit/abortable.ts";
import { formatBytes } from "../../../core/kit/bytes.ts";
import type { RestoreObstacle, RestoreRequest } from "../../../core/resource/database-server.ts";
import type { SqlServerSchema } from "../../../schemas/sql-server-schema.ts";
import { serverErrorsOf } from "../connection/server-error.ts";
import type { TdsConnection } from "../connection/tds-connection.ts";
import { quoteText } from "../names.ts";
import { number, text } from "../schema/fields.ts";
import { certificateFor, MAKE_CERTIFICATE } from "./encrypt-database.ts";
import { readMarkOf } from "./mark.ts";
import type { RestoreServer } from "./open-restore.ts";

/** SERVERPROPERTY('EngineEdition'): Express; Azure SQL Database and managed instances, which take every level and tell no volumes. */
const EXPRESS = 4;
const SERVICES: ReadonlySet<number> = new Set([5, 8]);
/** Of the data files of one database, since SQL Server 2008 R2. */
const EXPRESS_LIMIT = 10 * 1024 ** 3;
const LEVELS_PER_VERSION = 10;

const EDITION =
  "SELECT CONVERT(int, SERVERPROPERTY('EngineEdition')) AS edition, CONVERT(int, PARSENAME(CONVERT(nvarchar(128), SERVERPROPERTY('ProductVersion')), 4)) AS version";
/** Needs VIEW SERVER STATE. */
const VOLUMES =
  "SELECT DISTINCT v.volume_mount_point, CONVERT(float, v.available_bytes) AS available, CONVERT(nvarchar(260), SERVERPROPERTY('InstanceDefaultDataPath')) AS data_path FROM sys.master_files AS f CROSS APPLY sys.dm_os_volume_stats(f.database_id, f.file_id) AS v";

function notPossible(sentence: string, remedy: string | null = null): RestoreObstacle {
  return { code: "RESTORE_NOT_POSSIBLE", text: sentence, remedy };
}

/** A database of that name is there: it may be what another restore makes, or has left behind. */
export async function nameTaken(
  { target }: Pick<RestoreServer, "target">,
  database: string,
  options: Abortable,
): Promise<RestoreObstacle> {
  const there = `There is a database "${database}" on ${target.host} already`;
  const found = await readMarkOf(target, database, options);
  if (found === undefined) {
    const sentence = `${there}, and a restore never writes into one. Give another name with -as, drop that database first, or bring single tables back beside its own: -tables and -into-schema.`;
    return { code: "DATABASE_EXISTS", text: sentence, remedy: null };
  }
  const restore = `a restore${found.job === null ? "" : ` (${found.job})`} that began at ${found.since}`;
  // No command: to drop it may take what somebody uses, or what another process is at.
  const sentence =
    found.madeAs !== null && found.madeAs !== database
      ? `${there}. It was begun as "${found.madeAs}" by ${restore}, which did not finish it, and somebody gave it this name, who may be using it. Give another name with -as.`
      : `${there}. It is not whole: ${restore} makes it, or did not finish it, and it is not one of this catalog that is known to be over. Wait until it is (holdfast jobs), or give another name with -as. Where its catalog is, holdfast doctor says whether it is over, and then what drops it.`;
  return { code: "DATABASE_EXISTS", text: sentence, remedy: null };
}

/** `connection`: in any database of the server. */
export async function unknownCollations(
  control: TdsConnection,
  schema: SqlServerSchema,
  options: Abortable,
): Promise<readonly RestoreObstacle[]> {
  const columns = schema.tables.flatMap((table) => table.columns);
  const all = [schema.database.collation, ...columns.map(({ collation }) => collation)];
  const names = [...new Set(all.filter((name) => name !== null))];
  if (names.length === 0) return [];
  const values = names.map((name) => `(${quoteText(name)})`).join(", ");
  const rows = await control.query(
    `SELECT c.name FROM (VALUES ${values}) AS c (name) WHERE COLLATIONPROPERTY(c.name, 'CodePage') IS NULL`,
    options,
  );
  if (rows.length === 0) return [];
  const unknown = rows.map((row) => text(row, "name")).join(", ");
  return [notPossible(`The server does not know the collations of the source: ${unknown}.`)];
}

/** Where new databases go, the server has less room than the rows take. Nothing where it does not tell. */
async function tooLittleSpace(
  control: TdsConnection,
  bytes: number,
  options: Abortable,
): Promise<readonly RestoreObstacle[]> {
  try {
    const volumes = await control.query(VOLUMES, options);
    const [volume] = volumes
      .filter((row) => text(row, "data_path").startsWith(text(row, "volume_mount_point")))
      .toSorted(
        (a, b) => text(b, "volume_mount_point").length - text(a, "volume_mount_point").length,
      );
    if (volume === undefined || number(volume, "available") >= bytes) return [];
    const free = formatBytes(number(volume, "available"));
    return [
      notPossible(
        `The rows take ${formatBytes(bytes)} at least, and ${text(volume, "volume_mount_point")}, where the server puts new databases, has ${free} left.`,
      ),
    ];
  } catch (error) {
    if (serverErrorsOf(error).length === 0) throw error;
    return [];
  }
}

/** What would keep a restore from succeeding, but a name that is taken and missing permissions. `control` is in master. */
export async function obstaclesOn(
  control: TdsConnection,
  schema: SqlServerSchema,
  { bytes = 0, encrypt, signal }: RestoreRequest,
): Promise<readonly RestoreObstacle[]> {
  const [row = {}] = await control.query(EDITION, { signal });
  const isService = SERVICES.has(number(row, "edition"));
  const newest = number(row, "version") * LEVELS_PER_VERSION;
  const { compatibilityLevel } = schema.database;
  const isTooNew = !isService && compatibilityLevel > newest;
  const isTooLarge = number(row, "edition") === EXPRESS && bytes > EXPRESS_LIMIT;
  const lacksKey = encrypt === true && !isService && !(await certificateFor(control, { signal }));
  return [
    ...(isTooNew
      ? [
          notPossible(
            `The source has compatibility level ${compatibilityLevel}, and this server knows ${newest} at most: it is an older version. Restore to a server of the same version or a newer one.`,
          ),
        ]
      : []),
    ...(isTooLarge
      ? [
          notPossible(
            `The rows take ${formatBytes(bytes)} at least, and the Express edition holds 10 GiB a database.`,
          ),
        ]
      : []),
    ...(lacksKey
      ? [
          notPossible(
            "-enable-tde needs a certificate in master whose private key is protected by the master key, and there is none.",
            MAKE_CERTIFICATE,
          ),
        ]
      : []),
    ...(await unknownCollations(control, schema, { signal })),
    ...(isService || bytes === 0 ? [] : await tooLittleSpace(control, bytes, { signal })),
  ];
}
