import { MediaDamage } from "./media-damage.ts";

/** Bytes of the header that every descriptor block begins with (Microsoft Tape Format 1.00a, section 5.1). */
export const BLOCK_HEADER = 52;
const CHECKED_WORDS = 25;
/** Bytes of the header of a stream (section 5.3 there). */
export const STREAM_HEADER = 22;
const STREAM_WORDS = 10;

/** The common header of a block. */
export interface BlockHeader {
  /** Four letters: `TAPE`, `SSET`, `MSCI`, `MSDA`, `MSTL`, `ESET`, … */
  readonly type: string;
  /** Bytes from the beginning of the block to its first stream, or to the next block where it has none. */
  readonly firstStream: number;
}

/** The header of a stream of a block. */
export interface StreamHeader {
  readonly type: string;
  /** Bytes of the stream, without this header and without the padding to four bytes that follows. */
  readonly length: number;
  readonly encrypted: boolean;
  readonly compressed: boolean;
}

/** `offset` is the block's place in the file, for the message. Throws MediaDamage when the checksum is wrong. */
export function parseBlockHeader(bytes: Uint8Array, offset: number): BlockHeader {
  const view = viewOf(bytes);
  const type = fourLetters(bytes);
  if (type === undefined || xorOf(view, CHECKED_WORDS) !== view.getUint16(50, true)) {
    throw new MediaDamage(offset, "the header of a block has a wrong checksum");
  }
  return { type, firstStream: view.getUint16(8, true) };
}

/** As `parseBlockHeader`, of a stream. */
export function parseStreamHeader(bytes: Uint8Array, offset: number): StreamHeader {
  const view = viewOf(bytes);
  const type = fourLetters(bytes);
  if (type === undefined || xorOf(view, STREAM_WORDS) !== view.getUint16(20, true)) {
    throw new MediaDamage(offset, "the header of a stream has a wrong checksum");
  }
  return {
    type,
    length: Number(view.getBigUint64(8, true)),
    encrypted: view.getUint16(16, true) !== 0,
    compressed: view.getUint16(18, true) !== 0,
  };
}

/** Where the next stream, or the next block, begins. */
export function afterStream(offset: number, { length }: StreamHeader): number {
  return Math.ceil((offset + STREAM_HEADER + length) / 4) * 4;
}

export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function fourLetters(bytes: Uint8Array): string | undefined {
  const text = String.fromCharCode(...bytes.subarray(0, 4));
  return /^[A-Z0-9]{4}$/.test(text) ? text : undefined;
}

function xorOf(view: DataView, words: number): number {
  let sum = 0;
  for (let word = 0; word < words; word += 1) sum ^= view.getUint16(2 * word, true);
  return sum;
}
