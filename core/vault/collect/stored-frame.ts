const MAX_BLOCK = 128 * 1024;
const MAGIC = 0xfd2fb528;
/** One segment, length in four bytes, no checksum: AES-GCM has one. */
const DESCRIPTOR = 0xa0;

/**
 * A zstd frame that holds the bytes as they are (RFC 8878, raw blocks). Its length depends on the length of the bytes
 * alone, so a dry run can say how long an index will be before the ids in it are drawn. Ids do not compress anyway.
 */
export function storeFrame(raw: Uint8Array): Uint8Array {
  const head = Buffer.alloc(9);
  head.writeUInt32LE(MAGIC, 0);
  head.writeUInt8(DESCRIPTOR, 4);
  head.writeUInt32LE(raw.length, 5);
  const parts: Uint8Array[] = [head];
  let at = 0;
  do {
    const block = raw.subarray(at, at + MAX_BLOCK);
    at += block.length;
    const blockHead = Buffer.alloc(3);
    blockHead.writeUIntLE((block.length << 3) | (at === raw.length ? 1 : 0), 0, 3);
    parts.push(blockHead, block);
  } while (at < raw.length);
  return Buffer.concat(parts);
}
