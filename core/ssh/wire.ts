/** The encoding of SSH (RFC 4251, section 5): numbers are big-endian, a string is its length and its bytes. */
export class WireReader {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get isAtEnd(): boolean {
    return this.#at === this.#bytes.length;
  }

  /** Throws RangeError where fewer are left. */
  take(length: number): Uint8Array {
    const end = this.#at + length;
    if (end > this.#bytes.length) throw new RangeError("an SSH structure was cut short");
    const taken = this.#bytes.subarray(this.#at, end);
    this.#at = end;
    return taken;
  }

  uint32(): number {
    return Buffer.from(this.take(4)).readUInt32BE();
  }

  string(): Uint8Array {
    return this.take(this.uint32());
  }

  text(): string {
    return Buffer.from(this.string()).toString("latin1");
  }

  /** A number of any size, without leading zeros; negative ones do not occur in keys. */
  magnitude(): Uint8Array {
    const bytes = this.string();
    const start = bytes.findIndex((byte) => byte !== 0);
    return start === -1 ? new Uint8Array() : bytes.subarray(start);
  }
}

export function encodeUint32(value: number): Uint8Array {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

export function encodeString(value: Uint8Array | string): Uint8Array {
  const bytes = Buffer.from(value as string, "utf8");
  return Buffer.concat([encodeUint32(bytes.length), bytes]);
}

/** `mpint`: no leading zeros but the one that keeps a number positive. */
export function encodeMagnitude(value: Uint8Array): Uint8Array {
  const start = value.findIndex((byte) => byte !== 0);
  const bytes = start === -1 ? new Uint8Array() : value.subarray(start);
  const isHigh = (bytes[0] ?? 0) >= 0x80;
  return encodeString(isHigh ? Buffer.concat([Buffer.of(0), bytes]) : bytes);
}
