import { createPrivateKey, X509Certificate } from "node:crypto";
import type {
  CertificateSource,
  CreateCertificateStatement,
  DropCertificateStatement,
  PrivateKeySource,
} from "../../parser/ast-encryption.ts";
import type { Expression } from "../../parser/ast-expressions.ts";
import type { Certificate } from "../../storage/certificates.ts";
import { raise } from "../../values/sql-exception.ts";
import { findPrincipal, requireRight } from "../security/principals.ts";
import type { Activation } from "../session/activation.ts";
import { hashPassword } from "../session/passwords.ts";
import { requireTransaction } from "../session/readers.ts";
import { datetimeNow } from "../session/system-context.ts";
import { decodePrivateKey } from "./private-key-file.ts";
import { createSelfSigned } from "./self-signed.ts";

const MILLISECONDS_TO_1970 = 62_135_596_800_000n;

/** CREATE CERTIFICATE. */
export function createCertificate(
  statement: CreateCertificateStatement,
  activation: Activation,
): void {
  const { core } = activation;
  const { database } = core;
  const { catalog } = database;
  requireRight("CREATE CERTIFICATE", database, activation);
  const { value: name } = statement.name;
  const material = materialOf(statement.source, activation);
  const isTaken = catalog.certificates
    .values()
    .some(
      (other) => catalog.sameName(other.name, name) || other.thumbprint === material.thumbprint,
    );
  if (isTaken) {
    raise(
      15_232,
      `A certificate with name '${name}' already exists or this certificate already has been added to the database.`,
    );
  }
  const owner = statement.owner && findPrincipal(statement.owner.value, database).principalId;
  const ids = catalog.certificates.values().map(({ certificateId }) => certificateId);
  const certificateId = Math.max(255, ...ids) + 1;
  const record = { ...material, certificateId, name, principalId: owner ?? 1 };
  catalog.certificates.set(certificateId, record, requireTransaction(core).journal);
}

type Material = Omit<Certificate, "certificateId" | "name" | "principalId">;

function materialOf(source: CertificateSource, activation: Activation): Material {
  return source.kind === "self_signed"
    ? selfSigned(source, activation)
    : imported(source, activation);
}

function selfSigned(
  source: Extract<CertificateSource, { kind: "self_signed" }>,
  { core }: Activation,
): Material {
  if (source.keyPassword === undefined) requireMasterKey(core);
  const now = Number(core.parts.now() / 10_000n - MILLISECONDS_TO_1970);
  const startDate = dateOf(source.startDate) ?? new Date(now);
  const expiryDate = dateOf(source.expiryDate) ?? new Date(startDate.getTime() + 365 * 86_400_000);
  const { certificate, privateKey } = createSelfSigned({
    subject: source.subject,
    startDate,
    expiryDate,
    serialNumber: core.parts.randomBytes(16),
  });
  return { ...describe(certificate), privateKey, ...keptBy(source.keyPassword, core) };
}

/** Without a password, the master key of the database keeps the private key. */
function keptBy(
  password: string | undefined,
  { parts }: Activation["core"],
): Pick<Certificate, "keyPasswordHash"> {
  const keyPasswordHash =
    password === undefined ? undefined : hashPassword(password, parts.randomBytes(4));
  return { keyPasswordHash };
}

function requireMasterKey({ database }: Activation["core"]): void {
  if (database.options.masterKey !== undefined) return;
  raise(
    15_581,
    "Please create a master key in the database or open the master key in the session before performing this operation.",
  );
}

function dateOf(text: string | undefined): Date | undefined {
  if (text === undefined) return undefined;
  const [, year, month, day] = /^(\d{4})-?(\d{2})-?(\d{2})$/.exec(text.trim()) ?? [];
  const date = new Date(year === undefined ? text : `${year}-${month}-${day}T00:00:00Z`);
  if (!Number.isNaN(date.getTime())) return date;
  raise(241, "Conversion failed when converting date and/or time from character string.");
}

function describe(certificate: X509Certificate): Omit<Material, "privateKey" | "keyPasswordHash"> {
  return {
    encoded: new Uint8Array(certificate.raw),
    startDate: datetimeOf(certificate.validFromDate),
    expiryDate: datetimeOf(certificate.validToDate),
    thumbprint: certificate.fingerprint.replaceAll(":", ""),
    serialNumber: certificate.serialNumber,
    subject: nameOf(certificate.subject),
    issuer: nameOf(certificate.issuer),
    keyLength: certificate.publicKey.asymmetricKeyDetails?.modulusLength ?? 0,
  };
}

function datetimeOf(date: Date): number {
  return datetimeNow((BigInt(date.getTime()) + MILLISECONDS_TO_1970) * 10_000n);
}

/** `CN=a` as catalog views show it: the common name alone where there is nothing else. */
function nameOf(text: string): string {
  return text.startsWith("CN=") && !text.includes("\n") ? text.slice(3) : text;
}

function imported(
  { encoded, privateKey }: Extract<CertificateSource, { kind: "binary" }>,
  { core }: Activation,
): Material {
  const certificate = readCertificate(bytesOf(encoded));
  const none = { privateKey: undefined, keyPasswordHash: undefined };
  if (privateKey === undefined) return { ...describe(certificate), ...none };
  if (privateKey.newPassword === undefined) requireMasterKey(core);
  const key = readKey(privateKey);
  if (!certificate.checkPrivateKey(createPrivateKey({ key, format: "der", type: "pkcs8" }))) {
    refuseData();
  }
  const kept = keptBy(privateKey.newPassword, core);
  return { ...describe(certificate), privateKey: new Uint8Array(key), ...kept };
}

function refuseData(): never {
  raise(15_297, "The certificate, asymmetric key, or private key data is invalid.");
}

function bytesOf(value: Expression): Buffer {
  if (value.kind !== "binary_literal") return refuseData();
  return Buffer.from(value.hex.length % 2 === 0 ? value.hex : `0${value.hex}`, "hex");
}

function readCertificate(bytes: Buffer): X509Certificate {
  try {
    return new X509Certificate(bytes);
  } catch {
    return refuseData();
  }
}

function readKey({ encoded, password }: PrivateKeySource): Buffer {
  const key = decodePrivateKey(bytesOf(encoded), password);
  if (key === "wrong_password") raise(15_465, "The private key password is invalid.");
  return key === "damaged" ? refuseData() : Buffer.from(key);
}

/** DROP CERTIFICATE; not while it protects the key of a database (3716). */
export function dropCertificate(
  { name, ifExists }: DropCertificateStatement,
  activation: Activation,
): void {
  const { core } = activation;
  const { server, database } = core;
  requireRight("ALTER ANY CERTIFICATE", database, activation);
  const found = findCertificate(name.value, database);
  if (found === undefined) {
    if (ifExists) return;
    raise(
      15_151,
      `Cannot drop the certificate '${name.value}', because it does not exist or you do not have permission.`,
    );
  }
  const protects =
    database.databaseId === 1 &&
    server.databases
      .values()
      .some(({ options }) => options.encryptionKey?.thumbprint === found.thumbprint);
  if (protects) {
    raise(
      3716,
      `The certificate '${found.name}' cannot be dropped because it is bound to one or more database encryption key.`,
    );
  }
  database.catalog.certificates.delete(found.certificateId, requireTransaction(core).journal);
}

export function findCertificate(
  name: string,
  { catalog }: Activation["core"]["database"],
): Certificate | undefined {
  return catalog.certificates.values().find((item) => catalog.sameName(item.name, name));
}
