/** The bytes do not follow the protocol. The connection ends with SQL Server's own error for it. */
export class ProtocolError extends Error {
  override readonly name: string = "ProtocolError";
}

/** The bytes end before the value does; with more bytes it may be whole. */
export class UnexpectedEnd extends ProtocolError {
  override readonly name = "UnexpectedEnd";

  constructor() {
    super("the stream ended unexpectedly");
  }
}

/** Reads little-endian values one after the other. Every read past the end throws UnexpectedEnd. */
export class ByteReader {
  readonly #bytes: Buffer;
  #offset: number;

  constructor(bytes: Buffer, offset = 0) {
    this.#bytes = bytes;
    this.#offset = offset;
  }

  get offset(): number {
    return this.#offset;
  }

  get remaining(): number {
    return this.#bytes.length - this.#offset;
  }

  #take(count: number): number {
    const at = this.#offset;
    if (count > this.#bytes.length - at) throw new UnexpectedEnd();
    this.#offset = at + count;
    return at;
  }

  seek(offset: number): void {
    if (offset < 0 || offset > this.#bytes.length) throw new UnexpectedEnd();
    this.#offset = offset;
  }

  skip(count: number): void {
    this.#take(count);
  }

  peekU8(): number {
    if (this.remaining < 1) throw new UnexpectedEnd();
    return this.#bytes.readUInt8(this.#offset);
  }

  u8(): number {
    return this.#bytes.readUInt8(this.#take(1));
  }

  u16(): number {
    return this.#bytes.readUInt16LE(this.#take(2));
  }

  i16(): number {
    return this.#bytes.readInt16LE(this.#take(2));
  }

  u24(): number {
    return this.#bytes.readUIntLE(this.#take(3), 3);
  }

  u32(): number {
    return this.#bytes.readUInt32LE(this.#take(4));
  }

  i32(): number {
    return this.#bytes.readInt32LE(this.#take(4));
  }

  u40(): number {
    return this.#bytes.readUIntLE(this.#take(5), 5);
  }

  u64(): bigint {
    return this.#bytes.readBigUInt64LE(this.#take(8));
  }

  i64(): bigint {
    return this.#bytes.readBigInt64LE(this.#take(8));
  }

  f32(): number {
    return this.#bytes.readFloatLE(this.#take(4));
  }

  f64(): number {
    return this.#bytes.readDoubleLE(this.#take(8));
  }

  /** A view, not a copy. */
  bytes(count: number): Buffer {
    const at = this.#take(count);
    return this.#bytes.subarray(at, at + count);
  }

  utf16(units: number): string {
    const at = this.#take(units * 2);
    return this.#bytes.toString("utf16le", at, at + units * 2);
  }

  /** B_VARCHAR. */
  shortText(): string {
    return this.utf16(this.u8());
  }

  /** US_VARCHAR. */
  longText(): string {
    return this.utf16(this.u16());
  }
}
