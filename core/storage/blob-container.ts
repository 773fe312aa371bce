import type { EntraSignIn } from "../kit/entra-sign-in.ts";

/** How a storage account lets somebody in. Secrets live in memory only and in no message. */
export type StorageSignIn =
  | { readonly kind: "account_key"; readonly account: string; readonly key: string }
  | { readonly kind: "sas"; readonly token: string }
  | { readonly kind: "entra"; readonly identity: EntraSignIn };

/** A container of Azure Blob Storage and the way into it. */
export interface BlobContainer {
  /** Of the account's Blob endpoint: `https://contosobackup.blob.core.windows.net`. */
  readonly accountUrl: string;
  readonly container: string;
  readonly signIn: StorageSignIn;
  /** Blobs that are kept from being changed and removed, by a policy that is put on each as it is written. */
  readonly immutable?: ImmutableBlobs | undefined;
}

export interface ImmutableBlobs {
  /** From the writing of a blob. */
  readonly days: number;
  /** Those whose names begin so. */
  readonly prefixes: readonly string[];
}
