import { cellLength, IN_CHUNKS, WAIT } from "../lane/wire-lengths.ts";
import { CELL } from "../lane/wire-type.ts";

interface Cell {
  readonly at: number;
  readonly form: number;
  readonly size: number;
}

const CHUNKED_HEADER = 8;
const CHUNK_HEADER = 4;
/** Behind the length and the bytes of a text pointer: its timestamp and the length of the text. */
const POINTER_REST = 8 + 4;

function tooEarly(): RangeError {
  return new RangeError("a row that ends too early");
}

/** Where the cell that begins there ends. Throws RangeError when it is cut off. */
export function endOfCell(bytes: Buffer, cell: Cell): number {
  const length = cellLength(bytes, cell);
  if (length === WAIT) throw tooEarly();
  if (length !== IN_CHUNKS) return cell.at + length;
  let at = cell.at + CHUNKED_HEADER;
  for (let size = chunkAt(bytes, at); size > 0; size = chunkAt(bytes, at)) {
    at += CHUNK_HEADER + size;
  }
  return at + CHUNK_HEADER;
}

/** What the cell that begins there holds, without lengths and pointers; null for NULL. Lies in `bytes`, unless it came in several chunks. */
export function cellContent(bytes: Buffer, cell: Cell): Uint8Array | null {
  const { at, form } = cell;
  const end = endOfCell(bytes, cell);
  switch (form) {
    case CELL.fixed:
      return bytes.subarray(at, end);
    case CELL.byte:
      return end === at + 1 ? null : bytes.subarray(at + 1, end);
    case CELL.short:
      return bytes.readUInt16LE(at) === 0xffff ? null : bytes.subarray(at + 2, end);
    case CELL.pointer: {
      const pointer = bytes.readUInt8(at);
      return pointer === 0 ? null : bytes.subarray(at + 1 + pointer + POINTER_REST, end);
    }
    case CELL.chunked:
      return chunkedContent(bytes, at);
    default:
      return end === at + 4 ? null : bytes.subarray(at + 4, end);
  }
}

function chunkedContent(bytes: Buffer, start: number): Uint8Array | null {
  if (cellLength(bytes, { at: start, form: CELL.chunked, size: 0 }) !== IN_CHUNKS) return null;
  const chunks: Buffer[] = [];
  let at = start + CHUNKED_HEADER;
  for (let size = chunkAt(bytes, at); size > 0; size = chunkAt(bytes, at)) {
    at += CHUNK_HEADER + size;
    chunks.push(bytes.subarray(at - size, at));
  }
  const [only] = chunks;
  return only !== undefined && chunks.length === 1 ? only : Buffer.concat(chunks);
}

function chunkAt(bytes: Buffer, at: number): number {
  if (at + CHUNK_HEADER > bytes.length) throw tooEarly();
  return bytes.readUInt32LE(at);
}
