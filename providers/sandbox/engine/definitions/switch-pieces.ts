import type { StoredRow } from "../../storage/columns.ts";
import { functionOf, type PartitionFunction, partitionOf } from "../../storage/partitions.ts";
import type { Table } from "../../storage/schema-object.ts";
import type { StoredDatabase } from "../../storage/stored-database.ts";
import { raise } from "../../values/sql-exception.ts";
import { longName } from "../changes/row-times.ts";
import { slotOfColumn } from "../query/table-scan.ts";
import type { Activation } from "../session/activation.ts";
import { sendInfo } from "../session/errors.ts";

/** A whole table that is not parted, or one of its partitions. */
export interface TablePiece {
  readonly table: Table;
  /** In three parts. */
  readonly shown: string;
  readonly part: { readonly number: number; readonly of: PartitionFunction } | undefined;
  readonly has: (values: StoredRow) => boolean;
}

interface Place {
  readonly database: StoredDatabase;
  readonly table: Table;
}

/** Throws 4911 for a parted table without a number, 4950 for a number that it has not, 7733 where an index is not parted with it. */
export function tablePiece(
  place: Place,
  number: number | undefined,
  activation: Activation,
): TablePiece {
  const { database, table } = place;
  const shown = longName(place);
  const partitioning = table.indexes[0]?.partitioning;
  const of = partitioning && functionOf(database.catalog, partitioning.schemeId);
  if (partitioning === undefined || of === undefined) {
    if (number !== undefined) {
      sendInfo(
        activation,
        4903,
        `Warning: The specified partition ${number} for the table '${shown}' was ignored in ALTER TABLE SWITCH statement because the table is not partitioned.`,
      );
    }
    return { table, shown, part: undefined, has: () => true };
  }
  if (number === undefined) {
    raise(
      4911,
      `Cannot specify a partitioned table without partition number in ALTER TABLE SWITCH statement. The table '${shown}' is partitioned.`,
    );
  }
  if (number < 1 || number > of.boundaries.length + 1) {
    raise(
      4950,
      `ALTER TABLE SWITCH statement failed because partition number ${number} does not exist in table '${shown}'.`,
    );
  }
  requireAligned(table, shown);
  const slot = slotOfColumn(table, partitioning.columnId);
  const partOf = partitionOf(of);
  return {
    table,
    shown,
    part: { number, of },
    has: (values) => partOf(values[slot] ?? null) === number,
  };
}

function requireAligned({ indexes }: Table, shown: string): void {
  const odd = indexes.find(({ partitioning }) => partitioning === undefined);
  if (odd === undefined) return;
  raise(
    7733,
    `'ALTER TABLE SWITCH' statement failed. The table '${shown}' is partitioned while index '${odd.name}' is not partitioned.`,
  );
}

/** Throws 4904 and 4905. */
export function requireEmpty(
  { table, shown, part, has }: TablePiece,
  database: StoredDatabase,
): void {
  const isFull = database.liveRows(table.objectId).some(({ values }) => has(values));
  if (!isFull) return;
  if (part === undefined) {
    raise(4905, `ALTER TABLE SWITCH statement failed. The target table '${shown}' must be empty.`);
  }
  raise(
    4904,
    `ALTER TABLE SWITCH statement failed. The specified partition ${part.number} of target table '${shown}' must be empty.`,
  );
}

/** Throws 4973 between different ranges and 4982 where no constraint of the source keeps its rows within the range. */
export function requireFit(from: TablePiece, to: TablePiece, database: StoredDatabase): void {
  if (to.part === undefined) return;
  const { number, of } = to.part;
  if (from.part === undefined) {
    if (isKeptWithin(from, to, database)) return;
    raise(
      4982,
      `ALTER TABLE SWITCH statement failed. Check constraints of source table '${from.shown}' allow values that are not allowed by range defined by partition ${number} on target table '${to.shown}'.`,
    );
  }
  if (from.part.of.functionId === of.functionId && from.part.number === number) return;
  raise(
    4973,
    `ALTER TABLE SWITCH statement failed. Range defined by partition ${from.part.number} in table '${from.shown}' is not a subset of range defined by partition ${number} in table '${to.shown}'.`,
  );
}

/** Servers reason about the constraint; here it must be a trusted check that names the column, and the rows themselves are looked at. */
function isKeptWithin(from: TablePiece, to: TablePiece, database: StoredDatabase): boolean {
  if (to.part?.of.boundaries.length === 0) return true;
  const columnId = to.table.indexes[0]?.partitioning?.columnId ?? 0;
  const name = from.table.columns[slotOfColumn(to.table, columnId)]?.name ?? "";
  const isChecked = database.catalog
    .childrenOf(from.table.objectId)
    .some(
      (object) => object.type === "C" && object.trusted && object.definition.includes(`[${name}]`),
    );
  return isChecked && database.liveRows(from.table.objectId).every(({ values }) => to.has(values));
}
