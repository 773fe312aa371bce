import type { Column } from "../../storage/columns.ts";
import type { Index, Table } from "../../storage/schema-object.ts";
import { raise } from "../../values/sql-exception.ts";
import type { ProcedureWork } from "./capture-procedure.ts";

/** What sys.sp_cdc_enable_table is told of a table, checked: which index names its rows, and which columns are captured. */

/** A change table has 1024 columns, six of which are its own. */
const MOST_COLUMNS = 1018;
const RESERVED = ["__$start_lsn", "__$end_lsn", "__$seqval", "__$operation", "__$update_mask"];

export function chooseIndex(work: ProcedureWork, table: Table, shown: string): Index | undefined {
  const name = work.text("index_name");
  if (name === undefined) return table.indexes.find(({ isPrimaryKey }) => isPrimaryKey);
  const { catalog } = work.database;
  const index = table.indexes.find((item) => item.name !== "" && catalog.sameName(item.name, name));
  if (index === undefined) {
    raise(
      22_928,
      `Index name '${name}' is not an index for table '${shown}'. Specify a valid index name for the table.`,
    );
  }
  if (!index.unique || index.filter !== undefined) {
    raise(
      22_929,
      `Index '${name}' must be either a primary key or a unique index for table '${shown}'. Specify an index that meets at least one of these requirements.`,
    );
  }
  if (index.disabled) {
    raise(
      22_980,
      `The unique index '${name}' on table '${shown}' is disabled and cannot be used as a unique index by Change Data Capture. Enable the index.`,
    );
  }
  const hasNull = index.keys.some(
    (key) => table.columns.find(({ columnId }) => columnId === key.columnId)?.nullable !== false,
  );
  if (hasNull) {
    raise(
      22_838,
      `All columns of a CDC unique index must be defined as NOT NULL. Index '${name}' selected as the CDC unique index for source table '${shown}' does not meet this requirement. Define all columns of the selected index as NOT NULL or select another unique index as the CDC index and resubmit the request.`,
    );
  }
  return index;
}

export function chooseColumns(work: ProcedureWork, table: Table, shown: string): readonly Column[] {
  const list = work.text("captured_column_list");
  const names = list === undefined ? undefined : splitColumns(list);
  const { catalog } = work.database;
  const chosen = names?.map(
    (name) =>
      table.columns.find((column) => catalog.sameName(column.name, name)) ??
      raise(
        22_930,
        `Could not locate '${name}' as a column of source table '${shown}'. Specify a valid column name.`,
      ),
  );
  // Whatever the order of the list, ordinals follow the order of the columns in the table.
  const columns = table.columns.filter((column) => chosen?.includes(column) ?? true);
  if (columns.some(({ name }) => RESERVED.includes(name.toLowerCase()))) {
    raise(
      22_975,
      `Source table '${table.name}' contains one of the following reserved column names: __$start_lsn, __$end_lsn, __$seqval, __$operation, and __$update_mask. To enable Change Data Capture for this table, specify a captured column list and ensure that these columns are excluded from the list.`,
    );
  }
  if (columns.length > MOST_COLUMNS) {
    raise(
      22_925,
      `The number of columns captured by capture instance '${work.text("capture_instance") ?? shown.replace(".", "_")}' exceeds the maximum allowed number: ${MOST_COLUMNS}. Use the @captured_columns_list parameter to specify a subset of the columns less than or equal to the maximum allowed and resubmit the request.`,
    );
  }
  return columns;
}

/** Names apart by commas, each plain or in brackets or double quotation marks. Throws 22965. */
function splitColumns(list: string): readonly string[] {
  const names: string[] = [];
  const pattern = /\s*(?:\[((?:[^\]]|\]\])*)\]|"((?:[^"]|"")*)"|([^,[\]"]+))\s*(,|$)/y;
  let isOpen = true;
  while (isOpen) {
    const match = pattern.exec(list);
    if (match === null) {
      raise(
        22_965,
        "A quoted column in the column list is not properly terminated. Verify that columns are correctly delimited and retry the operation. For more information, see 'Delimited Identifiers' in Books Online.",
      );
    }
    const [, bracketed, quoted, plain, end] = match;
    names.push(
      bracketed?.replaceAll("]]", "]") ?? quoted?.replaceAll('""', '"') ?? plain?.trim() ?? "",
    );
    isOpen = end === ",";
  }
  return names;
}
