/** How to sign in to Entra. */
export type EntraSignIn =
  /** Whatever the machine has: environment, workload or managed identity, the Azure CLI. */
  | { readonly kind: "default" }
  | {
      readonly kind: "client_secret";
      readonly tenantId: string;
      readonly clientId: string;
      readonly secret: string;
    }
  /** Without `clientId` the one that the system assigned. */
  | { readonly kind: "managed_identity"; readonly clientId: string | undefined }
  | { readonly kind: "workload_identity"; readonly tenantId: string; readonly clientId: string };
