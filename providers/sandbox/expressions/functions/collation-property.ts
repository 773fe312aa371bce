import { type Collation, findCollation } from "../../values/collations.ts";
import type { SqlType } from "../../values/sql-type.ts";
import type { FunctionDefinition } from "../function-registry.ts";
import { scalarFunction } from "./scalar-function.ts";

/** COLLATIONPROPERTY: code page, LCID, comparison style and version of a collation. */

const SYSNAME: SqlType = { name: "nvarchar", length: 128 };
const INT: SqlType = { name: "int" };

/** The NORM_IGNORE… bits of Windows: case, accent, kana, width. Binary collations ignore nothing. */
function comparisonStyle(collation: Collation): number {
  if (collation.binary !== "no") return 0;
  const bits = [
    collation.caseSensitive ? 0 : 0x1,
    collation.accentSensitive ? 0 : 0x2,
    collation.kanaSensitive ? 0 : 0x1_00_00,
    collation.widthSensitive ? 0 : 0x2_00_00,
  ];
  return bits.reduce((sum, bit) => sum + bit, 0);
}

const PROPERTIES: Readonly<Record<string, (collation: Collation) => number>> = {
  codepage: ({ codePage }) => codePage,
  lcid: ({ lcid }) => lcid,
  comparisonstyle: comparisonStyle,
  version: ({ version }) => version,
};

export const COLLATION_FUNCTIONS: readonly FunctionDefinition[] = [
  scalarFunction({
    name: "COLLATIONPROPERTY",
    parameters: [SYSNAME, SYSNAME],
    type: { name: "sql_variant" },
    apply: ([name, property]) => {
      const collation = findCollation(name as string);
      const read = PROPERTIES[(property as string).toLowerCase()];
      return collation && read ? { type: INT, value: read(collation) } : null;
    },
  }),
];
