const FIRST_CAPACITY = 16 * 1024;
/** A buffer that one huge value has blown up to more than this is given back once it is empty. */
const KEPT_CAPACITY = 1024 * 1024;
/** Below this length a loop is faster than the call into native code. */
const SHORT_TEXT = 24;

/** Little-endian bytes in one buffer that grows by doubling; its front can be taken away. */
export class ByteWriter {
  #buffer = Buffer.allocUnsafe(FIRST_CAPACITY);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  #reserve(count: number): number {
    const start = this.#length;
    const end = start + count;
    if (end > this.#buffer.length) {
      const grown = Buffer.allocUnsafe(Math.max(end, this.#buffer.length * 2));
      this.#buffer.copy(grown, 0, 0, start);
      this.#buffer = grown;
    }
    this.#length = end;
    return start;
  }

  u8(value: number): void {
    const at = this.#reserve(1);
    this.#buffer[at] = value;
  }

  u16(value: number): void {
    const at = this.#reserve(2);
    this.#buffer.writeUInt16LE(value, at);
  }

  i16(value: number): void {
    const at = this.#reserve(2);
    this.#buffer.writeInt16LE(value, at);
  }

  u24(value: number): void {
    const at = this.#reserve(3);
    this.#buffer.writeUIntLE(value, at, 3);
  }

  u32(value: number): void {
    const at = this.#reserve(4);
    this.#buffer.writeUInt32LE(value, at);
  }

  i32(value: number): void {
    const at = this.#reserve(4);
    this.#buffer.writeInt32LE(value, at);
  }

  u40(value: number): void {
    const at = this.#reserve(5);
    this.#buffer.writeUIntLE(value, at, 5);
  }

  /** A safe integer in eight bytes. */
  u64(value: number): void {
    const at = this.#reserve(8);
    this.#buffer.writeUInt32LE(value % 0x1_0000_0000, at);
    this.#buffer.writeUInt32LE(Math.floor(value / 0x1_0000_0000), at + 4);
  }

  /** The low 64 bits. */
  big64(value: bigint): void {
    const at = this.#reserve(8);
    this.#buffer.writeBigUInt64LE(BigInt.asUintN(64, value), at);
  }

  f32(value: number): void {
    const at = this.#reserve(4);
    this.#buffer.writeFloatLE(value, at);
  }

  f64(value: number): void {
    const at = this.#reserve(8);
    this.#buffer.writeDoubleLE(value, at);
  }

  bytes(value: Uint8Array): void {
    const at = this.#reserve(value.length);
    this.#buffer.set(value, at);
  }

  /** UTF-16 units, lone surrogates too. */
  utf16(text: string): void {
    const at = this.#reserve(text.length * 2);
    if (text.length >= SHORT_TEXT) {
      this.#buffer.write(text, at, "utf16le");
      return;
    }
    for (let index = 0; index < text.length; index += 1) {
      this.#buffer.writeUInt16LE(text.charCodeAt(index), at + index * 2);
    }
  }

  /** A text with its length in characters in one byte (B_VARCHAR); longer ones are cut at 255. */
  shortText(text: string): void {
    const cut = text.slice(0, 255);
    this.u8(cut.length);
    this.utf16(cut);
  }

  /** A text with its length in characters in two bytes (US_VARCHAR). */
  longText(text: string): void {
    this.u16(text.length);
    this.utf16(text);
  }

  patchU16(at: number, value: number): void {
    this.#buffer.writeUInt16LE(value, at);
  }

  patchU32(at: number, value: number): void {
    this.#buffer.writeUInt32LE(value, at);
  }

  patchU8(at: number, value: number): void {
    this.#buffer[at] = value;
  }

  /** What was written: a view that is good until the next call. */
  peek(): Buffer {
    return this.#buffer.subarray(0, this.#length);
  }

  /** Forgets what was written after the first `length` bytes. */
  truncate(length: number): void {
    this.#length = Math.min(length, this.#length);
  }

  /** Takes the first `count` bytes away. */
  discard(count: number): void {
    this.#buffer.copyWithin(0, count, this.#length);
    this.#length -= count;
    if (this.#length === 0 && this.#buffer.length > KEPT_CAPACITY) {
      this.#buffer = Buffer.allocUnsafe(FIRST_CAPACITY);
    }
  }
}
