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
import type { SchemaTable } from "../../../schemas/sql-server-schema.ts";
import { selectRows } from "../capture/select-rows.ts";
import { readRows } from "../lane/read-rows.ts";
import { quotePath } from "../names.ts";
import { labelOf } from "../script/script-tables.ts";
import { applyChanges } from "./apply-changes.ts";
import type { Finish } from "./finish-database.ts";
import { loadTable } from "./load-table.ts";
import type { RestoreConnection } from "./restore-connection.ts";
import { restoreMismatch } from "./restore-failures.ts";
import { LOADED_AT_ONCE, RestoreLanes } from "./restore-lanes.ts";
import { RowSum, summedColumns, summing } from "./row-sum.ts";

export interface RestoreParts {
  readonly connection: RestoreConnection;
  readonly database: string;
  /** As they are made, by the names that they had in the source. */
  readonly tables: ReadonlyMap<string, SchemaTable>;
  /** Makes what comes after the rows. */
  readonly finish: Finish;
  /** Removes again what was made; tells where it cannot. */
  readonly drop: () => Promise<void>;
}

type TableNames = Pick<LoadTable, "schema" | "name">;
type Watched = Abortable & { readonly onRows?: ((rows: number) => void) | undefined };

/** Tables being made by script and bulk load, in a new database or beside others. */
export class ScriptedRestore implements DatabaseRestore {
  readonly atOnce = LOADED_AT_ONCE;
  readonly #parts: RestoreParts;
  readonly #lanes: RestoreLanes;
  readonly #filled = new Set<string>();
  readonly #sent = new Map<string, { readonly sum: string; readonly metadata: Uint8Array }>();
  #shortfalls: readonly Shortfall[] = [];
  #isComplete = false;
  #isDisposed = false;

  constructor(parts: RestoreParts) {
    this.#parts = parts;
    this.#lanes = new RestoreLanes(parts.connection);
  }

  get shortfalls(): readonly Shortfall[] {
    return this.#shortfalls;
  }

  get notes(): readonly string[] {
    const { refusal } = this.#lanes;
    if (refusal === undefined) return [];
    return [
      `The server gave no second session, so the tables were loaded one after the other: ${refusal.detail}`,
    ];
  }

  async load(rows: LoadTable, options: Watched = {}): Promise<number> {
    const { database } = this.#parts;
    const { signal, onRows = () => undefined } = options;
    const table = this.#tableOf(rows);
    let sum = new RowSum();
    const count = await this.#lanes.run(async (current, { attempt }) => {
      if (attempt > 0) {
        await current.execute(`TRUNCATE TABLE ${quotePath(table.schema, table.name)}`, { signal });
      }
      sum = new RowSum();
      const sent = { ...rows, bytes: summing(rows.metadata, rows.bytes, sum) };
      return loadTable(current, { database, table, rows: sent, onRows, signal });
    }, options);
    this.#sent.set(formatTableName(rows), { sum: sum.text, metadata: rows.metadata });
    if (count > 0) this.#filled.add(labelOf(table));
    return count;
  }

  async verify(named: TableNames, options: Abortable = {}): Promise<RowProof> {
    const { connection, database } = this.#parts;
    const table = this.#tableOf(named);
    const name = formatTableName(named);
    const sent = this.#sent.get(name);
    if (sent === undefined) throw new RangeError(`the rows of ${name} were not loaded`);
    const { key, left } = summedColumns(sent.metadata);
    const { sql } = selectRows(table);
    const sum = await this.#lanes.run(async (current) => {
      const found = new RowSum();
      const { slices } = await readRows(current, { sql, key, signal: options.signal });
      for await (const { keyHashes } of slices) found.add(keyHashes);
      return found;
    }, options);
    if (sum.text === sent.sum) return { checksum: sum.text, without: left };
    throw restoreMismatch(connection.place.target, database, [
      `table ${name}: its ${sum.rows} rows are not those that were sent`,
    ]);
  }

  async applyChanges(changes: TableChanges, options: Watched = {}): Promise<number> {
    const { database, tables } = this.#parts;
    const { signal, onRows = () => undefined } = options;
    const table = this.#tableOf(changes);
    const names = [...tables.values()].filter((other) => other.schema === table.schema);
    const taken = new Set(names.map(({ name }) => name));
    const replay = { database, table, taken, changes, onRows, signal };
    const count = await this.#lanes.run(
      (current, { lane }) => applyChanges(current, { ...replay, lane }),
      options,
    );
    if (count > 0) this.#filled.add(labelOf(table));
    return count;
  }

  #tableOf(named: TableNames): SchemaTable {
    const { connection, database, tables } = this.#parts;
    const name = formatTableName(named);
    const table = tables.get(name);
    if (table !== undefined) return table;
    throw restoreMismatch(connection.place.target, database, [
      `table ${name}: there are rows of it, but the schema lacks it`,
    ]);
  }

  async complete(options: Abortable = {}): Promise<readonly InventoryCount[]> {
    const { inventory, shortfalls } = await this.#parts.finish(this.#filled, options);
    this.#isComplete = true;
    this.#shortfalls = shortfalls;
    return inventory;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#isDisposed) return;
    this.#isDisposed = true;
    await this.#lanes[Symbol.asyncDispose]();
    if (!this.#isComplete) await this.#parts.drop();
  }
}
