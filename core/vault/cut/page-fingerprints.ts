import { createHash, type KeyObject } from "node:crypto";
import { deriveKey } from "../derive-key.ts";
import { EXTENT_SIZE, PAGE_SIZE } from "./cut-sizes.ts";
import { FINGERPRINT_MODULE } from "./fingerprint-module-bytes.ts";
import { instantiate, type SharedMemory } from "./web-assembly.ts";

/** Gives the fingerprints of an extent's pages, 8 bytes each. Throws RangeError when the extent lies elsewhere than the fingerprinter works. */
export type Fingerprinter = (extent: Uint8Array) => Uint8Array;

const PAGES = EXTENT_SIZE / PAGE_SIZE;
const INFO = "holdfast/vault/2/fingerprint";
/** Of words of 4 bytes for the first sum, for the second, and of 8 bytes for the end. */
const KEY_SIZE = 2 * PAGE_SIZE + 10 * 8;

/** What `createFingerprinter` needs of a memory: the key and a result. */
export const FINGERPRINT_SPACE = 32 * 1024;

/**
 * For extents that lie in the memory. Those of two fingerprinters must not use one scratch, `FINGERPRINT_SPACE` bytes of the
 * memory. Throws when WebAssembly cannot be compiled here.
 */
export function createFingerprinter(
  idKey: KeyObject,
  { memory, scratch }: { readonly memory: SharedMemory; readonly scratch: number },
): Fingerprinter {
  const bytes = new Uint8Array(memory.buffer);
  const key = scratch + PAGES * 8;
  bytes.set(fingerprintKey(idKey), key);
  const exports = instantiate(FINGERPRINT_MODULE, memory);
  // The cast holds: fingerprint-module.as declares it so.
  const fingerprintPages = exports["fingerprintPages"] as (
    ...args: readonly [at: number, count: number, key: number, into: number]
  ) => void;
  return (extent) => {
    if (extent.buffer !== memory.buffer) throw new RangeError("an extent in another memory");
    fingerprintPages(extent.byteOffset, PAGES, key, scratch);
    return bytes.slice(scratch, scratch + PAGES * 8);
  };
}

/**
 * The fingerprint of a page, in plain JavaScript. Two sums of products (NH, of "UMAC: fast and secure message authentication",
 * 1999) under keys that have nothing to do with each other, each equal for two different pages with a chance of 1 in 2^32; then
 * two linear hashes of both sums to 32 bits (Lemire and Kaser, "Strongly universal string hashing is fast", 2014). This is the
 * reference; `fingerprint-module.as` does the same faster.
 */
export function fingerprintOf(page: Uint8Array, key: Uint8Array): Uint8Array {
  const sums = [sumOf(page, key), sumOf(page, key.subarray(PAGE_SIZE))];
  const words = sums.flatMap((sum) => [sum & 0xffffffffn, sum >> 32n]);
  const last = Buffer.from(key.subarray(2 * PAGE_SIZE));
  const fingerprint = Buffer.alloc(8);
  for (const half of [0, 1]) {
    let mixed = last.readBigUInt64LE(half * 40);
    for (const [at, word] of words.entries()) {
      mixed += last.readBigUInt64LE(half * 40 + 8 + at * 8) * word;
    }
    fingerprint.writeUInt32LE(Number((mixed >> 32n) & 0xffffffffn), half * 4);
  }
  return fingerprint;
}

/** Each word of a page is added to its word of the key; of eight in a row, the first is multiplied by the fifth, and so on. */
function sumOf(page: Uint8Array, key: Uint8Array): bigint {
  const one = Buffer.from(page);
  const other = Buffer.from(key);
  const wordAt = (at: number): bigint =>
    BigInt((one.readUInt32LE(at) + other.readUInt32LE(at)) % 2 ** 32);
  let sum = 0n;
  for (let at = 0; at < PAGE_SIZE; at += 32) {
    for (let word = at; word < at + 16; word += 4) sum += wordAt(word) * wordAt(word + 16);
  }
  return BigInt.asUintN(64, sum);
}

/** As long as what it hides, so that it is drawn from a key of 32 bytes. */
export function fingerprintKey(idKey: KeyObject): Uint8Array {
  const seed = deriveKey(idKey, new Uint8Array(), INFO);
  return createHash("shake256", { outputLength: KEY_SIZE }).update(seed).digest();
}
