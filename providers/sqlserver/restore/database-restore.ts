import { formatTableName } from "../../../core/kit/table-name.ts";
import type {
  Abortable,
  DatabaseRestore,
  InventoryCount,
  LoadTable,
  TableChanges,
} from "../../../core/resource/database-server.ts";
import type { SchemaTable, SqlServerSchema } from "../../../schemas/sql-server-schema.ts";
import type { TdsConnection } from "../connection/tds-connection.ts";
import { compareOrdinal } from "../names.ts";
import { describeSchema, NO_POSITIONS } from "../schema/describe-schema.ts";
import { countInventory, listInventory } from "../schema/inventory.ts";
import { readCatalog } from "../schema/read-catalog.ts";
import type { DatabaseTarget } from "../script/script-database.ts";
import { scriptAfterRows } from "../script/script-schema.ts";
import { applyChanges } from "./apply-changes.ts";
import { loadTable } from "./load-table.ts";
import { restoreMismatch } from "./restore-failures.ts";
import { runStages } from "./run-stages.ts";

export interface RestoreParts {
  readonly connection: TdsConnection;
  readonly schema: SqlServerSchema;
  readonly target: DatabaseTarget;
  /** Removes the database again; tells where it cannot. */
  readonly drop: () => Promise<void>;
}

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

/** A database being made by script and bulk load. */
export class ScriptedRestore implements DatabaseRestore {
  readonly #parts: RestoreParts;
  readonly #tables: ReadonlyMap<string, SchemaTable>;
  readonly #filled = new Set<string>();
  #isComplete = false;
  #isDisposed = false;

  constructor(parts: RestoreParts) {
    this.#parts = parts;
    this.#tables = new Map(
      parts.schema.tables.map((table) => [formatTableName(table), table] as const),
    );
  }

  async load(
    rows: LoadTable,
    options?: Abortable & { readonly onRows?: ((rows: number) => void) | undefined },
  ): Promise<number> {
    const { connection, target } = this.#parts;
    const table = this.#tableOf(rows);
    const count = await loadTable(connection, {
      database: target.name,
      table,
      rows,
      onRows: options?.onRows ?? (() => undefined),
      signal: options?.signal,
    });
    if (count > 0) this.#filled.add(formatTableName(rows));
    return count;
  }

  async applyChanges(
    changes: TableChanges,
    options?: Abortable & { readonly onRows?: ((rows: number) => void) | undefined },
  ): Promise<number> {
    const { connection, target, schema } = this.#parts;
    const table = this.#tableOf(changes);
    const names = schema.tables.filter((other) => other.schema === table.schema);
    const count = await applyChanges(connection, {
      database: target.name,
      table,
      taken: new Set(names.map(({ name }) => name)),
      changes,
      onRows: options?.onRows ?? (() => undefined),
      signal: options?.signal,
    });
    if (count > 0) this.#filled.add(formatTableName(changes));
    return count;
  }

  #tableOf(named: { readonly schema: string; readonly name: string }): SchemaTable {
    const { connection, target } = this.#parts;
    const name = formatTableName(named);
    const table = this.#tables.get(name);
    if (table !== undefined) return table;
    throw restoreMismatch(connection.place.target, target.name, [
      `table ${name}: there are rows of it, but the schema lacks it`,
    ]);
  }

  async complete(options?: Abortable): Promise<readonly InventoryCount[]> {
    const { connection, schema, target } = this.#parts;
    const signal = options?.signal;
    await runStages(connection, scriptAfterRows(schema, { ...target, filled: this.#filled }), {
      signal,
    });
    const made = describeSchema(await readCatalog(connection, { signal }), NO_POSITIONS);
    const differences = listDifferences(schema, made);
    if (differences.length > 0) {
      throw restoreMismatch(connection.place.target, target.name, differences);
    }
    this.#isComplete = true;
    return countInventory(listInventory(made));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#isDisposed) return;
    this.#isDisposed = true;
    await this.#parts.connection[Symbol.asyncDispose]();
    if (!this.#isComplete) await this.#parts.drop();
  }
}
