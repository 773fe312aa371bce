import type { ResourceSchema } from "./block-schema.ts";

/** Says where a secret is; never holds one. Secrets are read only when a connection is opened. */
export const CREDENTIAL = {
  type: "credential",
  description: "How to sign in: a kind of identity, and where its secret is found.",
  use: "Write one for each identity with which Holdfast signs in to servers and storage accounts. The block holds no secret, only the place of one, so it can be committed and reviewed. A secret is read when a connection is opened and not before: `validate` needs none, and neither does `plan -refresh=false`.",
  status:
    "This version reads secrets from the environment and from files; `key_vault_secret` is refused.",
  example: `credential "reporting" {
  type         = "sql_password"
  username     = "backup"
  password_env = "REPORTING_PASSWORD"
}
`,
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
      example: '"sql_password"',
      note: "`sql_password` needs `username` and a secret. `entra_service_principal` needs `tenant_id`, `client_id` and a secret; `workload_identity` needs the first two. `sas` needs a secret, `account_key` a secret and `username`. A secret is one of `password_env`, `password_file` and `key_vault_secret`. `sas` and `account_key` open storage accounts and no server; `sql_password` opens servers and no storage account; the other types open both, and Azure Key Vault.",
    },
    username: {
      type: "string",
      description: "The SQL login, or the name of the storage account for `account_key`.",
      example: '"backup"',
    },
    password_env: {
      type: "string",
      description: "The name of the environment variable that holds the secret.",
      example: '"ORDERS_PASSWORD"',
    },
    password_file: {
      type: "path",
      description: "A file that holds the secret and nothing else.",
      example: '"/run/secrets/orders"',
    },
    key_vault_secret: {
      type: "url",
      description: "The identifier of a secret in Azure Key Vault.",
      example: '"https://contoso.vault.azure.net/secrets/orders"',
    },
    tenant_id: {
      type: "string",
      description: "The Entra tenant.",
      example: '"9d1a0d4c-52f6-4a51-8b5e-6f2f7ad7c001"',
    },
    client_id: {
      type: "string",
      description: "The Entra application or managed identity.",
      example: '"1f0e4ad2-3f5b-47d7-9a3c-0c9f8e6b7002"',
      note: "For `managed_identity`: absent means the identity that the system assigned.",
    },
  },
  atMostOne: [["password_env", "password_file", "key_vault_secret"]],
} as const satisfies ResourceSchema;
