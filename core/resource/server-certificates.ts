import type { Abortable } from "../kit/abortable.ts";
import type { Instant } from "../kit/clock.ts";

/** A certificate of a server, under which keys of databases are encrypted (TDE). */
export interface CertificateFacts {
  readonly name: string;
  /** Upper-case hexadecimal: what keys of databases name it by. */
  readonly thumbprint: string;
  readonly expiresAt: Instant;
}

/** A certificate with its private key: enough to make it again on another server. Secret as a whole. */
export interface ServerCertificate extends CertificateFacts {
  /** X.509 in DER. */
  readonly encoded: Uint8Array;
  /** As the server gives it, under `password`. */
  readonly privateKey: Uint8Array;
  readonly password: string;
}

/** What a server does about the certificates that its encrypted databases need. Methods reject with CERTIFICATE_NOT_READABLE and SERVER_*. */
export interface ServerCertificates {
  /** Those that protect the key of a database; of `master`, all that protect any database's or that Holdfast made. */
  protecting(database: string, options?: Abortable): Promise<readonly CertificateFacts[]>;
  /** With the private key. CERTIFICATE_NOT_READABLE where the login may not have it. */
  read(certificate: CertificateFacts, options?: Abortable): Promise<ServerCertificate>;
  /** Whether one was there by its thumbprint, was made again, or is of no use because the service keeps the key of encryption. */
  recreate(
    certificate: ServerCertificate,
    options?: Abortable,
  ): Promise<"present" | "created" | "not_needed">;
  /** Makes one, with the master key that must keep it, unless the server has one that can protect databases; null: it has. */
  ensure(expiresAt: Instant, options?: Abortable): Promise<CertificateFacts | null>;
  /** Makes a new one and lets it protect what the old one protects, which stays. */
  renew(old: CertificateFacts, expiresAt: Instant, options?: Abortable): Promise<CertificateFacts>;
}

/** Names of the certificates that Holdfast makes begin so; it renews no others. */
export const OWN_CERTIFICATE = "holdfast_tde_";
