import type { InsertSource } from "../../parser/ast-changes.ts";
import { raise } from "../../values/sql-exception.ts";
import type { TableInDatabase } from "../query/environment.ts";
import { longName } from "./row-times.ts";

interface SlotCheck {
  readonly found: TableInDatabase;
  readonly keepsIdentity: boolean;
  readonly identitySlot: number;
}

/** Refuses columns that take no values, or take them only under IDENTITY_INSERT. */
export function checkSlots(
  slots: readonly number[],
  names: readonly string[] | undefined,
  { found, keepsIdentity, identitySlot }: SlotCheck,
): void {
  const { table } = found;
  if (new Set(slots).size < slots.length) {
    const name =
      names?.find((item, index) => slots.indexOf(slots[index] ?? -1) !== index && item) ?? "";
    raise(
      264,
      `The column name '${name}' is specified more than once in the SET clause or column list of an INSERT. A column cannot be assigned more than one value in the same clause. Modify the clause to make sure that a column is updated only once. If this statement updates or inserts columns into a view, column aliasing can conceal the duplication in your code.`,
    );
  }
  for (const slot of slots) {
    const column = table.columns[slot];
    if (column?.computed !== undefined) {
      raise(
        271,
        `The column "${column.name}" cannot be modified because it is either a computed column or is the result of a UNION operator.`,
      );
    }
    if (column?.type.name === "timestamp") {
      raise(
        273,
        "Cannot insert an explicit value into a timestamp column. Use INSERT with a column list to exclude the timestamp column, or insert a DEFAULT into the timestamp column.",
      );
    }
  }
  if (identitySlot !== -1) checkIdentitySlot(slots, names, { found, keepsIdentity, identitySlot });
}

function checkIdentitySlot(
  slots: readonly number[],
  names: readonly string[] | undefined,
  { found, keepsIdentity, identitySlot }: SlotCheck,
): void {
  const { table } = found;
  const isGiven = slots.includes(identitySlot);
  if (isGiven && !keepsIdentity) {
    raise(
      544,
      `Cannot insert explicit value for identity column in table '${table.name}' when IDENTITY_INSERT is set to OFF.`,
    );
  }
  if (!isGiven && keepsIdentity) {
    if (names === undefined) {
      raise(
        8101,
        `An explicit value for the identity column in table '${table.name}' can only be specified when a column list is used and IDENTITY_INSERT is ON.`,
      );
    }
    raise(
      545,
      `Explicit value must be specified for identity column in table '${table.name}' either when IDENTITY_INSERT is set to ON or when a replication user is inserting into a NOT FOR REPLICATION identity column.`,
    );
  }
}

/** Columns of a period take nothing but DEFAULT: 13536. */
export function checkGeneratedSlots(
  slots: readonly number[],
  source: InsertSource,
  found: TableInDatabase,
): void {
  const { columns } = found.table;
  const isGiven = slots.some(
    (slot, index) =>
      columns[slot]?.generated !== undefined &&
      !(source.kind === "values" && source.rows.every((row) => row[index]?.kind === "default")),
  );
  if (isGiven) refuseGenerated(found);
}

export function refuseGenerated(found: TableInDatabase): never {
  raise(
    13_536,
    `Cannot insert an explicit value into a GENERATED ALWAYS column in table '${longName(found)}'. Use INSERT with a column list to exclude the GENERATED ALWAYS column, or insert a DEFAULT into GENERATED ALWAYS column.`,
  );
}
