import { generateKeyPairSync, sign, X509Certificate } from "node:crypto";
import {
  encodeBitString,
  encodeInteger,
  encodeOid,
  encodeSequence,
  encodeSet,
  encodeTagged,
  encodeText,
  encodeTime,
} from "../../tls/der.ts";

const COMMON_NAME = "2.5.4.3";
const SHA256_WITH_RSA = "1.2.840.113549.1.1.11";
const NULL = encodeTagged(0x05);
/** What CREATE CERTIFICATE makes before SQL Server 2022, and what is enough here. */
const KEY_LENGTH = 2048;

export interface SelfSignedRequest {
  readonly subject: string;
  readonly startDate: Date;
  readonly expiryDate: Date;
  /** 16 bytes. */
  readonly serialNumber: Uint8Array;
}

export interface KeyedCertificate {
  readonly certificate: X509Certificate;
  /** PKCS #8 in DER. */
  readonly privateKey: Uint8Array;
}

/** A certificate as CREATE CERTIFICATE … WITH SUBJECT makes it: RSA, its own issuer. */
export function createSelfSigned(request: SelfSignedRequest): KeyedCertificate {
  const { subject, startDate, expiryDate } = request;
  const { publicKey, privateKey } = generateKeyPairSync("rsa", { modulusLength: KEY_LENGTH });
  const algorithm = encodeSequence(encodeOid(SHA256_WITH_RSA), NULL);
  const name = encodeSequence(
    encodeSet(encodeSequence(encodeOid(COMMON_NAME), encodeText(subject))),
  );
  const serial = Buffer.from(request.serialNumber);
  serial[0] = ((serial[0] ?? 0) & 0x7f) | 0x40;
  const body = encodeSequence(
    encodeInteger(serial),
    algorithm,
    name,
    encodeSequence(encodeTime(startDate), encodeTime(expiryDate)),
    name,
    publicKey.export({ type: "spki", format: "der" }),
  );
  const signature = sign("sha256", body, privateKey);
  const der = encodeSequence(body, algorithm, encodeBitString(signature));
  return {
    certificate: new X509Certificate(der),
    privateKey: new Uint8Array(privateKey.export({ type: "pkcs8", format: "der" })),
  };
}
