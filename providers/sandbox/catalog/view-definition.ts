import type { SystemContext, SystemView } from "../engine/system-registry.ts";
import type { SqlType, SqlValue } from "../values/sql-type.ts";

/** A row of a system view: values by column name. A column left out is NULL, or the zero of its type where it cannot be NULL. */
export type ViewRow = Readonly<Record<string, SqlValue | undefined>>;

export interface ViewDefinition {
  /** `sys.tables`. */
  readonly name: string;
  /** `name type` pairs, separated by commas; `?` behind the type allows NULL. */
  readonly columns: string;
  readonly rows: (context: SystemContext) => Iterable<ViewRow>;
}

/** The collation of codes and descriptions in catalog views, whatever the database's own is. */
const CODE_COLLATION = "Latin1_General_CI_AS_KS_WS";

const TYPES: Readonly<Record<string, SqlType>> = {
  sysname: { name: "nvarchar", length: 128 },
  code2: { name: "char", length: 2, collation: CODE_COLLATION },
  code4: { name: "char", length: 4, collation: CODE_COLLATION },
  code1: { name: "char", length: 1, collation: CODE_COLLATION },
  desc: { name: "nvarchar", length: 60, collation: CODE_COLLATION },
  longname: { name: "nvarchar", length: 1035 },
  text: { name: "nvarchar", length: -1 },
  short: { name: "nvarchar", length: 32 },
  path: { name: "nvarchar", length: 260 },
  word: { name: "varchar", length: 30 },
  flag: { name: "varchar", length: 3 },
  int: { name: "int" },
  bit: { name: "bit" },
  smallint: { name: "smallint" },
  tinyint: { name: "tinyint" },
  bigint: { name: "bigint" },
  real: { name: "real" },
  datetime: { name: "datetime" },
  moment: { name: "datetimeoffset", scale: 7 },
  longdesc: { name: "nvarchar", length: 4000 },
  desc256: { name: "nvarchar", length: 256, collation: CODE_COLLATION },
  variant: { name: "sql_variant" },
  guid: { name: "uniqueidentifier" },
  sid: { name: "varbinary", length: 85 },
  binary: { name: "varbinary", length: 8000 },
  hash: { name: "varbinary", length: 256 },
  lsn: { name: "numeric", precision: 25, scale: 0 },
  lsntext: { name: "nvarchar", length: 23 },
  phase: { name: "nvarchar", length: 200 },
  jobtype: { name: "nvarchar", length: 20 },
  identity: { name: "numeric", precision: 38, scale: 0 },
  xml: { name: "xml" },
};

type ViewColumn = SystemView["columns"][number];

/** Columns from their short notation. */
export function parseColumns(notation: string): readonly ViewColumn[] {
  return notation
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part !== "")
    .map((part) => {
      const [name = "", word = ""] = part.split(/\s+/);
      const type = TYPES[word.replace("?", "")];
      if (type === undefined) throw new Error(`No column type ${word}. This is a bug.`);
      return { name, type, nullable: word.endsWith("?") };
    });
}

const TEXTS: ReadonlySet<string> = new Set(["char", "varchar", "nvarchar"]);

function zeroOf({ type, nullable }: ViewColumn): SqlValue {
  if (nullable) return null;
  if (type.name === "bigint" || type.name === "numeric") return 0n;
  if (TEXTS.has(type.name)) return "";
  return type.name === "varbinary" ? new Uint8Array() : 0;
}

/** Makes views of their definitions; ids go down from `firstId`. */
export function defineViews(
  definitions: readonly ViewDefinition[],
  firstId: number,
): readonly SystemView[] {
  return definitions.map((definition, index) => defineView(definition, firstId - index));
}

function defineView(definition: ViewDefinition, objectId: number): SystemView {
  const [schema = "", name = ""] = definition.name.split(".");
  const columns = parseColumns(definition.columns);
  const zeros = columns.map(zeroOf);
  return {
    schema,
    name,
    objectId,
    columns,
    *rows(context) {
      for (const row of definition.rows(context)) {
        yield columns.map((column, index) => row[column.name] ?? zeros[index] ?? null);
      }
    },
  };
}

export function bit(value: boolean): number {
  return value ? 1 : 0;
}

/** Bytes of upper-case hexadecimal digits. */
export function bytesOfHex(hex: string): Uint8Array {
  return Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}
