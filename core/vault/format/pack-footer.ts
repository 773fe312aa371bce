import { HEADER_SIZE, TAG_SIZE } from "./sealed-blob.ts";

export const FOOTER_SIZE = 16;
const END_MAGIC = "HFPE";

/** Where a pack keeps its directory, and how long it is before compression. */
export interface PackFooter {
  readonly offset: number;
  readonly storedLength: number;
  readonly rawLength: number;
}

export function encodeFooter(footer: PackFooter): Uint8Array {
  const bytes = Buffer.alloc(FOOTER_SIZE);
  bytes.writeUInt32BE(footer.offset, 0);
  bytes.writeUInt32BE(footer.storedLength, 4);
  bytes.writeUInt32BE(footer.rawLength, 8);
  bytes.write(END_MAGIC, 12, "latin1");
  return bytes;
}

/** Undefined when `bytes` cannot be the end of a pack of `size` bytes. */
export function tryParseFooter(bytes: Uint8Array, size: number): PackFooter | undefined {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  if (view.length !== FOOTER_SIZE || view.toString("latin1", 12) !== END_MAGIC) return undefined;
  const footer = {
    offset: view.readUInt32BE(0),
    storedLength: view.readUInt32BE(4),
    rawLength: view.readUInt32BE(8),
  };
  const fits =
    footer.offset >= HEADER_SIZE &&
    footer.storedLength > TAG_SIZE &&
    footer.offset + footer.storedLength + FOOTER_SIZE === size;
  return fits ? footer : undefined;
}
