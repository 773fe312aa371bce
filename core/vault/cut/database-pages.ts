import { EXTENT_SIZE, PAGE_SIZE } from "./cut-sizes.ts";

/*
 * The header of a page: byte 0 is the version of headers, which is 1; 32 to 35 the page's number and 36 to 37 the file's,
 * little-endian. A page that was never written is zero. (The page header is shown by DBCC PAGE; the offsets were measured on
 * data files, where the number of the page at offset n * 8192 is n.)
 */
const HEADER_VERSION = 1;
const NUMBER = 32;
const FILE = 36;
const HEADER_SIZE = 40;

/** Which extent the bytes at `at` are; undefined when they are none: eight pages whose numbers follow each other from one divisible by eight, of which up to six may be blank. */
export function identifyExtent(
  bytes: Uint8Array,
  at: number,
  end: number,
): { readonly file: number; readonly page: number } | undefined {
  if (at + EXTENT_SIZE > end) return undefined;
  let numbered = 0;
  let first = 0;
  let file = 0;
  for (let page = 0; page < 8; page += 1) {
    const head = at + page * PAGE_SIZE;
    if (bytes[head] === HEADER_VERSION) {
      const base = (word(bytes, head + NUMBER) - page) >>> 0;
      if (numbered === 0) {
        first = base;
        file = half(bytes, head + FILE);
      }
      if (base !== first || base % 8 !== 0 || half(bytes, head + FILE) !== file) return undefined;
      numbered += 1;
    } else if (!isBlank(bytes, head)) return undefined;
  }
  return numbered >= 2 ? { file, page: first } : undefined;
}

/**
 * Where the first extent after `start` begins, as far as the pages in the 8 KiB from there tell; -1 when there are none. The
 * grid of pages may lie anywhere: what stands before it in a backup has any length.
 */
export function findExtentAfter(bytes: Uint8Array, start: number, end: number): number {
  const last = Math.min(start + PAGE_SIZE, end - PAGE_SIZE - HEADER_SIZE + 1);
  for (let at = start; at < last; at += 1) {
    if (bytes[at] !== HEADER_VERSION || bytes[at + PAGE_SIZE] !== HEADER_VERSION) continue;
    const number = word(bytes, at + NUMBER);
    const next = word(bytes, at + PAGE_SIZE + NUMBER);
    const isSameFile = half(bytes, at + FILE) === half(bytes, at + PAGE_SIZE + FILE);
    if ((number + 1) >>> 0 === next && isSameFile) {
      const before = (8 - (number % 8)) % 8;
      return before === 0 && at === start ? at + EXTENT_SIZE : at + before * PAGE_SIZE;
    }
  }
  return -1;
}

function isBlank(bytes: Uint8Array, head: number): boolean {
  for (let at = head; at < head + HEADER_SIZE; at += 4) {
    if (word(bytes, at) !== 0) return false;
  }
  return true;
}

function word(bytes: Uint8Array, at: number): number {
  return (half(bytes, at) | (half(bytes, at + 2) << 16)) >>> 0;
}

function half(bytes: Uint8Array, at: number): number {
  return (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8);
}
