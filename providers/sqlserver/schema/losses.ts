import type { Row } from "../connection/tds-connection.ts";
import { compareOrdinal } from "../names.ts";
import type { Catalog } from "./catalog.ts";
import { systemTypeName } from "./describe-columns.ts";
import { unscriptedProperties } from "./describe-properties.ts";
import { isSystemPrincipal } from "./describe-security.ts";
import { flag, number, numberOrZero, text } from "./fields.ts";
import { type Finding, finding, type NameOf, objectNamer, plainName } from "./finding.ts";

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
