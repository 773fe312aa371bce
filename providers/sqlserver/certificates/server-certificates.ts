import { randomBytes } from "node:crypto";
import { failure } from "../../../core/diagnostics/diagnostic.ts";
import type { Abortable } from "../../../core/kit/abortable.ts";
import { type Instant, toInstant } from "../../../core/kit/clock.ts";
import {
  type CertificateFacts,
  OWN_CERTIFICATE,
  type ServerCertificate,
  type ServerCertificates,
} from "../../../core/resource/server-certificates.ts";
import { serverErrorsOf } from "../connection/server-error.ts";
import type { Row, TdsConnection } from "../connection/tds-connection.ts";
import { quoteName, quoteText } from "../names.ts";
import { flag, number, text } from "../schema/fields.ts";

const COLUMNS = `c.name, CONVERT(varchar(64), c.thumbprint, 2) AS thumbprint,
  CONVERT(varchar(20), DATEDIFF_BIG(millisecond, '19700101', c.expiry_date)) AS expires`;

/** Certificates that may protect keys of databases: their private key is kept by the master key (error 33101 otherwise). */
const USABLE = "c.pvt_key_encryption_type = 'MK' AND c.name NOT LIKE N'##%'";
const BOUND = `EXISTS (SELECT * FROM sys.dm_database_encryption_keys AS k
  INNER JOIN sys.databases AS d ON d.database_id = k.database_id
  WHERE k.encryptor_thumbprint = c.thumbprint`;

const OWN_PATTERN = `${OWN_CERTIFICATE.replaceAll("_", "[_]")}%`;
/** A certificate that ends so much earlier than a new one would does as well, in milliseconds. */
const YOUNG = 90 * 86_400_000;

/** The right on the server (300, 297), on the DMV (371), or on the certificate (15151, 15247) is missing. */
const DENIED: ReadonlySet<number> = new Set([297, 300, 371, 15_151, 15_247, 262, 229]);

export interface CertificatePlace {
  /** A connection in master. */
  control(signal?: AbortSignal): Promise<TdsConnection>;
  /** A new one in another database. */
  open(database: string, signal?: AbortSignal): Promise<TdsConnection>;
}

/** The certificates in master of SQL Server. */
export class SqlServerCertificates implements ServerCertificates {
  readonly #place: CertificatePlace;

  constructor(place: CertificatePlace) {
    this.#place = place;
  }

  async protecting(database: string, options?: Abortable): Promise<readonly CertificateFacts[]> {
    if (await this.#isService(options)) return [];
    const isMaster = database === "master";
    const name = quoteText(database);
    const encrypted = `SELECT 1 AS found FROM sys.databases WHERE is_encrypted = 1 AND name = ${name}`;
    if (!isMaster && (await this.#query(encrypted, options)).length === 0) return [];
    const own = `c.name LIKE N'${OWN_PATTERN}'`;
    const wanted = isMaster ? `(${BOUND}) OR ${own})` : `${BOUND} AND d.name = ${name})`;
    const rows = await this.#query(
      `SELECT ${COLUMNS} FROM sys.certificates AS c WHERE ${USABLE} AND ${wanted} ORDER BY c.name`,
      options,
    );
    return rows.map(describe);
  }

  async read(certificate: CertificateFacts, options?: Abortable): Promise<ServerCertificate> {
    const id = `CERT_ID(${quoteText(quoteName(certificate.name))})`;
    const password = freshPassword();
    const [row = {}] = await this.#query(
      `SELECT CERTENCODED(${id}) AS encoded, CERTPRIVATEKEY(${id}, ${quoteText(password)}) AS private_key`,
      options,
    );
    const { encoded, private_key: privateKey } = row;
    if (!(encoded instanceof Uint8Array) || !(privateKey instanceof Uint8Array)) {
      throw notReadable(certificate.name);
    }
    return { ...certificate, encoded, privateKey, password };
  }

  async recreate(
    certificate: ServerCertificate,
    options?: Abortable,
  ): Promise<"present" | "created" | "not_needed"> {
    if (await this.#isService(options)) return "not_needed";
    const { name, thumbprint, encoded, privateKey, password } = certificate;
    const present = `SELECT 1 AS found FROM sys.certificates WHERE thumbprint = 0x${thumbprint}`;
    if ((await this.#query(present, options)).length > 0) return "present";
    await this.#requireMasterKey(options);
    const taken = `SELECT 1 AS found FROM sys.certificates WHERE name = ${quoteText(name)}`;
    const isTaken = (await this.#query(taken, options)).length > 0;
    const free = isTaken ? `${name.slice(0, 119)}_${thumbprint.slice(0, 8).toLowerCase()}` : name;
    await this.#execute(
      `CREATE CERTIFICATE ${quoteName(free)} FROM BINARY = ${hex(encoded)}
        WITH PRIVATE KEY (BINARY = ${hex(privateKey)}, DECRYPTION BY PASSWORD = ${quoteText(password)})`,
      options,
    );
    return "created";
  }

  async ensure(expiresAt: Instant, options?: Abortable): Promise<CertificateFacts | null> {
    if (await this.#isService(options)) return null;
    const found = await this.#query(
      `SELECT c.name FROM sys.certificates AS c WHERE ${USABLE} AND c.expiry_date > SYSUTCDATETIME()`,
      options,
    );
    if (found.length > 0) return null;
    await this.#requireMasterKey(options);
    return this.#create(expiresAt, options);
  }

  async renew(
    old: CertificateFacts,
    expiresAt: Instant,
    options?: Abortable,
  ): Promise<CertificateFacts> {
    const renewed =
      (await this.#young(expiresAt, options)) ?? (await this.#create(expiresAt, options));
    const bound = await this.#query(
      `SELECT d.name FROM sys.dm_database_encryption_keys AS k INNER JOIN sys.databases AS d ON d.database_id = k.database_id
        WHERE k.encryptor_thumbprint = 0x${old.thumbprint} AND d.database_id > 4 ORDER BY d.name`,
      options,
    );
    for (const row of bound) {
      await using connection = await this.#place.open(text(row, "name"), options?.signal);
      await connection.execute(
        `ALTER DATABASE ENCRYPTION KEY ENCRYPTION BY SERVER CERTIFICATE ${quoteName(renewed.name)}`,
        options,
      );
    }
    return renewed;
  }

  /** One that an earlier renewal made, which may not have come to its end: each try would leave another one otherwise. */
  async #young(expiresAt: Instant, options?: Abortable): Promise<CertificateFacts | undefined> {
    const rows = await this.#query(
      `SELECT ${COLUMNS} FROM sys.certificates AS c WHERE ${USABLE} AND c.name LIKE N'${OWN_PATTERN}' ORDER BY c.expiry_date DESC, c.name`,
      options,
    );
    const [youngest] = rows.map(describe);
    return youngest !== undefined && expiresAt - youngest.expiresAt < YOUNG ? youngest : undefined;
  }

  async #create(expiresAt: Instant, options?: Abortable): Promise<CertificateFacts> {
    const name = `${OWN_CERTIFICATE}${randomBytes(4).toString("hex")}`;
    const day = new Date(expiresAt).toISOString().slice(0, 10).replaceAll("-", "");
    await this.#execute(
      `CREATE CERTIFICATE ${quoteName(name)} WITH SUBJECT = N'Transparent data encryption', EXPIRY_DATE = '${day}'`,
      options,
    );
    const [row = {}] = await this.#query(
      `SELECT ${COLUMNS} FROM sys.certificates AS c WHERE c.name = ${quoteText(name)}`,
      options,
    );
    return describe(row);
  }

  /** The service master key opens it whenever it is needed, so nobody has to know its password. */
  async #requireMasterKey(options?: Abortable): Promise<void> {
    const [row = {}] = await this.#query(
      "SELECT is_master_key_encrypted_by_server AS is_there FROM sys.databases WHERE name = N'master'",
      options,
    );
    if (flag(row, "is_there")) return;
    const create = `CREATE MASTER KEY ENCRYPTION BY PASSWORD = ${quoteText(freshPassword())}`;
    await this.#execute(create, options);
  }

  /** Azure SQL Database (5) and managed instances (8) encrypt with a key of their own. */
  async #isService(options?: Abortable): Promise<boolean> {
    const sql = "SELECT CONVERT(int, SERVERPROPERTY('EngineEdition')) AS edition";
    const [row = {}] = await this.#query(sql, options);
    return [5, 8].includes(number(row, "edition"));
  }

  async #query(sql: string, options?: Abortable): Promise<readonly Row[]> {
    const connection = await this.#place.control(options?.signal);
    return told(() => connection.query(sql, options));
  }

  async #execute(sql: string, options?: Abortable): Promise<void> {
    const connection = await this.#place.control(options?.signal);
    await told(() => connection.execute(sql, options));
  }
}

function describe(row: Row): CertificateFacts {
  return {
    name: text(row, "name"),
    thumbprint: text(row, "thumbprint"),
    expiresAt: toInstant(Number(text(row, "expires"))),
  };
}

/** Meets every password policy of Windows; it is stored sealed, beside what it opens. */
function freshPassword(): string {
  return `Aa1!${randomBytes(24).toString("base64url")}`;
}

function hex(bytes: Uint8Array): string {
  return `0x${Buffer.from(bytes).toString("hex")}`;
}

async function told<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!serverErrorsOf(error).some((one) => DENIED.has(one.number))) throw error;
    throw notReadable(undefined, error);
  }
}

function notReadable(name: string | undefined, cause?: unknown): Error {
  const what = name === undefined ? "The certificates in master" : `Certificate ${name}`;
  return failure(
    {
      code: "CERTIFICATE_NOT_READABLE",
      summary: "Certificate not kept",
      detail: `${what} could not be kept with the recovery point: the login may not have the private keys. Rows are backed up whole; a restore with -enable-tde needs a certificate that the server has by then. A login with these rights can keep it:\n\n    USE [master]; GRANT CONTROL SERVER TO [login];`,
    },
    cause,
  );
}
