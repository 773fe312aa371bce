import type { SchemaModule } from "../../../schemas/sql-server-schema.ts";
import type { Row } from "../connection/tds-connection.ts";
import { compareOrdinal } from "../names.ts";
import { type Catalog, compareNames } from "./catalog.ts";
import { flag, number, numberOrZero, text } from "./fields.ts";

const KINDS: Readonly<Record<string, SchemaModule["kind"]>> = {
  V: "view",
  P: "procedure",
  FN: "function",
  IF: "function",
  TF: "function",
  D: "default",
  R: "rule",
  TR: "trigger",
};
const DATABASE_PARENT = 0;

function triggerOf(catalog: Catalog, row: Row): SchemaModule["trigger"] {
  const events = catalog.of("triggerEvents", "object_id", number(row, "object_id"));
  const ordered = (column: string): string[] =>
    events
      .filter((event) => flag(event, column))
      .map((event) => text(event, "type_desc"))
      .toSorted(compareOrdinal);
  return {
    on: catalog.objectName(numberOrZero(row, "parent_id")) ?? null,
    isDisabled: flag(row, "is_disabled"),
    first: ordered("is_first"),
    last: ordered("is_last"),
  };
}

function needsOf(catalog: Catalog, objectId: number): string[] {
  const needs = catalog
    .of("dependencies", "referencing_id", objectId)
    .map((row) => catalog.objects.get(number(row, "referenced_id")))
    .filter((row) => row !== undefined)
    .filter((row) => number(row, "object_id") !== objectId && KINDS[typeOf(row)] !== undefined)
    .map((row) => {
      const { schema, name } = catalog.nameOf(row);
      return `${schema}.${name}`;
    });
  return [...new Set(needs)].toSorted(compareOrdinal);
}

function typeOf(row: Row): string {
  return text(row, "type").trim();
}

/** Functions that computed columns, defaults and checks call. */
function calledByTables(catalog: Catalog): ReadonlySet<number> {
  const constraints = new Set(
    [...catalog.rows.defaultConstraints, ...catalog.rows.checkConstraints].map((row) =>
      number(row, "object_id"),
    ),
  );
  return new Set(
    catalog.rows.dependencies
      .filter((row) => {
        const id = number(row, "referencing_id");
        return constraints.has(id) || catalog.isUserTable(id);
      })
      .map((row) => number(row, "referenced_id")),
  );
}

interface Source {
  readonly row: Row;
  readonly kind: SchemaModule["kind"];
  readonly trigger: SchemaModule["trigger"];
  readonly schema: string;
}

function sourcesOf(catalog: Catalog): readonly Source[] {
  const programs = catalog.rows.objects.flatMap((row) => {
    const kind = KINDS[typeOf(row)];
    const isAlone = kind !== "trigger" && numberOrZero(row, "parent_object_id") === 0;
    if (kind === undefined || !isAlone) return [];
    return [{ row, kind, trigger: null, schema: catalog.schema(number(row, "schema_id")) }];
  });
  const triggers = catalog.rows.triggers
    .filter((row) => typeOf(row) === "TR")
    .map((row): Source => {
      const trigger = triggerOf(catalog, row);
      const isDatabase = number(row, "parent_class") === DATABASE_PARENT;
      const kind = isDatabase ? "database_trigger" : "trigger";
      return { row, kind, trigger, schema: trigger?.on?.schema ?? "" };
    });
  return [...programs, ...triggers];
}

/** Views, procedures, functions, triggers, defaults and rules that have a text; the others are refused elsewhere. */
export function describeModules(catalog: Catalog): SchemaModule[] {
  const called = calledByTables(catalog);
  return sourcesOf(catalog)
    .flatMap(({ row, kind, trigger, schema }) => {
      const objectId = number(row, "object_id");
      const module = catalog.of("modules", "object_id", objectId)[0];
      const definition = module?.["definition"];
      if (module === undefined || typeof definition !== "string") return [];
      return [
        {
          kind,
          schema,
          name: text(row, "name"),
          owner: kind === "trigger" || kind === "database_trigger" ? null : catalog.owner(row),
          definition,
          ansiNulls: flag(module, "uses_ansi_nulls"),
          quotedIdentifier: flag(module, "uses_quoted_identifier"),
          needs: needsOf(catalog, objectId),
          isNeededByTable: kind === "function" && called.has(objectId),
          trigger,
        },
      ];
    })
    .toSorted((left, right) => compareNames(left, right) || compareOrdinal(left.kind, right.kind));
}
