import type { Row } from "../connection/tds-connection.ts";
import { compareOrdinal } from "../names.ts";
import type { Catalog } from "./catalog.ts";
import { describeColumns, systemTypeName } from "./describe-columns.ts";
import { hidesRows } from "./describe-policies.ts";
import { flag, number, numberOrZero, text } from "./fields.ts";
import { type Finding, finding, objectNamer, plainName } from "./finding.ts";

/** Of `sys.columns.generated_always_type`: 1 and 2 are the columns of a period. */
const ROW_END = 2;

/** What a column may be that rows or a script would not carry. */
const COLUMN_TROUBLES: readonly (readonly [string, (row: Row, type: string) => boolean])[] = [
  ["FILESTREAM columns", (row) => flag(row, "is_filestream")],
  ["encrypted columns (Always Encrypted)", (row) => numberOrZero(row, "encryption_type") > 0],
  [
    "columns with GENERATED ALWAYS of ledger tables",
    (row) => numberOrZero(row, "generated_always_type") > ROW_END,
  ],
  ["columns of typed xml", (row) => numberOrZero(row, "xml_collection_id") > 0],
  ["columns of type json or vector", (_row, type) => type === "json" || type === "vector"],
];

const TABLE_TROUBLES: readonly (readonly [string, (row: Row) => boolean])[] = [
  ["ledger tables", (row) => numberOrZero(row, "ledger_type") > 0],
  ["memory-optimized tables", (row) => flag(row, "is_memory_optimized")],
  ["graph tables", (row) => flag(row, "is_node") || flag(row, "is_edge")],
  ["external tables", (row) => flag(row, "is_external")],
  ["FileTables", (row) => flag(row, "is_filetable")],
];

function columnFindings(catalog: Catalog): Finding[] {
  const columns = catalog.rows.tables.flatMap((table) =>
    catalog.columns(number(table, "object_id")).map((row) => ({ table, row })),
  );
  return COLUMN_TROUBLES.map(([what, applies]) => ({
    what,
    names: columns
      .filter(({ row }) => applies(row, systemTypeName(catalog, row)))
      .map(({ table, row }) => {
        const { schema, name } = catalog.nameOf(table);
        return `${schema}.${name}.${text(row, "name")}`;
      })
      .toSorted(compareOrdinal),
  }));
}

const PROGRAM_TYPES: ReadonlySet<string> = new Set(["V", "P", "FN", "IF", "TF", "TR", "D", "R"]);

const UNKNOWN_TYPES: Readonly<Record<string, string>> = {
  PC: "CLR procedures",
  FS: "CLR functions",
  FT: "CLR table functions",
  AF: "CLR aggregates",
  TA: "CLR triggers",
  RF: "replication filters",
  X: "extended procedures",
  EC: "edge constraints",
};

function encryptedModules(catalog: Catalog): Finding {
  const alone = catalog.rows.objects.filter((row) => {
    const type = text(row, "type").trim();
    const isConstraint = type === "D" && numberOrZero(row, "parent_object_id") !== 0;
    return PROGRAM_TYPES.has(type) && !isConstraint;
  });
  const triggers = catalog.rows.triggers.filter((row) => text(row, "type").trim() === "TR");
  const hidden = [
    ...new Set([...alone, ...triggers].map((row) => number(row, "object_id"))),
  ].filter((id) => typeof catalog.of("modules", "object_id", id)[0]?.["definition"] !== "string");
  const nameOf = objectNamer(catalog);
  return finding(
    "encrypted modules (or modules whose text this login may not see)",
    hidden.map((object_id) => ({ object_id })),
    nameOf,
  );
}

function otherPrograms(catalog: Catalog): Finding[] {
  return Object.entries(UNKNOWN_TYPES).map(([type, what]) =>
    finding(
      what,
      catalog.rows.objects.filter((row) => text(row, "type").trim() === type),
      objectNamer(catalog),
    ),
  );
}

/** What would come back wrong or not at all, with its rows or its meaning. Such a database is refused. */
export function findObstacles(catalog: Catalog): readonly Finding[] {
  const { rows } = catalog;
  const userTypes = rows.types.filter((row) => flag(row, "is_user_defined"));
  const disabledClustered = rows.indexes.filter(
    (row) =>
      flag(row, "is_disabled") &&
      number(row, "index_id") === 1 &&
      catalog.isUserTable(number(row, "object_id")),
  );
  return [
    ...TABLE_TROUBLES.map(([what, applies]) =>
      finding(what, rows.tables.filter(applies), objectNamer(catalog)),
    ),
    ...columnFindings(catalog),
    finding(
      "tables that cannot be read because their clustered index is disabled",
      disabledClustered,
      objectNamer(catalog),
    ),
    finding(
      "tables without a column that takes values",
      rows.tables.filter((row) =>
        describeColumns(catalog, number(row, "object_id")).every(({ hasRows }) => !hasRows),
      ),
      objectNamer(catalog),
    ),
    encryptedModules(catalog),
    ...otherPrograms(catalog),
    finding("assemblies", rows.assemblies, plainName),
    finding(
      "CLR types",
      userTypes.filter((row) => flag(row, "is_assembly_type")),
      plainName,
    ),
    finding(
      "memory-optimized table types",
      rows.tableTypes.filter((row) => flag(row, "is_memory_optimized")),
      plainName,
    ),
    finding(
      "natively compiled modules",
      rows.modules.filter((row) => flag(row, "uses_native_compilation")),
      objectNamer(catalog),
    ),
    finding("numbered procedures", rows.numberedProcedures, objectNamer(catalog)),
    finding("XML schema collections", rows.xmlSchemaCollections, plainName),
    finding(
      "enabled security policies that filter rows (row-level security: no login can prove that it sees all rows)",
      rows.securityPolicies.filter((row) => hidesRows(catalog, row)),
      plainName,
    ),
  ].filter(({ names }) => names.length > 0);
}
