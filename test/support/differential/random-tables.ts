import { EVERY_TYPE } from "../every-type.ts";

export type Draw = (count: number) => number;

interface KeyColumn {
  readonly name: string;
  readonly type: string;
  /** Key number so and so, as T-SQL. */
  readonly value: (key: number) => string;
}

interface ValueColumn {
  readonly name: string;
  readonly type: string;
  readonly values: readonly string[];
}

/** A table of the random database; it grows by columns. */
export interface RandomTable {
  /** As T-SQL names it. */
  readonly path: string;
  readonly create: string;
  /** Empty without a key. */
  readonly key: readonly KeyColumn[];
  /** The server gives the keys. */
  readonly isIdentity: boolean;
  readonly columns: ValueColumn[];
  /** What is compared besides. */
  readonly told: readonly string[];
}

const CI = "COLLATE Latin1_General_CI_AS";
const DIGITS = "000000000000";

/** Kinds of keys; the last has none. */
const KEYS: readonly (readonly KeyColumn[])[] = [
  [{ name: "[id]", type: "int IDENTITY(3, 2)", value: (key) => String(3 + 2 * key) }],
  [{ name: "[id]", type: "int", value: String }],
  [
    { name: "[Branch]", type: "smallint", value: (key) => String(key % 3) },
    { name: '[na]]me; of "it\'s"]', type: `nvarchar(20) ${CI}`, value: (key) => `N'Käy ${key}'` },
  ],
  [
    {
      name: "[guid]",
      type: "uniqueidentifier",
      value: (key) => `'0000000${key % 3}-1111-2222-3333-${DIGITS.slice(0, 10)}${10 + key}'`,
    },
  ],
  [{ name: "[select]", type: `varchar(30) ${CI}`, value: (key) => `'Key ${key}'` }],
  [{ name: "[Ж]", type: "varbinary(8)", value: (key) => `0x${10 + key}00${10 + key}` }],
  [{ name: "[price]", type: "decimal(18, 4)", value: (key) => `${key}.0${key}` }],
  [
    {
      name: "[at]",
      type: "datetime2(3)",
      value: (key) => `'2024-02-29T23:59:${10 + key}.${100 + key}'`,
    },
  ],
  [],
];
const IDENTITY = 0;
const UNIQUE = 3;

const COLUMN_NAMES = ["a b", "c]d", "e'f", 'g"h', "ü;", "漢", "__x", "order", "tail "];
const LARGE = "REPLICATE(CONVERT(nvarchar(max), N'Ж long '), 900)";
const LARGE_BYTES = "CONVERT(varbinary(max), REPLICATE(CONVERT(varchar(max), 'bytes'), 2500))";

function quoted(name: string): string {
  return `[${name.replaceAll("]", "]]")}]`;
}

export function randomColumn(name: string, draw: Draw): ValueColumn {
  const found = EVERY_TYPE[draw(EVERY_TYPE.length)];
  if (found === undefined) throw new RangeError("no type");
  const { type, values } = found;
  const literals = values.map(([sql]) => (sql.startsWith("0x") ? converted(sql, type) : sql));
  const large = largeOf(type);
  return { name: quoted(name), type, values: [...literals, ...large, "NULL"] };
}

/** Binary literals stand for texts, too. */
function converted(sql: string, type: string): string {
  if (/^(varbinary|binary|image)/.test(type)) return sql;
  if (/^n(text|varchar|char)/.test(type)) return `CONVERT(nvarchar(max), ${sql})`;
  return `CONVERT(varchar(max), ${sql})${/COLLATE.*/.exec(type) === null ? "" : ` ${/COLLATE.*/.exec(type)?.[0]}`}`;
}

function largeOf(type: string): readonly string[] {
  if (/^(n?text|n?varchar\(max\))/.test(type)) return [LARGE, LARGE];
  return /^(image|varbinary\(max\))/.test(type) ? [LARGE_BYTES] : [];
}

/** One of three tables has a value that may lie outside its rows, whatever else is drawn. */
function columnsOf(number: number, draw: Draw): ValueColumn[] {
  const columns = COLUMN_NAMES.slice(0, 2 + draw(COLUMN_NAMES.length - 2)).map((name) =>
    randomColumn(name, draw),
  );
  if (number % 3 > 0) return columns;
  const text = ["nvarchar(max)", "varbinary(max)"][draw(2)] ?? "nvarchar(max)";
  const values = text === "nvarchar(max)" ? [LARGE, "N'short'"] : [LARGE_BYTES, "0x01"];
  return [...columns, { name: "[body]", type: text, values: [...values, "NULL"] }];
}

interface Traits {
  readonly key: readonly KeyColumn[];
  readonly isTemporal: boolean;
  /** A unique index in place of a primary key. */
  readonly isUnique: boolean;
}

const PERIOD = [
  "[since] datetime2 GENERATED ALWAYS AS ROW START NOT NULL",
  "[until] datetime2 GENERATED ALWAYS AS ROW END NOT NULL",
  "PERIOD FOR SYSTEM_TIME ([since], [until])",
];

function keyClause({ key, isUnique }: Traits, draw: Draw): readonly string[] {
  if (key.length === 0) return [];
  const columns = key.map(({ name }, at) => `${name}${at > 0 ? " DESC" : ""}`).join(", ");
  if (isUnique) return [`INDEX UX UNIQUE (${columns})`];
  return [`PRIMARY KEY ${draw(3) === 0 ? "NONCLUSTERED " : ""}(${columns})`];
}

function partsOf(traits: Traits, columns: readonly ValueColumn[], draw: Draw): readonly string[] {
  return [
    ...traits.key.map(({ name, type }) => `${name} ${type} NOT NULL`),
    ...columns.map(({ name, type }) => `${name} ${type} NULL`),
    `[calc] AS [n] * 2${draw(2) === 0 ? " PERSISTED" : ""}`,
    ...(draw(3) === 0 ? ["[stamp] rowversion"] : []),
    ...(traits.isTemporal ? PERIOD : []),
    ...keyClause(traits, draw),
  ];
}

export function randomTable(number: number, draw: Draw): RandomTable {
  const kind = draw(KEYS.length);
  const key = KEYS[kind] ?? [];
  const isIdentity = kind === IDENTITY;
  const isTemporal = key.length > 0 && !isIdentity && draw(4) === 0;
  const traits = { key, isTemporal, isUnique: kind === UNIQUE && !isTemporal };
  const path = `dbo.${quoted(`T${number} ${["it's", 'a "b"', "x;y", "Ж]"][draw(4)]}`)}`;
  const count = { name: "[n]", type: "int", values: ["1", "-7", "NULL"] };
  const columns = [...columnsOf(number, draw), count];
  const history = `SYSTEM_VERSIONING = ON (HISTORY_TABLE = dbo.[H${number}])`;
  return {
    path,
    create: `CREATE TABLE ${path} (${partsOf(traits, columns, draw).join(", ")})${isTemporal ? ` WITH (${history})` : ""}`,
    key,
    isIdentity,
    columns,
    told: ["[calc]", ...(isTemporal ? ["[since]", "[until]"] : [])],
  };
}
