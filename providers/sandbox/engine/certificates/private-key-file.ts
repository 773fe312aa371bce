import { createHash, createPrivateKey, type JsonWebKey } from "node:crypto";

/**
 * The PVK format, which CERTPRIVATEKEY gives and CREATE CERTIFICATE takes: a head, a salt, and the key as a PRIVATEKEYBLOB of CryptoAPI
 * whose part behind its own head is encrypted with RC4 under SHA-1 of salt and password (learn.microsoft.com: PRIVATEKEYBLOB,
 * RSAPUBKEY; the head as OpenSSL's documentation of PVK describes it).
 */

const MAGIC = 0xb0b5f11e;
const KEY_EXCHANGE = 1;
const HEAD = 24;
const BLOB_HEAD = 8;
const RSA2 = 0x32415352;

/** The parts behind the modulus, with how many bytes of half a modulus each takes. */
const PARTS = [
  ["n", 2],
  ["p", 1],
  ["q", 1],
  ["dp", 1],
  ["dq", 1],
  ["qi", 1],
  ["d", 2],
] as const;

function rc4(key: Uint8Array, data: Uint8Array): Buffer {
  const state = Uint8Array.from({ length: 256 }, (_, index) => index);
  const at = (index: number): number => state[index & 0xff] ?? 0;
  const swap = (left: number, right: number): void => {
    const kept = at(left);
    state[left & 0xff] = at(right);
    state[right & 0xff] = kept;
  };
  let second = 0;
  for (let first = 0; first < 256; first += 1) {
    second = (second + at(first) + (key[first % key.length] ?? 0)) & 0xff;
    swap(first, second);
  }
  let left = 0;
  let right = 0;
  return Buffer.from(data).map((byte) => {
    left = (left + 1) & 0xff;
    right = (right + at(left)) & 0xff;
    swap(left, right);
    return byte ^ at(at(left) + at(right));
  }) as Buffer;
}

function cipherKey(salt: Uint8Array, password: string): Buffer {
  return createHash("sha1").update(salt).update(password, "utf8").digest().subarray(0, 16);
}

function littleEndian(text: string | undefined, length: number): Buffer {
  const bytes = Buffer.from(text ?? "", "base64url").reverse();
  return Buffer.concat([bytes, Buffer.alloc(Math.max(0, length - bytes.length))]);
}

function blobOf(privateKey: Uint8Array): Buffer {
  const key = createPrivateKey({ key: Buffer.from(privateKey), format: "der", type: "pkcs8" });
  const jwk = key.export({ format: "jwk" });
  const half = Math.ceil(Buffer.from(jwk.n ?? "", "base64url").length / 2);
  const head = Buffer.from([0x07, 0x02, 0, 0, 0x00, 0xa4, 0, 0]);
  const rsa = Buffer.alloc(12);
  rsa.writeUInt32LE(RSA2, 0);
  rsa.writeUInt32LE(half * 16, 4);
  littleEndian(jwk.e, 4).copy(rsa, 8);
  const parts = PARTS.map(([name, halves]) => littleEndian(jwk[name], halves * half));
  return Buffer.concat([head, rsa, ...parts]);
}

/** Writes a private key (PKCS #8 in DER) under a password. */
export function encodePrivateKey(
  privateKey: Uint8Array,
  { password, salt }: { readonly password: string; readonly salt: Uint8Array },
): Uint8Array {
  const blob = blobOf(privateKey);
  const head = Buffer.alloc(HEAD);
  const fields = [MAGIC, 0, KEY_EXCHANGE, 1, salt.length, blob.length];
  for (const [index, value] of fields.entries()) head.writeUInt32LE(value, index * 4);
  const secret = rc4(cipherKey(salt, password), blob.subarray(BLOB_HEAD));
  return new Uint8Array(Buffer.concat([head, salt, blob.subarray(0, BLOB_HEAD), secret]));
}

/** Reads a private key; PKCS #8 in DER. `wrong_password` where it does not open, `damaged` for what is no such key. */
export function decodePrivateKey(
  file: Uint8Array,
  password: string | undefined,
): Uint8Array | "wrong_password" | "damaged" {
  const bytes = Buffer.from(file);
  if (bytes.length < HEAD || bytes.readUInt32LE(0) !== MAGIC) return "damaged";
  const isEncrypted = bytes.readUInt32LE(12) !== 0;
  const blobAt = HEAD + bytes.readUInt32LE(16);
  const salt = bytes.subarray(HEAD, blobAt);
  const rest = bytes.subarray(blobAt + BLOB_HEAD);
  if (isEncrypted && password === undefined) return "wrong_password";
  const blob = isEncrypted ? rc4(cipherKey(salt, password ?? ""), rest) : rest;
  if (blob.length < 12) return "damaged";
  if (blob.readUInt32LE(0) !== RSA2) return isEncrypted ? "wrong_password" : "damaged";
  return keyOf(blob);
}

function keyOf(blob: Buffer): Uint8Array | "damaged" {
  const half = blob.readUInt32LE(4) / 16;
  const jwk: JsonWebKey = { kty: "RSA", e: bigEndian(blob.subarray(8, 12)) };
  let offset = 12;
  for (const [name, halves] of PARTS) {
    jwk[name] = bigEndian(blob.subarray(offset, offset + halves * half));
    offset += halves * half;
  }
  if (offset > blob.length) return "damaged";
  const key = createPrivateKey({ key: jwk, format: "jwk" });
  return new Uint8Array(key.export({ type: "pkcs8", format: "der" }));
}

function bigEndian(bytes: Buffer): string {
  const turned = Buffer.from(bytes).reverse();
  const first = turned.findIndex((byte) => byte !== 0);
  return turned.subarray(Math.max(first, 0)).toString("base64url");
}
