import { CHANGE_HEAD } from "../support/change-head.ts";
import { encodedTable } from "../support/encoded-table.ts";

/** A table of orders: 8 columns, 204 bytes a row on the wire, made from its key alone. */
export const ORDER_COLUMNS =
  "Id int NOT NULL PRIMARY KEY CLUSTERED, CustomerId bigint NOT NULL, OrderedAt datetime2(7) NULL, Amount decimal(19,4) NULL, Token uniqueidentifier NULL, Note nvarchar(80) COLLATE Latin1_General_CI_AS NULL, Code varchar(40) COLLATE Latin1_General_CI_AS NULL, Score float NOT NULL";

const LATIN = "Latin1_General_CI_AS";
const ORDER_RESULT = [
  { name: "Id", type: { name: "int" }, nullable: false },
  { name: "CustomerId", type: { name: "bigint" }, nullable: false },
  { name: "OrderedAt", type: { name: "datetime2", scale: 7 }, nullable: true },
  { name: "Amount", type: { name: "decimal", precision: 19, scale: 4 }, nullable: true },
  { name: "Token", type: { name: "uniqueidentifier" }, nullable: true },
  { name: "Note", type: { name: "nvarchar", length: 80, collation: LATIN }, nullable: true },
  { name: "Code", type: { name: "varchar", length: 40, collation: LATIN }, nullable: true },
  { name: "Score", type: { name: "float" }, nullable: false },
] as const;
export const ORDER_METADATA: Buffer = encodedTable(ORDER_RESULT, []).metadata;

export const ORDER_CHANGES: Buffer = encodedTable([...CHANGE_HEAD, ...ORDER_RESULT], []).metadata;

const HEAD_ROW = encodedTable(CHANGE_HEAD, [
  [Buffer.alloc(10), Buffer.alloc(10), 1, 0, Uint8Array.of(0b1010_1000)],
]).bytes;
/** Where the last bytes of the two places end, and where the operation stands. */
const COMMIT_END = 13;
const PLACE_END = 25;
const OPERATION_AT = 30;

/** Both images of one update of each of those rows, all of one commit. */
export function orderChanges(
  ids: readonly number[],
  { commit, from, to }: { readonly commit: number; readonly from: number; readonly to: number },
): readonly Buffer[] {
  return ids.flatMap((id, at) =>
    [3, 4].map((operation) => {
      const row = orderRows(id, 1, () => (operation === 3 ? from : to));
      const bytes = Buffer.concat([HEAD_ROW, row.subarray(1)]);
      bytes.writeUInt32BE(commit, COMMIT_END - 4);
      bytes.writeUInt32BE(at + 1, PLACE_END - 4);
      bytes.writeInt32LE(operation, OPERATION_AT);
      return bytes;
    }),
  );
}

/** A day in units of 100 ns. */
const DAY_UNITS = 864_000_000_000;
const NOTE = 58;
const CODE = 28;
export const ORDER_ROW_BYTES = 1 + 4 + 8 + 9 + 10 + 17 + (2 + NOTE * 2) + (2 + CODE) + 8;
const NOTE_AT = 49;
const CODE_AT = NOTE_AT + 2 + NOTE * 2;
const WORDS =
  "parcel express fragile gift invoice later morning evening neighbour porch garden call before ring twice return".split(
    " ",
  );

/** Texts to copy from, so that a million rows take no second to make. */
const TEXTS = Array.from({ length: 997 }, (_, seed) =>
  Array.from(
    { length: 14 },
    (_word, at) => WORDS[(seed * 31 + at * at * 7 + (seed >> at)) % WORDS.length],
  )
    .join(" ")
    .slice(0, NOTE)
    .padEnd(NOTE),
).map((text) => Buffer.from(text, "utf16le"));

/** Spreads a number over 32 bits. */
function mix(value: number): number {
  let mixed = Math.imul(value ^ (value >>> 16), 0x45d9f3b);
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x45d9f3b);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}

/** Writes the row of that key; another version has another amount, note and score. */
function writeRow(
  into: Buffer,
  at: number,
  { id, version }: { id: number; version: number },
): void {
  const random = mix(id);
  const changed = mix(id ^ (version * 0x9e3779b1));
  into.writeUInt8(0xd1, at);
  into.writeInt32LE(id, at + 1);
  into.writeUInt32LE(random % 50_000, at + 5);
  into.writeUInt32LE(0, at + 9);
  into.writeUInt8(8, at + 13);
  into.writeUIntLE((id * 37_000_000 + random) % DAY_UNITS, at + 14, 5);
  into.writeUIntLE(739_000 + (id >> 12), at + 19, 3);
  into.writeUInt8(9, at + 22);
  into.writeUInt8(1, at + 23);
  into.writeUInt32LE(changed % 9_000_000, at + 24);
  into.writeUInt32LE(0, at + 28);
  into.writeUInt8(16, at + 32);
  for (let part = 0; part < 4; part += 1)
    into.writeUInt32LE(mix(random + part), at + 33 + part * 4);
  into.writeUInt16LE(NOTE * 2, at + NOTE_AT);
  into.set(TEXTS[changed % TEXTS.length] ?? [], at + NOTE_AT + 2);
  into.writeUInt16LE(CODE, at + CODE_AT);
  into.write(
    `ORD-${String(random).padStart(10, "0")}-${String(id).padStart(13, "0")}`,
    at + CODE_AT + 2,
    "latin1",
  );
  into.writeDoubleLE(changed / 0xffffffff, at + CODE_AT + 2 + CODE);
}

/** The rows of keys from `from` on, as the server sends them. `versionOf`: 0 of rows that nobody changed. */
export function orderRows(
  from: number,
  count: number,
  versionOf: (id: number) => number = () => 0,
): Buffer {
  const bytes = Buffer.allocUnsafe(count * ORDER_ROW_BYTES);
  for (let row = 0; row < count; row += 1) {
    const id = from + row;
    writeRow(bytes, row * ORDER_ROW_BYTES, { id, version: versionOf(id) });
  }
  return bytes;
}
