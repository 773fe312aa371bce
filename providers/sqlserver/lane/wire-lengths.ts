import { CELL } from "./wire-type.ts";

/** Not enough bytes to tell. */
export const WAIT = -1;
/** The cell comes in chunks, behind eight bytes of header. */
export const IN_CHUNKS = -2;

interface Cell {
  readonly at: number;
  readonly form: number;
  readonly size: number;
}

function shortLength(bytes: Buffer, at: number): number {
  if (at + 2 > bytes.length) return WAIT;
  const length = bytes.readUInt16LE(at);
  return length === 0xffff ? 2 : 2 + length;
}

function chunkedLength(bytes: Buffer, at: number): number {
  if (at + 8 > bytes.length) return WAIT;
  const isNull = bytes.readUInt32LE(at) === 0xffffffff && bytes.readUInt32LE(at + 4) === 0xffffffff;
  return isNull ? 8 : IN_CHUNKS;
}

function pointerLength(bytes: Buffer, at: number): number {
  const pointer = bytes[at];
  if (pointer === undefined) return WAIT;
  if (pointer === 0) return 1;
  const header = 1 + pointer + 8 + 4;
  return at + header > bytes.length ? WAIT : header + bytes.readUInt32LE(at + header - 4);
}

/** The length of the cell that begins at `at`, with its header; or `WAIT`, or `IN_CHUNKS`. */
export function cellLength(bytes: Buffer, { at, form, size }: Cell): number {
  switch (form) {
    case CELL.fixed:
      return size;
    case CELL.byte: {
      const length = bytes[at];
      return length === undefined ? WAIT : 1 + length;
    }
    case CELL.short:
      return shortLength(bytes, at);
    case CELL.chunked:
      return chunkedLength(bytes, at);
    case CELL.pointer:
      return pointerLength(bytes, at);
    default:
      return at + 4 > bytes.length ? WAIT : 4 + bytes.readUInt32LE(at);
  }
}

const DONE_TOKENS: ReadonlySet<number> = new Set([0xfd, 0xfe, 0xff]);
/** TABNAME, COLINFO, ORDER, ERROR, INFO, LOGINACK, SSPI, ENVCHANGE: two bytes of length. */
const COUNTED_TOKENS: ReadonlySet<number> = new Set([
  0xa4, 0xa5, 0xa9, 0xaa, 0xab, 0xad, 0xed, 0xe3,
]);
const RETURN_STATUS_TOKEN = 0x79;

/** Where the token at `at` ends; undefined when too little of it has arrived; RangeError when no such token may come. */
export function tokenLength(bytes: Buffer, at: number): number | undefined {
  const token = bytes[at];
  if (token === undefined) return undefined;
  if (DONE_TOKENS.has(token)) return at + 13;
  if (token === RETURN_STATUS_TOKEN) return at + 5;
  if (!COUNTED_TOKENS.has(token)) throw new RangeError(`token 0x${token.toString(16)}`);
  return at + 3 > bytes.length ? undefined : at + 3 + bytes.readUInt16LE(at + 1);
}
