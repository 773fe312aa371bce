import type { SqlType, SqlValue } from "../values/sql-type.ts";

/** A column of a table, view or table-valued function. Stored rows have one value for each column, in the order of the array. */
export interface Column {
  /** From 1, never used again within the table. */
  readonly columnId: number;
  readonly name: string;
  readonly type: SqlType;
  /** `user_type_id`: the system type's own id, or that of an alias type. */
  readonly userTypeId: number;
  readonly nullable: boolean;
  readonly identity: Identity | undefined;
  readonly computed: Computed | undefined;
  /** Object id of the DEFAULT constraint, 0 without one. */
  readonly defaultObjectId: number;
  readonly isRowGuid: boolean;
  readonly isAnsiPadded: boolean;
  readonly isSparse: boolean;
  /** MASKED WITH (FUNCTION = …), as written. */
  readonly mask?: string | undefined;
  /** GENERATED ALWAYS AS ROW START or END: a column of the table's period. */
  readonly generated?: "row_start" | "row_end" | undefined;
  /** HIDDEN: no part of `*`. */
  readonly hidden?: boolean | undefined;
}

export interface Identity {
  /** Unscaled integer values; decimal identity columns have scale 0. */
  readonly seed: bigint;
  readonly increment: bigint;
  readonly notForReplication: boolean;
}

interface Computed {
  /** As SQL Server shows it: `([a]+[b])`. */
  readonly definition: string;
  readonly persisted: boolean;
}

/** A parameter of a procedure or function; id 0 is the value that a scalar function returns. */
export interface Parameter {
  readonly parameterId: number;
  /** With `@`; empty for id 0. */
  readonly name: string;
  readonly type: SqlType;
  readonly userTypeId: number;
  readonly isOutput: boolean;
  readonly hasDefault: boolean;
  readonly isReadOnly: boolean;
}

/** The value of an identity column or a sequence, which transactions do not take back. */
export interface Counter {
  /** NULL: never used. */
  last: bigint | undefined;
}

export type StoredRow = readonly SqlValue[];
