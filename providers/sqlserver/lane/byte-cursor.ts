/** Thrown when a token reaches past the bytes that have arrived; the caller waits for more and tries again. */
export class MoreBytesNeeded extends Error {}

/** Reads little-endian values one after the other; throws `MoreBytesNeeded` at the end. */
export class ByteCursor {
  readonly #bytes: Buffer;
  offset: number;

  constructor(bytes: Buffer, offset: number) {
    this.#bytes = bytes;
    this.offset = offset;
  }

  #take(length: number): number {
    const start = this.offset;
    if (start + length > this.#bytes.length) throw new MoreBytesNeeded();
    this.offset = start + length;
    return start;
  }

  uint8(): number {
    return this.#bytes.readUInt8(this.#take(1));
  }

  uint16(): number {
    return this.#bytes.readUInt16LE(this.#take(2));
  }

  uint32(): number {
    return this.#bytes.readUInt32LE(this.#take(4));
  }

  /** A copy. */
  bytes(length: number): Buffer {
    const start = this.#take(length);
    return Buffer.from(this.#bytes.subarray(start, start + length));
  }

  /** B_VARCHAR of MS-TDS: a count of UTF-16 units in one byte, then the units. */
  shortText(): string {
    return this.bytes(this.uint8() * 2).toString("utf16le");
  }

  /** US_VARCHAR of MS-TDS: a count of UTF-16 units in two bytes, then the units. */
  longText(): string {
    return this.bytes(this.uint16() * 2).toString("utf16le");
  }

  /** A copy of what was read since `start`. */
  since(start: number): Buffer {
    return Buffer.from(this.#bytes.subarray(start, this.offset));
  }
}
