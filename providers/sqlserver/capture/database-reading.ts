import type { DatabaseCapture } from "../../../core/resource/database-capture.ts";

/** What a capture tells of its database besides the rows. */
export interface ToldSchema extends Pick<DatabaseCapture, "inventory" | "tables" | "notes"> {
  /** The document, encoded. */
  readonly bytes: Uint8Array;
}

/** What a capture does with its connections; owns them. */
export type DatabaseReading = Pick<DatabaseCapture, "atOnce" | "rows" | "complete"> &
  AsyncDisposable;

export function captureOf(told: ToldSchema, reading: DatabaseReading): DatabaseCapture {
  return {
    schema: told.bytes,
    inventory: told.inventory,
    tables: told.tables,
    notes: told.notes,
    atOnce: reading.atOnce,
    rows: (table, options) => reading.rows(table, options),
    complete: (options) => reading.complete(options),
    [Symbol.asyncDispose]: () => reading[Symbol.asyncDispose](),
  };
}
