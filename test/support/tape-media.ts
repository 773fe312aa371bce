import type { MediaFile } from "../../core/media/media-file.ts";
import { PAGE, pageChecksum } from "../../core/media/page-checksum.ts";

const LINE = 1024;
const USUAL_DATE = "2018-12-21T11:26:31";

/** What a made backup file says; the rest of its fields are zeros. */
export interface TapeSet {
  readonly type: "D" | "I" | "L";
  readonly database: string;
  /** The name of the server; none where absent. */
  readonly server?: string;
  readonly set: string;
  readonly firstLsn: readonly [number, number, number];
  readonly lastLsn: readonly [number, number, number];
  readonly base?: { readonly set: string; readonly lsn: readonly [number, number, number] };
  readonly fork?: string;
  /** The full that was current when the set was made. */
  readonly currentBase?: string;
  /** Local time of the server: `2018-12-21T11:26:31`, which it is where absent. */
  readonly started?: string;
  readonly finished?: string;
  /** Pages of its data stream. */
  readonly pages?: readonly Uint8Array[];
}

export interface Tape {
  readonly mediaSet: string;
  readonly stripe: number;
  readonly stripes: number;
  readonly sets: readonly TapeSet[];
}

/** The bytes of a backup file in Microsoft Tape Format with the blocks that SQL Server writes. */
export function tapeBytes({ mediaSet, stripe, stripes, sets }: Tape): Uint8Array {
  const raid = new Uint8Array(32);
  putGuid(raid, 0, mediaSet);
  putU16(raid, 20, stripes);
  putU16(raid, 24, stripe);
  return joined([
    block("TAPE", { length: 0x8c, streams: [stream("RAID", raid)] }),
    filemark(),
    ...sets.flatMap(setBlocks),
  ]);
}

/** A page with a checksum, as databases with PAGE_VERIFY CHECKSUM write it. */
export function pageBytes(page: number, fill: number): Uint8Array {
  const bytes = new Uint8Array(PAGE).fill(fill);
  bytes[0] = 1;
  putU16(bytes, 4, 0x200);
  const view = new DataView(bytes.buffer);
  view.setUint32(32, page, true);
  view.setUint16(36, 1, true);
  view.setUint32(60, pageChecksum(view), true);
  return bytes;
}

export function mediaFile(bytes: Uint8Array, name = "orders.bak"): MediaFile {
  const read = (offset: number, length: number) =>
    Promise.resolve(bytes.slice(offset, offset + length));
  return { name, size: bytes.length, read };
}

function setBlocks(set: TapeSet): readonly Uint8Array[] {
  const guid = new Uint8Array(16);
  putGuid(guid, 0, set.set);
  const start = block("SSET", { length: 0x98, fields: [[0x64, guid]] });
  const configuration = stream("MQCI", configurationOf(set));
  const data = (set.pages ?? []).length === 0 ? [] : [dataBlock(set.pages ?? [])];
  const end = block("ESET", {
    length: 0x58,
    fields: [[0x50, dateBytes(set.finished ?? USUAL_DATE)]],
  });
  return [
    start,
    block("VOLB", { length: 0x6c }),
    block("MSCI", { length: 0x38, streams: [configuration] }),
    ...data,
    filemark(),
    end,
  ];
}

function dataBlock(pages: readonly Uint8Array[]): Uint8Array {
  return block("MSDA", {
    length: 0x3c,
    streams: [stream("MQDA", joined([new Uint8Array(2), ...pages]))],
  });
}

function configurationOf(set: TapeSet): Uint8Array {
  const database = Buffer.from(set.database, "utf16le");
  const server = Buffer.from(set.server ?? "", "utf16le");
  const bytes = new Uint8Array(0x16c + database.length + server.length);
  bytes.set(Buffer.from("SCIN"));
  new DataView(bytes.buffer).setUint32(4, bytes.length, true);
  putU16(bytes, 0x18, 1600);
  bytes.set([50, 10], 0x1a);
  putLsn(bytes, 0x20, set.firstLsn);
  putLsn(bytes, 0x2a, set.lastLsn);
  bytes.set(dateBytes(set.started ?? USUAL_DATE), 0x4d);
  bytes.set(Buffer.from(set.type), 0x57);
  putU16(bytes, 0x5e, 661);
  putU16(bytes, 0x68, database.length);
  putU16(bytes, 0x6a, 0x16c);
  if (set.base !== undefined) {
    putLsn(bytes, 0x104, set.base.lsn);
    putGuid(bytes, 0x110, set.base.set);
  }
  if (set.currentBase !== undefined) putGuid(bytes, 0xc8, set.currentBase);
  if (set.fork !== undefined) putGuid(bytes, 0xe0, set.fork);
  bytes.set(database, 0x16c);
  putU16(bytes, 0x6c, server.length);
  putU16(bytes, 0x6e, 0x16c + database.length);
  bytes.set(server, 0x16c + database.length);
  return bytes;
}

function block(
  type: string,
  content: {
    readonly length: number;
    readonly streams?: readonly Uint8Array[];
    readonly fields?: readonly (readonly [number, Uint8Array])[];
  },
): Uint8Array {
  const header = new Uint8Array(content.length);
  header.set(Buffer.from(type));
  putU16(header, 8, content.length);
  for (const [at, bytes] of content.fields ?? []) header.set(bytes, at);
  putU16(header, 50, xorOf(header, 25));
  const body = joined([header, ...(content.streams ?? [])]);
  const rest = LINE - ((body.length + 22) % LINE);
  return joined([body, stream("SPAD", new Uint8Array(rest))]);
}

function filemark(): Uint8Array {
  const bytes = new Uint8Array(512);
  bytes.set(Buffer.from("SFMB"));
  putU16(bytes, 8, 512);
  putU16(bytes, 50, xorOf(bytes, 25));
  return bytes;
}

function stream(type: string, content: Uint8Array): Uint8Array {
  const header = new Uint8Array(22);
  header.set(Buffer.from(type));
  new DataView(header.buffer).setBigUint64(8, BigInt(content.length), true);
  putU16(header, 20, xorOf(header, 10));
  const padding = (4 - ((22 + content.length) % 4)) % 4;
  return joined([header, content, new Uint8Array(type === "SPAD" ? 0 : padding)]);
}

function xorOf(bytes: Uint8Array, words: number): number {
  let sum = 0;
  for (let at = 0; at < 2 * words; at += 2) sum ^= (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8);
  return sum;
}

function dateBytes(text: string): Uint8Array {
  const widths = [14, 4, 5, 5, 6, 6];
  const fields = text.split(/\D/).map(Number);
  const bits = widths.reduce((sum, width, at) => {
    return (sum << BigInt(width)) | BigInt(fields[at] ?? 0);
  }, 0n);
  return Uint8Array.from([32n, 24n, 16n, 8n, 0n], (shift) => Number((bits >> shift) & 0xffn));
}

function putU16(bytes: Uint8Array, at: number, value: number): void {
  new DataView(bytes.buffer).setUint16(at, value, true);
}

function putLsn(
  bytes: Uint8Array,
  at: number,
  [vlf, part, slot]: readonly [number, number, number],
): void {
  const view = new DataView(bytes.buffer);
  view.setUint32(at, vlf, true);
  view.setUint32(at + 4, part, true);
  view.setUint16(at + 8, slot, true);
}

function putGuid(bytes: Uint8Array, at: number, guid: string): void {
  const hex = Buffer.from(guid.replaceAll("-", ""), "hex");
  for (const [from, to] of [
    [0, 4],
    [4, 6],
    [6, 8],
  ] as const)
    hex.subarray(from, to).reverse();
  bytes.set(hex, at);
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts));
}
