import { createHash, createPublicKey, type JsonWebKey, type KeyObject } from "node:crypto";
import { CURVES, type CurveName, isCurveName } from "./curves.ts";
import { encodeMagnitude, encodeString, WireReader } from "./wire.ts";

/** How signatures of a key are made. Keys of hardware sign more than the message (`application`). */
type KeyKind =
  | { readonly type: "ed25519" }
  | { readonly type: "rsa" }
  | { readonly type: "ecdsa"; readonly curve: CurveName }
  | { readonly type: "sk-ed25519"; readonly application: string }
  | { readonly type: "sk-ecdsa"; readonly application: string };

export interface SshPublicKey {
  readonly kind: KeyKind;
  /** As SSH encodes it: two keys are the same where these are. */
  readonly blob: Uint8Array;
  /** `SHA256:…`, as ssh-keygen -l prints it. */
  readonly fingerprint: string;
  readonly key: KeyObject;
}

/** A line of an authorized_keys or .pub file: `ssh-ed25519 AAAA… ada@host`. */
export interface SshPublicKeyLine extends SshPublicKey {
  /** What its owner calls it; empty where nothing stands there. */
  readonly comment: string;
}

/** Anything shorter was broken, and OpenSSH refuses it. */
const LEAST_RSA_BITS = 2048;

/** Undefined when the text is no public key of a kind that can sign here (ed25519, ECDSA, RSA of 2048 bits, and those of hardware). */
export function tryParsePublicKeyLine(line: string): SshPublicKeyLine | undefined {
  const [, type, base64 = "", comment = ""] =
    /^\s*(\S+)\s+([A-Za-z0-9+/]+=*)(?:\s+(.*?))?\s*$/.exec(line) ?? [];
  const key = tryParsePublicKey(Buffer.from(base64, "base64"));
  if (key === undefined || new WireReader(key.blob).text() !== type) return undefined;
  return { ...key, comment };
}

/** The same from the key's bytes alone. */
export function tryParsePublicKey(blob: Uint8Array): SshPublicKey | undefined {
  try {
    const { kind, jwk } = readKey(new WireReader(blob));
    const key = createPublicKey({ key: jwk, format: "jwk" });
    const bits = key.asymmetricKeyDetails?.modulusLength ?? LEAST_RSA_BITS;
    if (bits < LEAST_RSA_BITS) return undefined;
    const digest = createHash("sha256").update(blob).digest("base64").replace(/=+$/, "");
    return { kind, blob, key, fingerprint: `SHA256:${digest}` };
  } catch {
    return undefined;
  }
}

interface ReadKey {
  readonly kind: KeyKind;
  readonly jwk: JsonWebKey;
}

function readKey(wire: WireReader): ReadKey {
  const type = wire.text();
  const read = readBody(type, wire);
  if (!wire.isAtEnd) throw new RangeError("something follows the key");
  return read;
}

function readBody(type: string, wire: WireReader): ReadKey {
  switch (type) {
    case "ssh-ed25519":
      return { kind: { type: "ed25519" }, jwk: edwards(wire) };
    case "ssh-rsa": {
      const [e, n] = [numberOf(wire), numberOf(wire)];
      return { kind: { type: "rsa" }, jwk: { kty: "RSA", e: base64Url(e), n: base64Url(n) } };
    }
    case "ecdsa-sha2-nistp256":
    case "ecdsa-sha2-nistp384":
    case "ecdsa-sha2-nistp521": {
      const { curve, jwk } = weierstrass(wire);
      if (!type.endsWith(curve)) throw new RangeError("a key of two curves");
      return { kind: { type: "ecdsa", curve }, jwk };
    }
    case "sk-ssh-ed25519@openssh.com": {
      const jwk = edwards(wire);
      return { kind: { type: "sk-ed25519", application: wire.text() }, jwk };
    }
    case "sk-ecdsa-sha2-nistp256@openssh.com": {
      const { jwk } = weierstrass(wire);
      return { kind: { type: "sk-ecdsa", application: wire.text() }, jwk };
    }
    default:
      throw new RangeError(`unknown kind of key ${type}`);
  }
}

/** In the one form that a number has: otherwise one key could be declared as several, and sign as often. */
function numberOf(wire: WireReader): Uint8Array {
  const bytes = wire.string();
  const number = new WireReader(encodeString(bytes)).magnitude();
  if (!Buffer.from(encodeMagnitude(number)).equals(encodeString(bytes)))
    throw new RangeError("a number of another form");
  return number;
}

function edwards(wire: WireReader): JsonWebKey {
  return { kty: "OKP", crv: "Ed25519", x: base64Url(wire.string()) };
}

function weierstrass(wire: WireReader): { readonly curve: CurveName; readonly jwk: JsonWebKey } {
  const curve = wire.text();
  if (!isCurveName(curve)) throw new RangeError(`unknown curve ${curve}`);
  const { size, jwk } = CURVES[curve];
  const point = wire.string();
  if (point[0] !== 4 || point.length !== 1 + 2 * size)
    throw new RangeError("a point of another form");
  const x = base64Url(point.subarray(1, 1 + size));
  return { curve, jwk: { kty: "EC", crv: jwk, x, y: base64Url(point.subarray(1 + size)) } };
}

function base64Url(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("base64url");
}
