import { createHash, type KeyObject, timingSafeEqual } from "node:crypto";

/** Who may speak for an application without a secret: a token of another issuer (workload identity) or of its own key (certificate). */
export interface FederatedCredential {
  readonly issuer: string;
  readonly subject: string;
  readonly publicKey: KeyObject;
}

/** An application of the tenant with its service principal, or a managed identity. */
export interface Application {
  readonly clientId: string;
  /** Of the service principal: what role assignments name. */
  readonly objectId: string;
  readonly displayName: string;
  /** Undefined: it has none. */
  readonly secretHash: Uint8Array | undefined;
  readonly federatedCredentials: readonly FederatedCredential[];
  /** Given out by the endpoint of managed identities: the system's own, one to ask for by its id, or none. */
  readonly managed: "system" | "user" | "no";
}

/** Secrets are kept as digests only. */
export function hashSecret(secret: string): Uint8Array {
  return createHash("sha256").update(secret).digest();
}

export function isSecretOf(application: Application, secret: string): boolean {
  const { secretHash } = application;
  return secretHash !== undefined && timingSafeEqual(secretHash, hashSecret(secret));
}
