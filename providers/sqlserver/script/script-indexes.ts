import type { SchemaIndex } from "../../../schemas/sql-server-schema.ts";
import { quoteName } from "../names.ts";

function keyList({ keys }: SchemaIndex): string {
  return keys
    .map(({ column, isDescending }) => `${quoteName(column)} ${isDescending ? "DESC" : "ASC"}`)
    .join(", ");
}

function columnstoreOptions({ compression, compressionDelay }: SchemaIndex): string[] {
  const isDefault = compression === "COLUMNSTORE" || compression === "NONE";
  return [
    isDefault ? "" : `DATA_COMPRESSION = ${compression}`,
    compressionDelay > 0 ? `COMPRESSION_DELAY = ${compressionDelay}` : "",
  ];
}

function rowOptions(index: SchemaIndex): string[] {
  return [
    index.isPadded ? "PAD_INDEX = ON" : "",
    index.fillFactor > 0 ? `FILLFACTOR = ${index.fillFactor}` : "",
    index.ignoresDuplicates ? "IGNORE_DUP_KEY = ON" : "",
    index.allowsRowLocks ? "" : "ALLOW_ROW_LOCKS = OFF",
    index.allowsPageLocks ? "" : "ALLOW_PAGE_LOCKS = OFF",
    index.optimizesSequentialKey ? "OPTIMIZE_FOR_SEQUENTIAL_KEY = ON" : "",
    index.compression === "NONE" ? "" : `DATA_COMPRESSION = ${index.compression}`,
  ];
}

function options(index: SchemaIndex): string {
  const isColumnstore = index.kind.endsWith("columnstore");
  const list = isColumnstore ? columnstoreOptions(index) : rowOptions(index);
  const given = list.filter((option) => option !== "");
  return given.length === 0 ? "" : ` WITH (${given.join(", ")})`;
}

function keyword({ role, kind }: SchemaIndex): string {
  const name = role === "primary_key" ? "PRIMARY KEY" : "UNIQUE";
  return `${name} ${kind === "clustered" ? "CLUSTERED" : "NONCLUSTERED"}`;
}

/** `CONSTRAINT [PK] PRIMARY KEY CLUSTERED ([Id] ASC)`, for a table. */
export function scriptKey(index: SchemaIndex): string {
  return `CONSTRAINT ${quoteName(index.name)} ${keyword(index)} (${keyList(index)})${options(index)}`;
}

/** The same inside a table type, where keys have no names. */
export function scriptTypeIndex(index: SchemaIndex): string {
  const ignore = index.ignoresDuplicates ? " WITH (IGNORE_DUP_KEY = ON)" : "";
  if (index.role !== "index") return `${keyword(index)} (${keyList(index)})${ignore}`;
  const unique = index.isUnique ? " UNIQUE" : "";
  const kind = index.kind === "clustered" ? "CLUSTERED" : "NONCLUSTERED";
  return `INDEX ${quoteName(index.name)}${unique} ${kind} (${keyList(index)})`;
}

function body(index: SchemaIndex, on: string): string {
  const name = quoteName(index.name);
  const columns = index.included.map(quoteName).join(", ");
  const filter = index.filter === null ? "" : ` WHERE ${index.filter}`;
  switch (index.kind) {
    case "clustered_columnstore":
      return `CREATE CLUSTERED COLUMNSTORE INDEX ${name} ON ${on}`;
    case "nonclustered_columnstore":
      return `CREATE NONCLUSTERED COLUMNSTORE INDEX ${name} ON ${on} (${columns})${filter}`;
    case "clustered":
    case "nonclustered": {
      const unique = index.isUnique ? "UNIQUE " : "";
      const kind = index.kind === "clustered" ? "CLUSTERED" : "NONCLUSTERED";
      const include = columns === "" ? "" : ` INCLUDE (${columns})`;
      return `CREATE ${unique}${kind} INDEX ${name} ON ${on} (${keyList(index)})${include}${filter}`;
    }
  }
}

/** CREATE INDEX. `on`: the quoted table or view. */
export function scriptIndex(index: SchemaIndex, on: string): string {
  return `${body(index, on)}${options(index)}`;
}

/** Whether rows are loaded into this structure: it stands before them. */
export function holdsRows({ kind }: SchemaIndex): boolean {
  return kind === "clustered" || kind === "clustered_columnstore";
}
