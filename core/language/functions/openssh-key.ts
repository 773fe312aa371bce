import { createPrivateKey, type KeyObject } from "node:crypto";

/**
 * Private keys as `ssh-keygen` writes them, which OpenSSL does not read: `openssh-key-v1` of OpenSSH's PROTOCOL.key,
 * one RSA key, without a passphrase.
 */
const MAGIC = "openssh-key-v1\0";
const ARMOUR = /-----BEGIN OPENSSH PRIVATE KEY-----([\s\S]*?)-----END OPENSSH PRIVATE KEY-----/;

export function isOpenSshKey(text: string): boolean {
  return text.includes("-----BEGIN OPENSSH PRIVATE KEY-----");
}

export function readOpenSshKey(text: string): KeyObject | { readonly fault: string } {
  const bytes = Buffer.from(ARMOUR.exec(text)?.[1] ?? "", "base64");
  if (bytes.subarray(0, MAGIC.length).toString("latin1") !== MAGIC) return DAMAGED;
  try {
    return readFields(new FieldReader(bytes.subarray(MAGIC.length)));
  } catch {
    return DAMAGED;
  }
}

const DAMAGED = { fault: "the OpenSSH key is damaged" };

function readFields(outer: FieldReader): KeyObject | { readonly fault: string } {
  const cipher = outer.field().toString();
  if (cipher !== "none") return { fault: "ssh: this private key is passphrase protected" };
  outer.field();
  outer.field();
  if (outer.count() !== 1) return { fault: "the file holds more than one key" };
  outer.field();
  const inner = new FieldReader(outer.field());
  if (inner.count() !== inner.count()) return DAMAGED;
  const kind = inner.field().toString();
  if (kind !== "ssh-rsa") return { fault: `an RSA key is required, and this is ${kind}` };
  const [n, e, d, qi, p, q] = Array.from({ length: 6 }, () => inner.field());
  if (!(n && e && d && qi && p && q)) return DAMAGED;
  const exponent = (prime: Buffer): string => {
    const remainder = numberOf(d) % (numberOf(prime) - 1n);
    const digits = remainder.toString(16);
    return Buffer.from(digits.padStart(digits.length + (digits.length % 2), "0"), "hex").toString(
      "base64url",
    );
  };
  const [dp, dq] = [exponent(p), exponent(q)];
  const parts = Object.entries({ n, e, d, qi, p, q }).map(
    ([name, bytes]) => [name, withoutSign(bytes).toString("base64url")] as const,
  );
  const key = { kty: "RSA", dp, dq, ...Object.fromEntries(parts) };
  return createPrivateKey({ key, format: "jwk" });
}

function numberOf(bytes: Buffer): bigint {
  return BigInt(`0x${bytes.toString("hex")}`);
}

/** SSH writes a zero byte before a number whose first bit is set. */
function withoutSign(bytes: Buffer): Buffer {
  return bytes[0] === 0 ? bytes.subarray(1) : bytes;
}

/** Reads lengths and the bytes that they count; throws RangeError at the end. */
class FieldReader {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  count(): number {
    const count = this.#bytes.readUInt32BE(this.#at);
    this.#at += 4;
    return count;
  }

  field(): Buffer {
    const length = this.count();
    if (this.#at + length > this.#bytes.length) throw new RangeError("a field is cut off");
    this.#at += length;
    return this.#bytes.subarray(this.#at - length, this.#at);
  }
}
