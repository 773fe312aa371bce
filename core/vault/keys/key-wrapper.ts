import type { EntraSignIn } from "../../kit/entra-sign-in.ts";
import type { Abortable } from "../../storage/blob-store.ts";

/** What a key that stays in its service made of a secret. No part of it is secret. */
export interface WrappedKey {
  /** The key and its version, as the service names them. */
  readonly keyId: string;
  readonly algorithm: string;
  readonly bytes: Uint8Array;
}

/**
 * A key that never leaves its service and wraps the keys of vaults there: an RSA key of Azure Key Vault. Whoever may ask
 * the service can unwrap; the service says no by KEY_VAULT_*. Both calls try again for a while what passes.
 */
export interface KeyWrapper {
  /** The key without a version: `https://contoso.vault.azure.net/keys/holdfast`. Tells keys apart, and stands in messages. */
  readonly keyName: string;
  /** Wraps up to 190 bytes by the version that was asked for, else by the newest. */
  wrap(secret: Uint8Array, options?: Abortable): Promise<WrappedKey>;
  /** Gives back what any version of this key wrapped. */
  unwrap(wrapped: WrappedKey, options?: Abortable): Promise<Uint8Array>;
}

/** A key of Azure Key Vault and who asks for it. */
export interface KeyVaultPlace {
  /** `https://NAME.vault.azure.net/keys/NAME`, and `/VERSION` where new wraps shall have that one. */
  readonly key: string;
  readonly signIn: EntraSignIn;
}
