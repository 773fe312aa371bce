import fc from "fast-check";

/** A column of a made-up result: its TYPE_INFO and how a value of it lies on the wire. */
export interface WireKind {
  readonly typeInfo: string;
  /** Extra bytes between TYPE_INFO and name (the table name of text columns). */
  readonly tail: string;
  readonly canBeNull: boolean;
  readonly nullCell: Buffer;
  readonly cell: (data: Buffer, pieces: readonly number[]) => Buffer;
}

function hex(text: string): Buffer {
  return Buffer.from(text, "hex");
}

function u16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16LE(value);
  return bytes;
}

function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

function fixed(token: string, size: number): WireKind {
  const cell = (data: Buffer): Buffer =>
    Buffer.concat([data, Buffer.alloc(size)]).subarray(0, size);
  return { typeInfo: token, tail: "", canBeNull: false, nullCell: Buffer.alloc(0), cell };
}

function counted(typeInfo: string, longest: number): WireKind {
  const cell = (data: Buffer): Buffer => {
    const value = data.length === 0 ? Buffer.from([7]) : data.subarray(0, longest);
    return Buffer.concat([Buffer.from([value.length]), value]);
  };
  return { typeInfo, tail: "", canBeNull: true, nullCell: Buffer.alloc(1), cell };
}

function sized(typeInfo: string): WireKind {
  const cell = (data: Buffer): Buffer => Buffer.concat([u16(data.length), data]);
  return { typeInfo, tail: "", canBeNull: true, nullCell: Buffer.alloc(2, 255), cell };
}

function chunked(typeInfo: string): WireKind {
  const cell = (data: Buffer, pieces: readonly number[]): Buffer => {
    const parts = [hex("feffffffffffffff")];
    for (let at = 0, turn = 0; at < data.length; turn += 1) {
      const piece = data.subarray(at, at + (pieces[turn % pieces.length] ?? 1));
      parts.push(u32(piece.length), piece);
      at += piece.length;
    }
    return Buffer.concat([...parts, u32(0)]);
  };
  return { typeInfo, tail: "", canBeNull: true, nullCell: Buffer.alloc(8, 255), cell };
}

const POINTER = Buffer.concat([Buffer.from([16]), Buffer.alloc(16, 1), Buffer.alloc(8, 2)]);

export const WIRE_KINDS: readonly WireKind[] = [
  fixed("38", 4),
  fixed("32", 1),
  fixed("3d", 8),
  counted("2604", 4),
  counted("6a11260a", 17),
  counted("28", 3),
  counted("2b07", 10),
  counted("2410", 16),
  sized("e75000" + "0904d00034"),
  sized("a5ff1f"),
  chunked("e7ffff0904d00034"),
  chunked("a5ffff"),
  chunked("f100"),
  {
    typeInfo: "22ffffff7f",
    tail: "01010074" + "00",
    canBeNull: true,
    nullCell: Buffer.alloc(1),
    cell: (data) => Buffer.concat([POINTER, u32(data.length), data]),
  },
  {
    typeInfo: "62491f0000",
    tail: "",
    canBeNull: true,
    nullCell: Buffer.alloc(4),
    cell: (data) => Buffer.concat([u32(data.length + 2), hex("a500"), data]),
  },
];

export interface WireRow {
  readonly cells: readonly (Buffer | undefined)[];
  readonly pieces: readonly number[];
  readonly isCompressed: boolean;
}

export interface WireTable {
  readonly kinds: readonly WireKind[];
  readonly rows: readonly WireRow[];
}

function nameOf(index: number): string {
  return `c${index}`;
}

export function encodeMetadata({ kinds }: WireTable): Buffer {
  const columns = kinds.map(({ typeInfo, tail }, index) => {
    const name = nameOf(index);
    return Buffer.concat([
      hex("000000000900"),
      hex(typeInfo),
      hex(tail),
      Buffer.from([name.length]),
      Buffer.from(name, "utf16le"),
    ]);
  });
  return Buffer.concat([Buffer.from([0x81]), u16(kinds.length), ...columns]);
}

function cellOf(kind: WireKind, data: Buffer | undefined, pieces: readonly number[]): Buffer {
  return data === undefined ? kind.nullCell : kind.cell(data, pieces);
}

/** The row as a ROW token, whatever the server would choose. */
export function encodePlainRow({ kinds }: WireTable, { cells, pieces }: WireRow): Buffer {
  const parts = kinds.map((kind, index) => cellOf(kind, cells[index], pieces));
  return Buffer.concat([Buffer.from([0xd1]), ...parts]);
}

/** The row as ROW or NBCROW token. */
export function encodeRow(table: WireTable, row: WireRow): Buffer {
  if (!row.isCompressed) return encodePlainRow(table, row);
  const bitmap = Buffer.alloc(Math.ceil(table.kinds.length / 8));
  const parts: Buffer[] = [];
  for (const [index, kind] of table.kinds.entries()) {
    const data = row.cells[index];
    if (data === undefined) bitmap[index >> 3] = (bitmap[index >> 3] ?? 0) | (1 << (index & 7));
    else parts.push(kind.cell(data, row.pieces));
  }
  return Buffer.concat([Buffer.from([0xd2]), bitmap, ...parts]);
}

function rowOf(kinds: readonly WireKind[]): fc.Arbitrary<WireRow> {
  const data = fc.oneof(
    fc.uint8Array({ maxLength: 20 }),
    fc.uint8Array({ minLength: 200, maxLength: 600 }),
  );
  const cells = kinds.map(({ canBeNull }) =>
    data
      .map((bytes) => Buffer.from(bytes))
      .chain((bytes) => (canBeNull ? fc.constantFrom(bytes, undefined) : fc.constant(bytes))),
  );
  return fc.record({
    cells: fc.tuple(...cells),
    pieces: fc.array(fc.integer({ min: 1, max: 99 }), { minLength: 1, maxLength: 3 }),
    isCompressed: fc.boolean(),
  });
}

export const wireTables: fc.Arbitrary<WireTable> = fc
  .array(fc.constantFrom(...WIRE_KINDS), { minLength: 1, maxLength: 12 })
  .chain((kinds) =>
    fc.record({ kinds: fc.constant(kinds), rows: fc.array(rowOf(kinds), { maxLength: 6 }) }),
  );
