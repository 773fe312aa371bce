/** What the lane's check sends and expects: a result with the awkward cell forms, an NBCROW, and the same rows as a bulk load carries them. */

function hex(text: string): Buffer {
  return Buffer.from(text.replaceAll(" ", ""), "hex");
}

function name(text: string): Buffer {
  return Buffer.concat([Buffer.from([text.length]), Buffer.from(text, "utf16le")]);
}

function column(title: string, typeInfo: string): Buffer {
  return Buffer.concat([hex("00000000 0900"), hex(typeInfo), name(title)]);
}

const TABLE = Buffer.from("t", "utf16le");
const TEXT_COLUMN = Buffer.concat([
  hex("00000000 0900 23 ffffff7f 0904d00034 01 0100"),
  TABLE,
  name("e"),
]);

export const GOLDEN_METADATA = Buffer.concat([
  hex("81 0800"),
  column("a", "38"),
  column("b", "6a 11 1a 02"),
  column("c", "e7 ffff 0904d00034"),
  column("d", "a7 0a00 1904d00000"),
  TEXT_COLUMN,
  column("f", "62 491f0000"),
  column("g", "2b 07"),
  column("h", "f1 00"),
]);

export const GOLDEN_ROW = hex(
  "d1 ffffffff 05 01 7b000000 feffffffffffffff 02000000 00d8 02000000 4100 00000000 0200 8198" +
    "10 64756d6d792074657874707472000000 64756d6d79545300 03000000 616263" +
    "06000000 3800 05000000 0a 83f1a2be1c 1c420b 4a01 ffffffffffffffff",
);
export const GOLDEN_COMPRESSED_ROW = hex("d2 fe 07000000");
/** The compressed row as a bulk load carries it. */
export const GOLDEN_EXPANDED_ROW = hex(
  "d1 07000000 00 ffffffffffffffff ffff 00 00000000 00 ffffffffffffffff",
);
export const GOLDEN_DONE = hex("fd 1000 c100 0200000000000000");

/** COLMETADATA of the bulk load: the text column by its table's name, xml as nvarchar. */
export const GOLDEN_BULK_METADATA = Buffer.concat([
  hex("81 0800"),
  column("a", "38"),
  column("b", "6a 11 1a 02"),
  column("c", "e7 ffff 0904d00034"),
  column("d", "a7 0a00 1904d00000"),
  hex("00000000 0900 23 ffffff7f 0904d00034 0100"),
  TABLE,
  name("e"),
  column("f", "62 491f0000"),
  column("g", "2b 07"),
  column("h", "e7 ffff 0000000000"),
]);
