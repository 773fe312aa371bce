/** A certificate of a database. */
export interface Certificate {
  readonly certificateId: number;
  readonly name: string;
  readonly principalId: number;
  /** X.509 in DER. */
  readonly encoded: Uint8Array;
  /** PKCS #8 in DER; undefined: the certificate came without one. */
  readonly privateKey: Uint8Array | undefined;
  /** What keeps the private key: the master key of the database, or a password (in the form of a login's). */
  readonly keyPasswordHash: Uint8Array | undefined;
  /** Values of type datetime. */
  readonly startDate: number;
  readonly expiryDate: number;
  /** Upper-case hexadecimal: SHA-1 of `encoded`. */
  readonly thumbprint: string;
  /** Upper-case hexadecimal. */
  readonly serialNumber: string;
  readonly subject: string;
  readonly issuer: string;
  readonly keyLength: number;
}

/** The master key of a database: that it is there, and the password that opens it. */
export interface MasterKey {
  readonly passwordHash: Uint8Array;
  readonly createDate: number;
}

/** The key that encrypts a database at rest. */
export interface DatabaseEncryptionKey {
  readonly algorithm: "AES" | "TRIPLE_DES";
  /** In bits. */
  readonly keyLength: number;
  /** Of the certificate in master that protects it, upper-case hexadecimal; undefined: the service's own key. */
  readonly thumbprint: string | undefined;
  readonly createDate: number;
  readonly modifyDate: number;
  readonly setDate: number | undefined;
  readonly isOn: boolean;
}
