import type { CaptureInstance, LogEntry } from "../../storage/change-capture.ts";
import type { StoredRow } from "../../storage/columns.ts";
import type { DatabaseCatalog } from "../../storage/database.ts";
import type { Table } from "../../storage/schema-object.ts";
import type { StoredDatabase } from "../../storage/stored-database.ts";
import type { StoredServer } from "../../storage/stored-server.ts";
import type { RowWatcher } from "../../storage/table-store.ts";
import type { Transaction } from "../../storage/transaction.ts";
import { capturedValues, changedOrdinals, maskOf, refuseLargeValues } from "./captured-values.ts";

/** The capture instances of a table, older first. */
export function instancesOf(
  { captureInstances }: Pick<DatabaseCatalog, "captureInstances">,
  sourceId: number,
): readonly CaptureInstance[] {
  if (captureInstances.size === 0) return [];
  return captureInstances
    .values()
    .filter((instance) => instance.sourceId === sourceId)
    .toArray();
}

interface Place {
  readonly database: StoredDatabase;
  readonly server: StoredServer;
}

/**
 * Writes changed rows of one table to the log that capture reads. An update that moves the row under another key comes as a delete and
 * an insert, as the storage carries it out; one that changes no captured column leaves nothing.
 */
export class RowCapture implements RowWatcher {
  readonly #database: StoredDatabase;
  readonly #server: StoredServer;
  readonly #sourceId: number;

  constructor(sourceId: number, { database, server }: Place) {
    this.#database = database;
    this.#server = server;
    this.#sourceId = sourceId;
  }

  changed(
    before: StoredRow | undefined,
    after: StoredRow | undefined,
    transaction: Transaction,
  ): void {
    const instances = instancesOf(this.#database.catalog, this.#sourceId);
    const table = this.#database.findTable(this.#sourceId);
    if (instances.length === 0 || table === undefined) return;
    refuseLargeValues(instances, table, { before, after, server: this.#server });
    const described = instances.flatMap((instance) => {
      const rows = rowsOf({ instance, table, before, after });
      return rows.map(
        (row) => ({ kind: "row", changeTableId: instance.changeTableId, ...row }) as const,
      );
    });
    if (described.length === 0) return;
    this.#database.captureLog.record(transaction, (place) =>
      described.map((row): LogEntry => ({ ...row, ...place })),
    );
  }
}

interface RowChange {
  readonly instance: CaptureInstance;
  readonly table: Table;
  readonly before: StoredRow | undefined;
  readonly after: StoredRow | undefined;
}

type ChangeRow = Pick<Extract<LogEntry, { kind: "row" }>, "operation" | "mask" | "values">;

function rowsOf({ instance, table, before, after }: RowChange): readonly ChangeRow[] {
  const { columns } = instance;
  const all = columns.map((_, index) => index);
  const row = (
    operation: 1 | 2 | 3 | 4,
    values: StoredRow,
    changed: readonly number[],
  ): ChangeRow => ({
    operation,
    mask: maskOf(changed, columns.length),
    values: capturedValues(instance, table, { operation, values, changed }),
  });
  if (before === undefined) return after === undefined ? [] : [row(2, after, all)];
  if (after === undefined) return [row(1, before, all)];
  const changed = changedOrdinals(instance, table, { before, after });
  return changed.length === 0 ? [] : [row(3, before, changed), row(4, after, changed)];
}
