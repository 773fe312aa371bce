import type { Abortable } from "../../../core/kit/abortable.ts";
import { formatTableName } from "../../../core/kit/table-name.ts";
import type { DatabaseCapture } from "../../../core/resource/database-capture.ts";
import type { DatabaseFacts } from "../../../core/resource/database-server.ts";
import { serverErrorsOf } from "../connection/server-error.ts";
import type { TdsConnection } from "../connection/tds-connection.ts";
import { quotePath } from "../names.ts";
import type { Catalog } from "../schema/catalog.ts";
import { describeSchema, encodeSchema, NO_POSITIONS } from "../schema/describe-schema.ts";
import { findLosses } from "../schema/losses.ts";
import { findObstacles } from "../schema/obstacles.ts";
import { readCatalog, readPositions, readSizes, type TableSize } from "../schema/read-catalog.ts";
import { missingRights } from "../server/missing-permissions.ts";
import { readRights } from "../server/rights.ts";
import {
  databaseNotReady,
  describeFinding,
  notScriptable,
  sightMissing,
  snapshotIsolationOff,
  tableReadFailed,
} from "./capture-failures.ts";
import { CapturedSchema } from "./captured-schema.ts";
import { captureOf } from "./database-reading.ts";
import { SnapshotReading } from "./snapshot-reading.ts";

/** The database does not allow snapshot isolation: 3952; it is still being switched on: 3956. */
const SNAPSHOT_REFUSED: ReadonlySet<number> = new Set([3952, 3956]);

type SeenAt = Abortable & { readonly database: string };

/** Throws DATABASE_NOT_READY or, unless nobody writes, SNAPSHOT_ISOLATION_OFF. */
export function requireCapturable(
  place: TdsConnection["place"],
  facts: DatabaseFacts,
  isStill: boolean,
): void {
  if (facts.state !== "online") throw databaseNotReady(place.target, facts);
  if (!isStill && facts.snapshotIsolation !== "on")
    throw snapshotIsolationOff(place.target, facts.name);
}

/** Throws SERVER_PERMISSION_MISSING where the login does not see all, SCHEMA_NOT_SCRIPTABLE where not all would come back. */
export async function requireWholeSight(
  connection: TdsConnection,
  catalog: Catalog,
  { database, signal }: Abortable & { readonly database: string },
): Promise<void> {
  const { target } = connection.place;
  const rights = await readRights(connection, { signal });
  const isMasked = catalog.rows.maskedColumns.length > 0;
  const missing = missingRights({ ...rights, hasMasks: isMasked }, database);
  if (missing.length > 0) throw sightMissing(target, database, missing);
  const obstacles = findObstacles(catalog);
  if (obstacles.length > 0) throw notScriptable(target, database, obstacles);
}

/** The moment of a SNAPSHOT transaction is that of its first read of data, not that of BEGIN TRANSACTION. */
async function beginSnapshot(
  connection: TdsConnection,
  catalog: Catalog,
  { database, signal }: SeenAt,
): Promise<void> {
  await connection.execute("SET TRANSACTION ISOLATION LEVEL SNAPSHOT; BEGIN TRANSACTION;", {
    signal,
  });
  const [first] = catalog.rows.tables;
  if (first === undefined) return;
  const { schema, name } = catalog.nameOf(first);
  try {
    await connection.query(`SELECT TOP (1) 1 AS pinned FROM ${quotePath(schema, name)}`, {
      signal,
    });
  } catch (error) {
    const isRefused = serverErrorsOf(error).some(({ number }) => SNAPSHOT_REFUSED.has(number));
    if (isRefused) throw snapshotIsolationOff(connection.place.target, database);
    throw tableReadFailed(formatTableName({ schema, name }), error);
  }
}

export function sizesByName(
  catalog: Catalog,
  sizes: ReadonlyMap<number, TableSize>,
): ReadonlyMap<string, TableSize> {
  return new Map(
    [...sizes].flatMap(([id, size]) => {
      const name = catalog.objectName(id);
      return name === undefined ? [] : [[formatTableName(name), size] as const];
    }),
  );
}

/**
 * Reads the schema, lets `begin` take its moment, then reads the positions of identities and sequences, so that none is
 * behind a row of that moment.
 */
export async function seeDatabase(
  connection: TdsConnection,
  options: SeenAt,
  begin: (catalog: Catalog) => Promise<void> = () => Promise.resolve(),
): Promise<CapturedSchema> {
  const catalog = await readCatalog(connection, options);
  await requireWholeSight(connection, catalog, options);
  await begin(catalog);
  const positions = await readPositions(connection, options);
  const sizes = await readSizes(connection, options);
  return new CapturedSchema({
    database: options.database,
    schema: describeSchema(catalog, positions),
    fingerprint: encodeSchema(describeSchema(catalog, NO_POSITIONS)),
    sizes: sizesByName(catalog, sizes),
    notes: findLosses(catalog).map(
      (finding) => `Not part of the backup: ${describeFinding(finding)}.`,
    ),
  });
}

/** Of the moment of its snapshot. Owns the connection from here on, also when it throws. */
export async function openSnapshotCapture(
  connection: TdsConnection,
  options: SeenAt,
): Promise<DatabaseCapture> {
  await using stack = new AsyncDisposableStack();
  stack.use(connection);
  const captured = await seeDatabase(connection, options, (catalog) =>
    beginSnapshot(connection, catalog, options),
  );
  stack.move();
  return captureOf(captured, new SnapshotReading(connection, captured));
}
