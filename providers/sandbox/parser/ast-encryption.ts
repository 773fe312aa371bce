import type { Expression, Identifier, Located } from "./ast-expressions.ts";

export type EncryptionStatement =
  | MasterKeyStatement
  | CreateCertificateStatement
  | DropCertificateStatement
  | DatabaseKeyStatement;

export interface MasterKeyStatement extends Located {
  readonly kind: "master_key";
  readonly action: "create" | "open" | "close" | "drop";
  /** Undefined: none was given. */
  readonly password: string | undefined;
}

export interface CreateCertificateStatement extends Located {
  readonly kind: "create_certificate";
  readonly name: Identifier;
  readonly owner: Identifier | undefined;
  readonly source: CertificateSource;
}

export type CertificateSource =
  | {
      readonly kind: "self_signed";
      readonly keyPassword: string | undefined;
      readonly subject: string;
      readonly startDate: string | undefined;
      readonly expiryDate: string | undefined;
    }
  | {
      readonly kind: "binary";
      /** A literal: `0x…`. */
      readonly encoded: Expression;
      readonly privateKey: PrivateKeySource | undefined;
    };

export interface PrivateKeySource {
  readonly encoded: Expression;
  readonly password: string | undefined;
  /** ENCRYPTION BY PASSWORD: what keeps it from now on; undefined: the master key. */
  readonly newPassword: string | undefined;
}

export interface DropCertificateStatement extends Located {
  readonly kind: "drop_certificate";
  readonly ifExists: boolean;
  readonly name: Identifier;
}

/** CREATE, ALTER and DROP DATABASE ENCRYPTION KEY. */
export interface DatabaseKeyStatement extends Located {
  readonly kind: "database_key";
  readonly action: "create" | "alter" | "drop";
  /** `aes_256`; undefined: not said. */
  readonly algorithm: string | undefined;
  readonly certificate: Identifier | undefined;
}
