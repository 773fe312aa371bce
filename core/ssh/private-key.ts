import { createPrivateKey, createPublicKey, type JsonWebKey, type KeyObject } from "node:crypto";
import { CURVES, isCurveName } from "./curves.ts";
import { type SshPublicKey, tryParsePublicKey } from "./public-key.ts";
import { encodeMagnitude, encodeString, WireReader } from "./wire.ts";

/** A key that can sign, or why it cannot: `encrypted` needs a passphrase, `unknown` is no private key that is known here. */
export type ReadPrivateKey =
  | { readonly status: "open"; readonly secret: KeyObject; readonly publicKey: SshPublicKey }
  | { readonly status: "encrypted" | "unknown" };

const MAGIC = "openssh-key-v1\0";

/** A file of OpenSSH (PROTOCOL.key), or any PEM file that OpenSSL reads. */
export function readPrivateKey(text: string): ReadPrivateKey {
  const [, type = "", base64 = ""] =
    /-----BEGIN ([A-Z0-9 ]*PRIVATE KEY)-----([\s\S]*?)-----END/.exec(text) ?? [];
  try {
    if (type === "OPENSSH PRIVATE KEY") return readOpenSsh(Buffer.from(base64, "base64"));
    if (type === "ENCRYPTED PRIVATE KEY" || /Proc-Type: 4,ENCRYPTED/.test(base64))
      return { status: "encrypted" };
    return type === "" ? { status: "unknown" } : opened(createPrivateKey(text));
  } catch {
    return { status: "unknown" };
  }
}

function readOpenSsh(bytes: Uint8Array): ReadPrivateKey {
  const wire = new WireReader(bytes);
  if (Buffer.from(wire.take(MAGIC.length)).toString("latin1") !== MAGIC)
    return { status: "unknown" };
  const [cipher, , , count] = [wire.text(), wire.text(), wire.string(), wire.uint32()];
  if (cipher !== "none") return { status: "encrypted" };
  if (count !== 1) return { status: "unknown" };
  wire.string();
  const inner = new WireReader(wire.string());
  if (inner.uint32() !== inner.uint32()) return { status: "unknown" };
  return opened(createPrivateKey({ key: readSecret(inner), format: "jwk" }));
}

function readSecret(wire: WireReader): JsonWebKey {
  const type = wire.text();
  if (type === "ssh-ed25519") {
    const [x, secret] = [wire.string(), wire.string()];
    return { kty: "OKP", crv: "Ed25519", x: url(x), d: url(secret.subarray(0, 32)) };
  }
  if (type === "ssh-rsa") return readRsa(wire);
  const [curve, point, d] = [wire.text(), wire.string(), wire.magnitude()];
  if (!isCurveName(curve)) throw new RangeError(`unknown kind of key ${type}`);
  const { jwk, size } = CURVES[curve];
  const [x, y] = [point.subarray(1, 1 + size), point.subarray(1 + size)];
  return { kty: "EC", crv: jwk, x: url(x), y: url(y), d: url(padded(d, size)) };
}

function readRsa(wire: WireReader): JsonWebKey {
  const [n, e, d, qi] = [wire.magnitude(), wire.magnitude(), wire.magnitude(), wire.magnitude()];
  const [p, q] = [wire.magnitude(), wire.magnitude()];
  const lessOne = (prime: Uint8Array) => url(bytesOf(numberOf(d) % (numberOf(prime) - 1n)));
  const primes = { p: url(p), q: url(q), dp: lessOne(p), dq: lessOne(q), qi: url(qi) };
  return { kty: "RSA", n: url(n), e: url(e), d: url(d), ...primes };
}

function opened(secret: KeyObject): ReadPrivateKey {
  const publicKey = tryParsePublicKey(encodePublicKey(createPublicKey(secret)));
  return publicKey === undefined ? { status: "unknown" } : { status: "open", secret, publicKey };
}

/** A public key as SSH encodes it. Throws RangeError for kinds that SSH does not sign with. */
function encodePublicKey(key: KeyObject): Uint8Array {
  const { kty, crv, x = "", y = "", n = "", e = "" } = key.export({ format: "jwk" });
  if (kty === "OKP" && crv === "Ed25519") {
    return Buffer.concat([encodeString("ssh-ed25519"), encodeString(bytesFrom(x))]);
  }
  if (kty === "RSA") {
    const numbers = [encodeMagnitude(bytesFrom(e)), encodeMagnitude(bytesFrom(n))];
    return Buffer.concat([encodeString("ssh-rsa"), ...numbers]);
  }
  const [name] = Object.entries(CURVES).find(([, { jwk }]) => jwk === crv) ?? [];
  if (name === undefined) throw new RangeError("a key that SSH does not sign with");
  const point = Buffer.concat([Buffer.of(4), bytesFrom(x), bytesFrom(y)]);
  const head = [encodeString(`ecdsa-sha2-${name}`), encodeString(name)];
  return Buffer.concat([...head, encodeString(point)]);
}

function bytesFrom(base64Url: string): Uint8Array {
  return Buffer.from(base64Url, "base64url");
}

function url(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("base64url");
}

function padded(bytes: Uint8Array, size: number): Uint8Array {
  return Buffer.concat([Buffer.alloc(Math.max(0, size - bytes.length)), bytes]);
}

function numberOf(bytes: Uint8Array): bigint {
  return BigInt(`0x${Buffer.from(bytes).toString("hex")}`);
}

function bytesOf(value: bigint): Uint8Array {
  const digits = value.toString(16);
  return Buffer.from(digits.length % 2 === 0 ? digits : `0${digits}`, "hex");
}
