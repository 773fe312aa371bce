import type { Database, UserType } from "../storage/database.ts";
import type { SqlType, SqlTypeName } from "../values/sql-type.ts";

/** `sys.types` of the system types: id, and bytes and precision where they are the same for every column. */
const SYSTEM_TYPES: Readonly<
  Record<SqlTypeName, readonly [id: number, bytes: number, precision: number]>
> = {
  image: [34, 16, 0],
  text: [35, 16, 0],
  uniqueidentifier: [36, 16, 0],
  date: [40, 3, 10],
  time: [41, 5, 16],
  datetime2: [42, 8, 27],
  datetimeoffset: [43, 10, 34],
  tinyint: [48, 1, 3],
  smallint: [52, 2, 5],
  int: [56, 4, 10],
  smalldatetime: [58, 4, 16],
  real: [59, 4, 24],
  money: [60, 8, 19],
  datetime: [61, 8, 23],
  float: [62, 8, 53],
  sql_variant: [98, 8016, 0],
  ntext: [99, 16, 0],
  bit: [104, 1, 1],
  decimal: [106, 17, 38],
  numeric: [108, 17, 38],
  smallmoney: [122, 4, 10],
  bigint: [127, 8, 19],
  varbinary: [165, 8000, 0],
  varchar: [167, 8000, 0],
  binary: [173, 8000, 0],
  char: [175, 8000, 0],
  timestamp: [189, 8, 0],
  nvarchar: [231, 8000, 0],
  nchar: [239, 8000, 0],
  xml: [241, -1, 0],
};

export const SYSNAME_ID = 256;

export const SYSTEM_TYPE_NAMES: readonly SqlTypeName[] = Object.keys(SYSTEM_TYPES).filter(
  (name): name is SqlTypeName => Object.hasOwn(SYSTEM_TYPES, name),
);

/** `system_type_id`. */
export function systemTypeId(name: SqlTypeName): number {
  return SYSTEM_TYPES[name][0];
}

export interface TypeSize {
  /** Bytes; -1 is MAX. */
  readonly maxLength: number;
  readonly precision: number;
  readonly scale: number;
}

/** `max_length`, `precision` and `scale` as the catalog views show them. */
export function typeSize(type: SqlType): TypeSize {
  const [, bytes, precision] = SYSTEM_TYPES[type.name];
  if (type.name === "decimal" || type.name === "numeric") {
    return decimalSize(type.precision ?? 18, type.scale ?? 0);
  }
  if (FRACTIONAL.has(type.name)) {
    return fractionSize({ maxLength: bytes, precision, scale: 7 }, type.scale ?? 7);
  }
  const maxLength = SIZED.has(type.name) ? lengthInBytes(type) : bytes;
  return { maxLength, precision, scale: FIXED_SCALES[type.name] ?? 0 };
}

function lengthInBytes({ name, length = 1 }: SqlType): number {
  const isWide = name === "nchar" || name === "nvarchar";
  return isWide && length !== -1 ? 2 * length : length;
}

const FRACTIONAL: ReadonlySet<SqlTypeName> = new Set<SqlTypeName>([
  "time",
  "datetime2",
  "datetimeoffset",
]);
const SIZED: ReadonlySet<SqlTypeName> = new Set<SqlTypeName>([
  "char",
  "varchar",
  "nchar",
  "nvarchar",
  "binary",
  "varbinary",
]);
const FIXED_SCALES: Readonly<Partial<Record<SqlTypeName, number>>> = {
  money: 4,
  smallmoney: 4,
  datetime: 3,
};

/** The widest form of a type: what `sys.types` shows of it. */
export function widestSize(name: SqlTypeName): TypeSize {
  if (name === "nchar" || name === "nvarchar") return typeSize({ name, length: 4000 });
  if (name === "decimal" || name === "numeric") return decimalSize(38, 38);
  return typeSize({ name, length: 8000, scale: 7 });
}

function decimalSize(precision: number, scale: number): TypeSize {
  const maxLength = precision <= 9 ? 5 : precision <= 19 ? 9 : precision <= 28 ? 13 : 17;
  return { maxLength, precision, scale };
}

/** Each missing digit takes one character; each second one a byte. */
function fractionSize(full: TypeSize, scale: number): TypeSize {
  const saved = scale <= 2 ? 2 : scale <= 4 ? 1 : 0;
  const missing = scale === 0 ? 8 : 7 - scale;
  return { maxLength: full.maxLength - saved, precision: full.precision - missing, scale };
}

const CHARACTER: ReadonlySet<SqlTypeName> = new Set<SqlTypeName>([
  "char",
  "varchar",
  "text",
  "nchar",
  "nvarchar",
  "ntext",
]);

export function isCharacterType(name: SqlTypeName): boolean {
  return CHARACTER.has(name);
}

/** The collation that the catalog shows for a column or type; NULL for types without one. */
export function shownCollation(type: SqlType, database: Database): string | null {
  return isCharacterType(type.name) ? (type.collation ?? database.options.collation) : null;
}

export function systemTypeName(id: number): SqlTypeName | undefined {
  return SYSTEM_TYPE_NAMES.find((name) => systemTypeId(name) === id);
}

/** `user_type_id` by name, of a system type, sysname, or a user's type; undefined when there is none. */
export function findTypeId(
  database: Database,
  name: string,
  schemaId?: number,
): number | undefined {
  const lower = name.toLowerCase();
  if (lower === "sysname") return SYSNAME_ID;
  const system = SYSTEM_TYPE_NAMES.find((candidate) => candidate === lower);
  if (system !== undefined && (schemaId === undefined || schemaId === 4))
    return systemTypeId(system);
  return findUserType(database, name, schemaId)?.userTypeId;
}

function findUserType(database: Database, name: string, schemaId?: number): UserType | undefined {
  if (schemaId !== undefined) return database.catalog.findType(schemaId, name);
  return database.catalog.types.values().find((type) => database.catalog.sameName(type.name, name));
}

/** The name of a type by its `user_type_id`. */
export function typeNameOf(database: Database, userTypeId: number): string | undefined {
  if (userTypeId === SYSNAME_ID) return "sysname";
  return systemTypeName(userTypeId) ?? database.catalog.types.get(userTypeId)?.name;
}
