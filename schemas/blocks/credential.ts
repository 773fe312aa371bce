import type { ResourceSchema } from "./block-schema.ts";

/** Says where a secret is; never holds one. Secrets are read only when a connection is opened. */
export const CREDENTIAL = {
  type: "credential",
  description: "How to sign in: a kind of identity and where its secret is found.",
  arguments: {
    type: {
      type: "string",
      required: true,
      values: [
        "sql_password",
        "entra_default",
        "entra_service_principal",
        "managed_identity",
        "workload_identity",
        "sas",
        "account_key",
      ],
      description: "The kind of identity.",
    },
    username: { type: "string", description: "The SQL login. Needed by sql_password." },
    password_env: {
      type: "string",
      description: "The name of the environment variable that holds the secret.",
    },
    password_file: { type: "path", description: "A file that holds the secret and nothing else." },
    key_vault_secret: {
      type: "url",
      description: "The identifier of a secret in Azure Key Vault.",
    },
    tenant_id: { type: "string", description: "The Entra tenant." },
    client_id: { type: "string", description: "The Entra application or managed identity." },
  },
  atMostOne: [["password_env", "password_file", "key_vault_secret"]],
} as const satisfies ResourceSchema;
