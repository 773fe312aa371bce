import type { Address } from "../address/address.ts";

/** What a configuration needs in Azure, each list in the order of its names. */
export interface AzureNeeds {
  /** Null where servers name none, or several: then the provider takes the one that is signed in to. */
  readonly subscriptionId: string | null;
  readonly accounts: readonly NeededAccount[];
  readonly keyVaults: readonly string[];
  readonly principals: readonly NeededPrincipal[];
  readonly roles: readonly NeededRole[];
}

/** A storage account that holds vaults. */
export interface NeededAccount {
  readonly name: string;
  /** Whether requests may be signed with its keys: only where a credential does that. */
  readonly isKeyAllowed: boolean;
  /** The longest time for which a vault there locks its blobs; null where none does. */
  readonly immutableDays: number | null;
  readonly containers: readonly string[];
}

/** Who signs in: an identity to be made, or one that is there and whose object id is asked for. */
export interface NeededPrincipal {
  readonly credential: Address;
  readonly kind: "made" | "given";
  /** To describe who is meant. */
  readonly clientId: string | null;
}

/** The least that somebody must be allowed. */
export type NeededRole = {
  readonly principal: Address;
} & (
  | { readonly kind: "read_write_blobs"; readonly account: string; readonly container: string }
  | { readonly kind: "wrap_keys"; readonly keyVault: string; readonly key: string }
  | { readonly kind: "read_server" | "copy_databases"; readonly server: NeededServer }
  | { readonly kind: "set_retention"; readonly server: NeededServer; readonly database: string }
);

/** The Azure resource of a server. */
export interface NeededServer {
  readonly address: Address;
  readonly kind: "azure_sql" | "managed_instance" | "azure_vm";
  readonly subscriptionId: string;
  readonly resourceGroup: string;
  readonly name: string;
}

/** Terraform JSON, the same bytes for the same needs. Rejects with SYNTH_PACKAGE_MISSING. */
export type WriteTerraform = (needs: AzureNeeds, options: TerraformOptions) => Promise<string>;

export interface TerraformOptions {
  /** Where Terraform keeps its state: a file beside the configuration, or a container that `terraform init` is told. */
  readonly backend: "local" | "azurerm";
}
