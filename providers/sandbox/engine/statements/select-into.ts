import type { ObjectName } from "../../parser/ast-expressions.ts";
import type { Column } from "../../storage/columns.ts";
import { raise } from "../../values/sql-exception.ts";
import { TableWriter } from "../changes/table-writer.ts";
import { createTable } from "../definitions/create-table.ts";
import { plainColumn } from "../definitions/plain-column.ts";
import { refuseUnnamed } from "../query/column-names.ts";
import type { CompiledQuery } from "../query/environment.ts";
import type { SourceColumn } from "../query/scope.ts";
import { requireTransaction } from "../session/readers.ts";
import type { Task } from "../suspension.ts";
import { eachBatch, endStatement } from "./query-output.ts";
import type { QueryWork } from "./select-statement.ts";

/** SELECT … INTO: a table with the columns of the query, filled with its rows. */
export function* selectInto(
  query: CompiledQuery,
  name: ObjectName,
  { activation, environment, run }: QueryWork,
): Task {
  refuseUnnamedInto(query.columns, name);
  const columns = query.columns.map(toColumn);
  const found = yield* createTable({ name, columns, activation, environment });
  const writer = new TableWriter(
    {
      found,
      activation,
      environment,
      run,
      transaction: requireTransaction(activation.core),
      verb: "INSERT",
    },
    false,
  );
  yield* writer.open();
  const slot = columns.findIndex(({ identity }) => identity !== undefined);
  let count = 0;
  yield* eachBatch(query.plan.rows(run, undefined), run, function* (rows) {
    for (const row of rows) {
      yield* writer.insert([...row]);
      const value = row[slot];
      if (typeof value === "number" || typeof value === "bigint") {
        found.table.identityCounter.last = BigInt(value);
      }
    }
    count += rows.length;
  });
  endStatement(activation, run, { count, command: 0xc1 });
}

function refuseUnnamedInto(columns: readonly SourceColumn[], { name }: ObjectName): void {
  if (columns.some((column) => column.name === "")) {
    raise(
      1038,
      'An object or column name is missing or empty. For SELECT INTO statements, verify each column has a name. For other statements, look for empty alias names. Aliases defined as "" or [] are not allowed. Change the alias to a valid name.',
      { class: 15, state: 5 },
    );
  }
  refuseUnnamed(columns, name);
}

/** A plain column, with the identity property of the column that it comes from. */
function toColumn(column: SourceColumn, index: number): Column {
  const { name, type, nullable, identity } = column;
  return {
    ...plainColumn({ columnId: index + 1, name, type, nullable }),
    identity: identity === true ? { seed: 1n, increment: 1n, notForReplication: false } : undefined,
  };
}
