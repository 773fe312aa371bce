import { createHash, generateKeyPair, type KeyObject, randomBytes, sign } from "node:crypto";
import { promisify } from "node:util";
import {
  encodeBitString,
  encodeBoolean,
  encodeInteger,
  encodeOctetString,
  encodeOid,
  encodeSequence,
  encodeSet,
  encodeTagged,
  encodeText,
  encodeTime,
} from "./der.ts";

/** A certificate authority of one sandbox and the server certificate that it signed; all in PEM. */
export interface ServerIdentity {
  /** What clients are to trust. */
  readonly authority: string;
  readonly certificate: string;
  readonly privateKey: string;
}

const OID = {
  commonName: "2.5.4.3",
  ecdsaWithSha256: "1.2.840.10045.4.3.2",
  basicConstraints: "2.5.29.19",
  keyUsage: "2.5.29.15",
  extendedKeyUsage: "2.5.29.37",
  serverAuthentication: "1.3.6.1.5.5.7.3.1",
  alternativeNames: "2.5.29.17",
  subjectKey: "2.5.29.14",
  authorityKey: "2.5.29.35",
} as const;

/** The clock of a client may be behind. */
const GRACE_MS = 86_400_000;
const LIFETIME_MS = 10 * 365 * 86_400_000;
const KEY_CERT_SIGN = Buffer.of(0x06);
const DIGITAL_SIGNATURE = Buffer.of(0x80);

interface Keys {
  readonly publicKey: KeyObject;
  readonly privateKey: KeyObject;
}

interface Subject {
  readonly name: string;
  readonly publicKey: KeyObject;
  readonly extensions: readonly Buffer[];
}

interface Issuer {
  readonly name: string;
  readonly keys: Keys;
}

function encodeName(commonName: string): Buffer {
  return encodeSequence(
    encodeSet(encodeSequence(encodeOid(OID.commonName), encodeText(commonName))),
  );
}

function encodeExtension(oid: string, critical: boolean, value: Buffer): Buffer {
  const flag = critical ? [encodeBoolean(true)] : [];
  return encodeSequence(encodeOid(oid), ...flag, encodeOctetString(value));
}

function keyIdentifier(key: KeyObject): Buffer {
  return createHash("sha1")
    .update(key.export({ type: "spki", format: "der" }))
    .digest();
}

function toPem(der: Buffer): string {
  const lines = der.toString("base64").match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join("\n")}\n-----END CERTIFICATE-----\n`;
}

/** A version 3 certificate (RFC 5280), signed with ECDSA on P-256 and SHA-256. */
function issue(subject: Subject, issuer: Issuer, now: Date): string {
  const algorithm = encodeSequence(encodeOid(OID.ecdsaWithSha256));
  const serial = randomBytes(16);
  serial[0] = ((serial[0] ?? 0) & 0x7f) | 0x40;
  const authorityKey = encodeTagged(0x80, keyIdentifier(issuer.keys.publicKey));
  const extensions = [
    ...subject.extensions,
    encodeExtension(OID.subjectKey, false, encodeOctetString(keyIdentifier(subject.publicKey))),
    encodeExtension(OID.authorityKey, false, encodeSequence(authorityKey)),
  ];
  const body = encodeSequence(
    encodeTagged(0xa0, encodeInteger(Buffer.of(2))),
    encodeInteger(serial),
    algorithm,
    encodeName(issuer.name),
    encodeSequence(
      encodeTime(new Date(now.getTime() - GRACE_MS)),
      encodeTime(new Date(now.getTime() + LIFETIME_MS)),
    ),
    encodeName(subject.name),
    subject.publicKey.export({ type: "spki", format: "der" }),
    encodeTagged(0xa3, encodeSequence(...extensions)),
  );
  const signature = sign("sha256", body, issuer.keys.privateKey);
  return toPem(encodeSequence(body, algorithm, encodeBitString(signature)));
}

function authorityExtensions(): Buffer[] {
  return [
    encodeExtension(OID.basicConstraints, true, encodeSequence(encodeBoolean(true))),
    encodeExtension(OID.keyUsage, true, encodeBitString(KEY_CERT_SIGN, 1)),
  ];
}

function serverExtensions(): Buffer[] {
  const names = [
    encodeTagged(0x82, Buffer.from("localhost", "latin1")),
    encodeTagged(0x87, Buffer.of(127, 0, 0, 1)),
    encodeTagged(0x87, Buffer.from([...Array<number>(15).fill(0), 1])),
  ];
  const purposes = encodeSequence(encodeOid(OID.serverAuthentication));
  return [
    encodeExtension(OID.basicConstraints, true, encodeSequence()),
    encodeExtension(OID.keyUsage, true, encodeBitString(DIGITAL_SIGNATURE, 7)),
    encodeExtension(OID.extendedKeyUsage, false, purposes),
    encodeExtension(OID.alternativeNames, false, encodeSequence(...names)),
  ];
}

async function createKeys(): Promise<Keys> {
  return promisify(generateKeyPair)("ec", { namedCurve: "P-256" });
}

/** Makes an authority and a certificate for localhost, 127.0.0.1 and ::1. The authority's key is forgotten at once. */
export async function createServerIdentity(now: Date): Promise<ServerIdentity> {
  const authorityKeys = await createKeys();
  const serverKeys = await createKeys();
  const issuer: Issuer = { name: "Holdfast sandbox authority", keys: authorityKeys };
  const authority = issue(
    { name: issuer.name, publicKey: authorityKeys.publicKey, extensions: authorityExtensions() },
    issuer,
    now,
  );
  const certificate = issue(
    { name: "localhost", publicKey: serverKeys.publicKey, extensions: serverExtensions() },
    issuer,
    now,
  );
  const privateKey = serverKeys.privateKey.export({ type: "pkcs8", format: "pem" }).toString();
  return { authority, certificate, privateKey };
}
