/** Bytes of a page of a database. */
export const PAGE = 8192;
const SECTORS = 16;
const SECTOR_WORDS = 128;
/** Of the page's 32 bit words the one that keeps the checksum. */
const CHECKSUM_WORD = 15;
const HEADER_VERSION = 1;
const FLAGS_AT = 4;
const PROTECTION = 0x300;
const CHECKSUM = 0x200;

/** `file` and `page` as SQL Server writes them: `(1:42)`. */
export interface PageAddress {
  readonly file: number;
  readonly page: number;
}

/**
 * Whether a page says what it was written with: `unprotected` where the database keeps no checksums (PAGE_VERIFY) or
 * the place holds no page, as in extents that are only partly used. `bytes` begins at a multiple of 4 in its buffer.
 */
export function checkPage(bytes: Uint8Array): "intact" | "damaged" | "unprotected" {
  const view = new DataView(bytes.buffer, bytes.byteOffset, PAGE);
  if (view.getUint8(0) !== HEADER_VERSION) return "unprotected";
  if ((view.getUint16(FLAGS_AT, true) & PROTECTION) !== CHECKSUM) return "unprotected";
  const kept = view.getUint32(4 * CHECKSUM_WORD, true);
  return pageChecksum(view) === kept ? "intact" : "damaged";
}

/**
 * The xor of the words of each sector of 512 bytes, turned left by 15 for the first sector, 14 for the second, and so
 * on. Found out on pages of real backups: with it all their protected pages are intact.
 */
export function pageChecksum(view: DataView): number {
  let sum = 0;
  for (let sector = 0; sector < SECTORS; sector += 1) {
    let mixed = 0;
    for (let word = 0; word < SECTOR_WORDS; word += 1) {
      const at = sector * SECTOR_WORDS + word;
      if (at !== CHECKSUM_WORD) mixed ^= view.getUint32(4 * at, true);
    }
    const turn = SECTORS - 1 - sector;
    sum ^= turn === 0 ? mixed : (mixed << turn) | (mixed >>> (32 - turn));
  }
  return sum >>> 0;
}

export function pageAddress(bytes: Uint8Array): PageAddress {
  const view = new DataView(bytes.buffer, bytes.byteOffset, PAGE);
  return { page: view.getUint32(32, true), file: view.getUint16(36, true) };
}
