import type { Abortable } from "../../../core/kit/abortable.ts";
import { formatTableName } from "../../../core/kit/table-name.ts";
import type { InventoryCount } from "../../../core/resource/database-capture.ts";
import type {
  DatabaseRestore,
  LoadTable,
  RowProof,
  Shortfall,
  TableChanges,
} from "../../../core/resource/database-server.ts";
import type { SchemaTable, SqlServerSchema } from "../../../schemas/sql-server-schema.ts";
import { selectRows } from "../capture/select-rows.ts";
import type { TdsConnection } from "../connection/tds-connection.ts";
import { readRows } from "../lane/read-rows.ts";
import { compareOrdinal, quotePath } from "../names.ts";
import { describeSchema, NO_POSITIONS } from "../schema/describe-schema.ts";
import { countInventory, listInventory } from "../schema/inventory.ts";
import { readCatalog } from "../schema/read-catalog.ts";
import type { DatabaseTarget } from "../script/script-database.ts";
import { scriptAfterRows } from "../script/script-schema.ts";
import { BROKEN_BY_ROWS } from "../script/script-tables.ts";
import type { Stage, Step } from "../script/step.ts";
import { applyChanges } from "./apply-changes.ts";
import { isEncrypted } from "./encrypt-database.ts";
import { loadTable } from "./load-table.ts";
import { unmark } from "./mark.ts";
import type { RestoreConnection } from "./restore-connection.ts";
import { restoreMismatch } from "./restore-failures.ts";
import { RowSum, summedColumns, summing } from "./row-sum.ts";
import { runStages } from "./run-stages.ts";
import { untrustedConstraints } from "./untrusted-constraints.ts";
import { usersWithoutLogin } from "./users-without-login.ts";

export interface RestoreParts {
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
  /** Removes the database again; tells where it cannot. */
  readonly drop: () => Promise<void>;
}

type TableNames = Pick<LoadTable, "schema" | "name">;
type Watched = Abortable & { readonly onRows?: ((rows: number) => void) | undefined };

/** What one schema has and the other has not: `missing: view dbo.V`. */
function listDifferences(wanted: SqlServerSchema, made: SqlServerSchema): readonly string[] {
  const names = (schema: SqlServerSchema): ReadonlySet<string> =>
    new Set(listInventory(schema).map(({ kind, name }) => `${kind.replaceAll("_", " ")} ${name}`));
  const have = names(made);
  const want = names(wanted);
  return [
    ...[...want.difference(have)].map((name) => `missing: ${name}`),
    ...[...have.difference(want)].map((name) => `unexpected: ${name}`),
  ].toSorted(compareOrdinal);
}

/** Rows of one moment break no trusted constraint: where they do, the restore fails. */
function strictly({ order, steps }: Stage): Stage {
  const strict = ({ instead, ...step }: Step): Step =>
    instead === undefined || instead.errors === BROKEN_BY_ROWS ? step : { ...step, instead };
  return { order, steps: steps.map(strict) };
}

function notEncrypted(database: string): Shortfall {
  return {
    kind: "encryption",
    text: `Transparent data encryption is not enabled on ${database}, whatever the source had: restore with -enable-tde, or enable it.`,
    remedy: null,
  };
}

/** A database being made by script and bulk load. */
export class ScriptedRestore implements DatabaseRestore {
  readonly #parts: RestoreParts;
  readonly #tables: ReadonlyMap<string, SchemaTable>;
  readonly #filled = new Set<string>();
  readonly #sent = new Map<string, { readonly sum: string; readonly metadata: Uint8Array }>();
  #shortfalls: readonly Shortfall[] = [];
  #isComplete = false;
  #isDisposed = false;

  constructor(parts: RestoreParts) {
    this.#parts = parts;
    this.#tables = new Map(
      parts.schema.tables.map((table) => [formatTableName(table), table] as const),
    );
  }

  get shortfalls(): readonly Shortfall[] {
    return this.#shortfalls;
  }

  async load(rows: LoadTable, options: Watched = {}): Promise<number> {
    const { connection, target } = this.#parts;
    const { signal, onRows = () => undefined } = options;
    const table = this.#tableOf(rows);
    let sum = new RowSum();
    const count = await connection.run(async (current, attempt) => {
      if (attempt > 0) {
        await current.execute(`TRUNCATE TABLE ${quotePath(table.schema, table.name)}`, { signal });
      }
      sum = new RowSum();
      const sent = { ...rows, bytes: summing(rows.metadata, rows.bytes, sum) };
      return loadTable(current, { database: target.name, table, rows: sent, onRows, signal });
    }, options);
    this.#sent.set(formatTableName(rows), { sum: sum.text, metadata: rows.metadata });
    if (count > 0) this.#filled.add(formatTableName(rows));
    return count;
  }

  async verify(named: TableNames, options: Abortable = {}): Promise<RowProof> {
    const { connection, target } = this.#parts;
    const table = this.#tableOf(named);
    const name = formatTableName(named);
    const sent = this.#sent.get(name);
    if (sent === undefined) throw new RangeError(`the rows of ${name} were not loaded`);
    const { key, left } = summedColumns(sent.metadata);
    const { sql } = selectRows(table);
    const sum = await connection.run(async (current) => {
      const found = new RowSum();
      const { slices } = await readRows(current, { sql, key, signal: options.signal });
      for await (const { keyHashes } of slices) found.add(keyHashes);
      return found;
    }, options);
    if (sum.text === sent.sum) return { checksum: sum.text, without: left };
    throw restoreMismatch(connection.place.target, target.name, [
      `table ${name}: its ${sum.rows} rows are not those that were sent`,
    ]);
  }

  async applyChanges(changes: TableChanges, options: Watched = {}): Promise<number> {
    const { connection, target, schema } = this.#parts;
    const { signal, onRows = () => undefined } = options;
    const table = this.#tableOf(changes);
    const names = schema.tables.filter((other) => other.schema === table.schema);
    const taken = new Set(names.map(({ name }) => name));
    const replay = { database: target.name, table, taken, changes, onRows, signal };
    const count = await connection.run((current) => applyChanges(current, replay), options);
    if (count > 0) this.#filled.add(formatTableName(changes));
    return count;
  }

  #tableOf(named: TableNames): SchemaTable {
    const { connection, target } = this.#parts;
    const name = formatTableName(named);
    const table = this.#tables.get(name);
    if (table !== undefined) return table;
    throw restoreMismatch(connection.place.target, target.name, [
      `table ${name}: there are rows of it, but the schema lacks it`,
    ]);
  }

  async complete(options: Abortable = {}): Promise<readonly InventoryCount[]> {
    const { connection, schema, target, encrypt, isFuzzy, mayLag } = this.#parts;
    const scripted = scriptAfterRows(schema, { ...target, filled: this.#filled, mayLag });
    const stages = isFuzzy ? scripted : scripted.map(strictly);
    if (encrypt !== undefined) await connection.run(encrypt, options);
    await runStages(connection, stages.slice(0, -1), options);
    await connection.run((current) => unmark(current, options), options);
    await runStages(connection, stages.slice(-1), options);
    const catalog = await connection.run((current) => readCatalog(current, options), options);
    const made = describeSchema(catalog, NO_POSITIONS);
    const differences = listDifferences(schema, made);
    if (differences.length > 0) {
      throw restoreMismatch(connection.place.target, target.name, differences);
    }
    this.#isComplete = true;
    const encrypted = await connection.run((current) => isEncrypted(current, options), options);
    this.#shortfalls = [
      ...this.#parts.told,
      ...untrustedConstraints(schema, made, target.name),
      ...usersWithoutLogin(schema, made, target.name),
      ...(encrypted ? [] : [notEncrypted(target.name)]),
    ];
    return countInventory(listInventory(made));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#isDisposed) return;
    this.#isDisposed = true;
    await this.#parts.connection[Symbol.asyncDispose]();
    if (!this.#isComplete) await this.#parts.drop();
  }
}
