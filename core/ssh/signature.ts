import { createHash, verify } from "node:crypto";
import { CURVES, type CurveName } from "./curves.ts";
import { type SshPublicKey, tryParsePublicKey } from "./public-key.ts";
import { encodeString, encodeUint32, WireReader } from "./wire.ts";

/*
 * Signatures of files as `ssh-keygen -Y sign` makes them (PROTOCOL.sshsig of OpenSSH): the key signs a text that names
 * what the signature is for (the namespace) and the hash of the message, so that it is good for nothing else.
 */

/** What a signature says, before it is known whether it is right. */
interface SshSignature {
  readonly signer: SshPublicKey;
  readonly namespace: string;
  readonly reserved: Uint8Array;
  readonly hash: "sha256" | "sha512";
  /** Of the kind that the signer's key makes. */
  readonly blob: Uint8Array;
}

const MAGIC = "SSHSIG";
const VERSION = 1;
const BEGIN = "-----BEGIN SSH SIGNATURE-----";
const END = "-----END SSH SIGNATURE-----";
const ARMOR = new RegExp(`${BEGIN}([A-Za-z0-9+/=\\s]*)${END}`, "g");
const LINE = 70;

/** All signatures that stand in a text one after another, as bytes; what stands around them is left out. */
export function signaturesIn(text: string): readonly Uint8Array[] {
  return [...text.matchAll(ARMOR)].map(([, base64 = ""]) => Buffer.from(base64, "base64"));
}

/** As ssh-keygen writes it, with a line feed at the end. */
export function armorSignature(bytes: Uint8Array): string {
  const lines =
    Buffer.from(bytes)
      .toString("base64")
      .match(new RegExp(`.{1,${LINE}}`, "g")) ?? [];
  return [BEGIN, ...lines, END, ""].join("\n");
}

/** The key that signed this message for this purpose; undefined where the signature is not right. */
export function verifySignature(
  bytes: Uint8Array,
  { message, namespace }: { readonly message: Uint8Array; readonly namespace: string },
): SshPublicKey | undefined {
  try {
    const signature = parseSignature(bytes);
    if (signature.namespace !== namespace) return undefined;
    const data = signedData({ ...signature, message });
    return isRight(signature, data) ? signature.signer : undefined;
  } catch {
    return undefined;
  }
}

/** Throws RangeError. */
function parseSignature(bytes: Uint8Array): SshSignature {
  const wire = new WireReader(bytes);
  const magic = Buffer.from(wire.take(MAGIC.length)).toString("latin1");
  if (magic !== MAGIC || wire.uint32() !== VERSION)
    throw new RangeError("not a signature of version 1");
  const signer = tryParsePublicKey(wire.string());
  const [namespace, reserved, hash, blob] = [
    wire.text(),
    wire.string(),
    wire.text(),
    wire.string(),
  ];
  if (signer === undefined || !wire.isAtEnd) throw new RangeError("not a signature");
  if (hash !== "sha256" && hash !== "sha512") throw new RangeError("unknown hash");
  return { signer, namespace, reserved, hash, blob };
}

/** What a key signs in place of a message. */
export function signedData(facts: {
  readonly namespace: string;
  readonly reserved: Uint8Array;
  readonly hash: "sha256" | "sha512";
  readonly message: Uint8Array;
}): Uint8Array {
  const { namespace, reserved, hash, message } = facts;
  const digest = createHash(hash).update(message).digest();
  const parts = [namespace, reserved, hash, digest].map((part) => encodeString(part));
  return Buffer.concat([Buffer.from(MAGIC), ...parts]);
}

/** The whole of a signature. */
export function encodeSignature(facts: {
  readonly publicKey: Uint8Array;
  readonly namespace: string;
  readonly blob: Uint8Array;
}): Uint8Array {
  const { publicKey, namespace, blob } = facts;
  const parts = [publicKey, namespace, "", "sha512", blob].map((part) => encodeString(part));
  return Buffer.concat([Buffer.from(MAGIC), encodeUint32(VERSION), ...parts]);
}

const RSA_HASHES: Readonly<Record<string, string>> = {
  "rsa-sha2-256": "sha256",
  "rsa-sha2-512": "sha512",
};

function isRight({ signer, blob }: SshSignature, data: Uint8Array): boolean {
  const { kind } = signer;
  const wire = new WireReader(blob);
  const [format, value] = [wire.text(), wire.string()];
  const isHardware = kind.type === "sk-ed25519" || kind.type === "sk-ecdsa";
  const signed = isHardware ? hardwareData(kind.application, wire, data) : data;
  return wire.isAtEnd && isRightValue(signer, { format, value, signed });
}

interface SignedValue {
  readonly format: string;
  readonly value: Uint8Array;
  readonly signed: Uint8Array;
}

function isRightValue(signer: SshPublicKey, { format, value, signed }: SignedValue): boolean {
  const { kind, key } = signer;
  switch (kind.type) {
    case "ed25519":
      return format === "ssh-ed25519" && verify(null, signed, key, value);
    case "sk-ed25519":
      return format === "sk-ssh-ed25519@openssh.com" && verify(null, signed, key, value);
    case "rsa":
      return verify(hashOf(format), signed, key, value);
    case "ecdsa":
      if (format !== `ecdsa-sha2-${kind.curve}`) return false;
      return isRightPoint(value, { curve: kind.curve, signer, data: signed });
    case "sk-ecdsa":
      if (format !== "sk-ecdsa-sha2-nistp256@openssh.com") return false;
      return isRightPoint(value, { curve: "nistp256", signer, data: signed });
    default:
      return kind satisfies never;
  }
}

/** Throws RangeError; without a hash of its own, an RSA key is asked with SHA-1. */
function hashOf(format: string): string {
  const hash = RSA_HASHES[format];
  if (hash === undefined) throw new RangeError(`unknown kind of signature ${format}`);
  return hash;
}

interface PointFacts {
  readonly curve: CurveName;
  readonly signer: SshPublicKey;
  readonly data: Uint8Array;
}

function isRightPoint(value: Uint8Array, { curve, signer, data }: PointFacts): boolean {
  const wire = new WireReader(value);
  const { size, hash } = CURVES[curve];
  const numbers = [wire.magnitude(), wire.magnitude()];
  if (!wire.isAtEnd || numbers.some(({ length }) => length > size)) return false;
  const padded = numbers.map((number) =>
    Buffer.concat([Buffer.alloc(size - number.length), number]),
  );
  const key = { key: signer.key, dsaEncoding: "ieee-p1363" } as const;
  return verify(hash, data, key, Buffer.concat(padded));
}

const USER_PRESENT = 1;

/** Hardware signs hashes, with how the person was there and a counter (PROTOCOL.u2f of OpenSSH). Somebody must have touched it. */
function hardwareData(application: string, wire: WireReader, data: Uint8Array): Uint8Array {
  const flags = wire.take(1);
  const counter = wire.take(4);
  if (((flags[0] ?? 0) & USER_PRESENT) === 0) throw new RangeError("nobody was there");
  const sha256 = (bytes: Uint8Array | string) => createHash("sha256").update(bytes).digest();
  return Buffer.concat([sha256(application), flags, counter, sha256(data)]);
}
