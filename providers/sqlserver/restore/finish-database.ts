import type { Abortable } from "../../../core/kit/abortable.ts";
import type { InventoryCount } from "../../../core/resource/database-capture.ts";
import type { Shortfall } from "../../../core/resource/database-server.ts";
import type { SqlServerSchema } from "../../../schemas/sql-server-schema.ts";
import type { TdsConnection } from "../connection/tds-connection.ts";
import { describeSchema, NO_POSITIONS } from "../schema/describe-schema.ts";
import { countInventory, listInventory } from "../schema/inventory.ts";
import { readCatalog } from "../schema/read-catalog.ts";
import type { DatabaseTarget } from "../script/script-database.ts";
import { scriptAfterRows, scriptLast } from "../script/script-schema.ts";
import { listDifferences } from "./compare-inventory.ts";
import { isEncrypted } from "./encrypt-database.ts";
import { unmark } from "./mark.ts";
import { isMark } from "./mark-name.ts";
import type { RestoreConnection } from "./restore-connection.ts";
import { restoreMismatch } from "./restore-failures.ts";
import { runStages, strictly } from "./run-stages.ts";
import { untrustedConstraints } from "./untrusted-constraints.ts";
import { usersWithoutLogin } from "./users-without-login.ts";

/** What stands behind the last row. */
interface Finished {
  readonly inventory: readonly InventoryCount[];
  readonly shortfalls: readonly Shortfall[];
}

/** Tables that got rows, as `schema.name` of where they are made. */
export type Finish = (filled: ReadonlySet<string>, options: Abortable) => Promise<Finished>;

export interface FinishedDatabase {
  readonly connection: RestoreConnection;
  readonly schema: SqlServerSchema;
  readonly target: DatabaseTarget;
  /** Turns encryption on. Undefined: the database is left as the server makes it. */
  readonly encrypt: ((connection: TdsConnection) => Promise<void>) | undefined;
  /** What was left out by choice. */
  readonly told: readonly Shortfall[];
  /** Constraints may be broken by the rows. */
  readonly isFuzzy: boolean;
  /** Positions of identities may be older than the rows. */
  readonly mayLag: boolean;
}

function notEncrypted(database: string): Shortfall {
  return {
    kind: "encryption",
    text: `Transparent data encryption is not enabled on ${database}, whatever the source had: restore with -enable-tde, or enable it.`,
    remedy: null,
  };
}

function isOnDatabase({ kind }: SqlServerSchema["modules"][number]): boolean {
  return kind === "database_trigger";
}

/** What the database has but the mark; RESTORE_MISMATCH where it is not what is wanted. */
async function checked(
  { connection, target }: FinishedDatabase,
  wanted: SqlServerSchema,
  options: Abortable,
): Promise<SqlServerSchema> {
  const catalog = await connection.run((current) => readCatalog(current, options), options);
  const found = describeSchema(catalog, NO_POSITIONS);
  const made = { ...found, properties: found.properties.filter((one) => !isMark(one)) };
  const differences = listDifferences(wanted, made);
  if (differences.length === 0) return made;
  throw restoreMismatch(connection.place.target, target.name, differences);
}

/**
 * Makes everything that comes after the rows of a new database, and takes its mark off when it is what the point has. Only
 * what would be in the way of that comes later: a trigger on the database may refuse it, and it is a write.
 */
export function finishDatabase(parts: FinishedDatabase): Finish {
  const { connection, schema, target, encrypt, isFuzzy, mayLag, told } = parts;
  return async (filled, options) => {
    const scripted = scriptAfterRows(schema, { ...target, filled, mayLag });
    if (encrypt !== undefined) await connection.run(encrypt, options);
    await runStages(connection, isFuzzy ? scripted : scripted.map(strictly), options);
    const quiet = { ...schema, modules: schema.modules.filter((one) => !isOnDatabase(one)) };
    const first = await checked(parts, quiet, options);
    const encrypted = await connection.run((current) => isEncrypted(current, options), options);
    await connection.run((current) => unmark(current, options), options);
    await runStages(connection, scriptLast(schema, target), options);
    const hasMore = schema.modules.some(isOnDatabase);
    const made = hasMore ? await checked(parts, schema, options) : first;
    const shortfalls = [
      ...told,
      ...untrustedConstraints(schema, made, target.name),
      ...usersWithoutLogin(schema, made, target.name),
      ...(encrypted ? [] : [notEncrypted(target.name)]),
    ];
    return { inventory: countInventory(listInventory(made)), shortfalls };
  };
}
