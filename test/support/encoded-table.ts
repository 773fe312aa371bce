import type { ResultColumn } from "../../providers/sandbox/session/session.ts";
import { ByteWriter } from "../../providers/sandbox/tds/byte-writer.ts";
import { writeColumns } from "../../providers/sandbox/tds/columns.ts";
import { createRowWriter } from "../../providers/sandbox/tds/row-writer.ts";
import type { SqlValue } from "../../providers/sandbox/values/sql-type.ts";

export interface EncodedTable {
  /** The COLMETADATA token. */
  readonly metadata: Buffer;
  readonly rows: readonly Buffer[];
  readonly bytes: Buffer;
}

/** Rows as the sandbox sends them. */
export function encodedTable(
  columns: readonly ResultColumn[],
  rows: readonly (readonly SqlValue[])[],
): EncodedTable {
  const head = new ByteWriter();
  const writeRow = createRowWriter(writeColumns(head, columns));
  const encoded = rows.map((row) => {
    const writer = new ByteWriter();
    writeRow(writer, row);
    return Buffer.from(writer.peek());
  });
  return { metadata: Buffer.from(head.peek()), rows: encoded, bytes: Buffer.concat(encoded) };
}
