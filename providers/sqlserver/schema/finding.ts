import type { Row } from "../connection/tds-connection.ts";
import { compareOrdinal } from "../names.ts";
import type { Catalog } from "./catalog.ts";
import { number, text, textOrNull } from "./fields.ts";

/** Something that the schema document cannot hold: `what` as a plural, and whom it concerns. */
export interface Finding {
  readonly what: string;
  readonly names: readonly string[];
}

export type NameOf = (row: Row) => string;

export function finding(what: string, rows: readonly Row[], nameOf: NameOf): Finding {
  return { what, names: rows.map(nameOf).toSorted(compareOrdinal) };
}

export function objectNamer(catalog: Catalog, column = "object_id"): NameOf {
  return (row) => {
    const object = catalog.objectName(number(row, column));
    return object === undefined
      ? (textOrNull(row, "name") ?? "?")
      : `${object.schema}.${object.name}`;
  };
}

export const plainName: NameOf = (row) => text(row, "name");
