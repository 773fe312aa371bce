/** Writes ASN.1 values in DER (X.690), as far as certificates need them. */

const TAG = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  oid: 0x06,
  utf8String: 0x0c,
  sequence: 0x30,
  set: 0x31,
  generalizedTime: 0x18,
} as const;

/** A value with any tag. */
export function encodeTagged(tag: number, ...parts: readonly Uint8Array[]): Buffer {
  const body = Buffer.concat(parts);
  if (body.length < 0x80) return Buffer.concat([Buffer.of(tag, body.length), body]);
  const size = body.length.toString(16);
  const length = Buffer.from(size.length % 2 === 0 ? size : `0${size}`, "hex");
  return Buffer.concat([Buffer.of(tag, 0x80 | length.length), length, body]);
}

export function encodeSequence(...parts: readonly Uint8Array[]): Buffer {
  return encodeTagged(TAG.sequence, ...parts);
}

export function encodeSet(...parts: readonly Uint8Array[]): Buffer {
  return encodeTagged(TAG.set, ...parts);
}

export function encodeBoolean(value: boolean): Buffer {
  return encodeTagged(TAG.boolean, Buffer.of(value ? 0xff : 0));
}

/** A number that is not negative, big-endian. */
export function encodeInteger(bytes: Uint8Array): Buffer {
  const isHigh = ((bytes[0] ?? 0) & 0x80) !== 0;
  return encodeTagged(TAG.integer, isHigh ? Buffer.of(0) : Buffer.alloc(0), bytes);
}

export function encodeBitString(bytes: Uint8Array, unusedBits = 0): Buffer {
  return encodeTagged(TAG.bitString, Buffer.of(unusedBits), bytes);
}

export function encodeOctetString(bytes: Uint8Array): Buffer {
  return encodeTagged(TAG.octetString, bytes);
}

export function encodeText(text: string): Buffer {
  return encodeTagged(TAG.utf8String, Buffer.from(text, "utf8"));
}

/** To the second, in UTC. */
export function encodeTime(time: Date): Buffer {
  const text = `${time.toISOString().slice(0, 19).replaceAll(/[-:T]/g, "")}Z`;
  return encodeTagged(TAG.generalizedTime, Buffer.from(text, "latin1"));
}

/** An object identifier in dotted form. */
export function encodeOid(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split(".").map(Number);
  const bytes = [first * 40 + second, ...rest].flatMap((arc) => {
    const septets = [arc & 0x7f];
    for (let left = arc >>> 7; left > 0; left >>>= 7) septets.unshift((left & 0x7f) | 0x80);
    return septets;
  });
  return encodeTagged(TAG.oid, Buffer.from(bytes));
}
