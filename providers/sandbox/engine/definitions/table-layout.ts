import type { Frame } from "../../expressions/compiled.ts";
import type { Index, Table } from "../../storage/schema-object.ts";
import type { IndexLayout } from "../../storage/stored-index.ts";
import type { CompileEnvironment } from "../query/environment.ts";
import { slotOfColumn } from "../query/table-scan.ts";
import { compileStoredPredicate, tableScope } from "./stored-expressions.ts";

type Columns = Pick<Table, "columns" | "name">;

/** How the rows of a table are kept under an index. */
function indexLayout(table: Columns, index: Index, environment: CompileEnvironment): IndexLayout {
  return {
    indexId: index.indexId,
    name: index.name,
    unique: index.unique,
    isConstraint: index.isPrimaryKey || index.isUniqueConstraint,
    ignoreDuplicateKey: index.ignoreDuplicateKey,
    keys: index.keys.map(({ columnId, descending }) => {
      const ordinal = slotOfColumn(table, columnId);
      const column = table.columns[ordinal];
      if (column === undefined)
        throw new Error(`Index ${index.name} has no column. This is a bug.`);
      return { type: column.type, descending, ordinal };
    }),
    includes: index.filter === undefined ? () => true : filterOf(table, index.filter, environment),
  };
}

export function tableLayouts(
  table: Columns & Pick<Table, "indexes">,
  environment: CompileEnvironment,
): IndexLayout[] {
  return table.indexes
    .filter((index) => !index.disabled || index.kind !== "nonclustered")
    .map((index) => indexLayout(table, index, environment));
}

function filterOf(
  table: Columns,
  filter: string,
  environment: CompileEnvironment,
): IndexLayout["includes"] {
  const predicate = compileStoredPredicate(filter, tableScope(environment, table));
  return (values) => {
    // Filters are deterministic conditions on columns and constants: they never read the run.
    const frame = { row: values, outer: undefined, run: {} } as unknown as Frame;
    return predicate.evaluate(frame) === true;
  };
}
