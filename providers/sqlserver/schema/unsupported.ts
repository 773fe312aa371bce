import type { Row } from "../connection/tds-connection.ts";
import { compareOrdinal } from "../names.ts";
import type { Catalog } from "./catalog.ts";
import { describeColumns, systemTypeName } from "./describe-columns.ts";
import { hidesRows } from "./describe-policies.ts";
import { unscriptedProperties } from "./describe-properties.ts";
import { isSystemPrincipal } from "./describe-security.ts";
import { flag, number, numberOrZero, text, textOrNull } from "./fields.ts";

/** Something that the schema document cannot hold: `what` as a plural, and whom it concerns. */
export interface Finding {
  readonly what: string;
  readonly names: readonly string[];
}

type NameOf = (row: Row) => string;

function finding(what: string, rows: readonly Row[], nameOf: NameOf): Finding {
  return { what, names: rows.map(nameOf).toSorted(compareOrdinal) };
}

function objectNamer(catalog: Catalog, column = "object_id"): NameOf {
  return (row) => {
    const object = catalog.objectName(number(row, column));
    return object === undefined
      ? (textOrNull(row, "name") ?? "?")
      : `${object.schema}.${object.name}`;
  };
}

const plainName: NameOf = (row) => text(row, "name");

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

const INDEX_NOTES: Readonly<Record<number, string>> = {
  3: "XML indexes",
  4: "spatial indexes",
  7: "hash indexes",
  9: "JSON indexes",
};

function indexNotes(catalog: Catalog): Finding[] {
  const nameOf: NameOf = (row) => `${objectNamer(catalog)(row)}.${text(row, "name")}`;
  return Object.entries(INDEX_NOTES).map(([type, what]) =>
    finding(
      what,
      catalog.rows.indexes.filter(
        (row) =>
          number(row, "type") === Number(type) && catalog.objects.has(number(row, "object_id")),
      ),
      nameOf,
    ),
  );
}

/** Tables and indexes that do not lie on the default filegroup. */
function placementNotes(catalog: Catalog): Finding[] {
  const spaces = new Map(
    catalog.rows.dataSpaces.map((row) => [number(row, "data_space_id"), row] as const),
  );
  const placed = catalog.rows.indexes.filter((row) => {
    const space = spaces.get(numberOrZero(row, "data_space_id"));
    return (
      space !== undefined &&
      !flag(space, "is_default") &&
      catalog.objects.has(number(row, "object_id"))
    );
  });
  const isPartitioned = (row: Row): boolean => {
    const space = spaces.get(numberOrZero(row, "data_space_id"));
    return space !== undefined && text(space, "type").trim() === "PS";
  };
  const distinct = ({ what, names }: Finding): Finding => ({ what, names: [...new Set(names)] });
  const nameOf = objectNamer(catalog);
  return [
    distinct(
      finding(
        "partitioning (all rows come back, in one partition)",
        placed.filter(isPartitioned),
        nameOf,
      ),
    ),
    distinct(
      finding(
        "filegroups (everything comes back on the default one)",
        placed.filter((row) => !isPartitioned(row)),
        nameOf,
      ),
    ),
  ];
}

function rowVersionColumns(catalog: Catalog): Finding {
  return {
    what: "values of rowversion columns (the server makes new ones)",
    names: catalog.rows.tables
      .filter((table) =>
        catalog
          .columns(number(table, "object_id"))
          .some((row) => systemTypeName(catalog, row) === "timestamp"),
      )
      .map(objectNamer(catalog))
      .toSorted(compareOrdinal),
  };
}

function principalNotes(catalog: Catalog): Finding[] {
  const own = catalog.rows.principals.filter((row) => !isSystemPrincipal(row));
  return [
    finding(
      "passwords of contained users (they come back without a login)",
      own.filter((row) => numberOrZero(row, "authentication_type") === 2),
      plainName,
    ),
    finding(
      "users mapped to certificates or keys",
      own.filter((row) => ["C", "K"].includes(text(row, "type").trim())),
      plainName,
    ),
    finding(
      "application roles (their passwords cannot be read)",
      own.filter((row) => text(row, "type").trim() === "A"),
      plainName,
    ),
  ];
}

const PERMISSION_CLASSES: ReadonlySet<number> = new Set([0, 1, 3, 4, 6]);

/** Properties of the database that depend on the server, or on keys that cannot be read. */
const DATABASE_NOTES: readonly (readonly [string, (row: Row) => boolean])[] = [
  ["containment", (row) => numberOrZero(row, "containment") > 0],
  ["TRUSTWORTHY", (row) => flag(row, "is_trustworthy_on")],
  ["DB_CHAINING", (row) => flag(row, "is_db_chaining_on")],
  [
    "ENCRYPTION (transparent data encryption)",
    (row) => flag(row, "is_encrypted") && numberOrZero(row, "keeps_keys") === 0,
  ],
];

function databaseNotes(catalog: Catalog): Finding {
  const names = DATABASE_NOTES.filter(([, applies]) => catalog.rows.database.some(applies));
  return { what: "options of the database", names: names.map(([name]) => name) };
}

/** What tunes or connects a database, and does not show in its tables and programs. */
function serverNotes({ rows }: Catalog): Finding[] {
  return [
    finding(
      "owners of security policies (they come back with the owner of their schema)",
      rows.securityPolicies.filter((row) => numberOrZero(row, "principal_id") !== 0),
      plainName,
    ),
    finding("plan guides", rows.planGuides, plainName),
    finding("external data sources", rows.externalSources, plainName),
    finding(
      "database scoped credentials (their secrets cannot be read)",
      rows.scopedCredentials,
      plainName,
    ),
    finding(
      "database scoped configurations (they come back with the server's defaults)",
      rows.scopedConfigurations.filter(
        (row) => row["is_value_default"] === false || row["is_value_default"] === 0,
      ),
      plainName,
    ),
  ];
}

/** Side features that do not come back, though all rows and programs do. */
export function findLosses(catalog: Catalog): readonly Finding[] {
  const { rows } = catalog;
  const keys = rows.symmetricKeys.filter((row) => !text(row, "name").startsWith("##"));
  return [
    ...indexNotes(catalog),
    ...placementNotes(catalog),
    ...principalNotes(catalog),
    databaseNotes(catalog),
    rowVersionColumns(catalog),
    finding("full-text indexes", rows.fullTextIndexes, objectNamer(catalog)),
    finding(
      "statistics made by users",
      rows.statistics.filter((row) => catalog.objects.has(number(row, "object_id"))),
      plainName,
    ),
    finding("change tracking", rows.changeTracking, objectNamer(catalog)),
    finding(
      "change data capture",
      rows.tables.filter((row) => flag(row, "is_tracked_by_cdc")),
      objectNamer(catalog),
    ),
    finding(
      "replication",
      rows.tables.filter((row) => flag(row, "is_replicated")),
      objectNamer(catalog),
    ),
    finding(
      "queues of Service Broker",
      rows.objects.filter((row) => text(row, "type").trim() === "SQ"),
      objectNamer(catalog),
    ),
    finding("symmetric keys", keys, plainName),
    finding("asymmetric keys", rows.asymmetricKeys, plainName),
    finding("certificates", rows.certificates, plainName),
    ...serverNotes(catalog),
    {
      what: "permissions on other things than objects, schemas, types and principals",
      names: [
        ...new Set(
          rows.permissions
            .filter((row) => !PERMISSION_CLASSES.has(number(row, "class")))
            .map((row) => text(row, "permission_name").trim()),
        ),
      ].toSorted(compareOrdinal),
    },
    { what: "extended properties", names: unscriptedProperties(catalog).toSorted(compareOrdinal) },
  ].filter(({ names }) => names.length > 0);
}
