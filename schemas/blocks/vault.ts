import type { ResourceSchema } from "./block-schema.ts";

/** Where recovery points are kept. */
export const VAULT = {
  type: "vault",
  description: "The deduplicated, encrypted store of recovery points.",
  arguments: {},
  blocks: {
    storage: {
      required: true,
      absent: "null",
      description: "The store itself.",
      variants: {
        local: {
          arguments: { path: { type: "path", required: true, description: "The folder." } },
        },
        azure_blob: {
          arguments: {
            account_url: {
              type: "url",
              required: true,
              description: "The URL of the storage account's Blob endpoint.",
            },
            container: { type: "string", required: true, description: "The container." },
            credential: {
              type: "reference",
              target: "credential",
              required: true,
              description: "How to sign in.",
            },
          },
        },
      },
    },
    encryption: {
      required: true,
      absent: "null",
      description: "Where the vault's key is found: 32 bytes as 64 hexadecimal digits.",
      body: {
        arguments: {
          key_env: {
            type: "string",
            description: "The name of the environment variable that holds the key.",
          },
          key_file: { type: "path", description: "A file that holds the key and nothing else." },
          key_vault_key: {
            type: "url",
            description: "The identifier of a key in Azure Key Vault that wraps the vault's key.",
          },
        },
        exactlyOne: [["key_env", "key_file", "key_vault_key"]],
      },
    },
    tiers: {
      absent: "defaults",
      description: "How long points stay in which kind of storage.",
      body: {
        arguments: {
          warm_days: {
            type: "number",
            default: 90,
            minimum: 1,
            integer: true,
            description: "Days after which a point may move to the cold tier.",
          },
          cold: {
            type: "string",
            default: "none",
            values: ["none", "cool", "cold", "archive"],
            description: "The access tier of old points.",
          },
        },
        blocks: {
          hot: {
            absent: "null",
            description: "A folder that keeps copies of the newest packs.",
            body: {
              arguments: {
                path: { type: "path", required: true, description: "The folder." },
                size: { type: "byte_size", required: true, description: "How large it may grow." },
              },
            },
          },
        },
      },
    },
    immutability: {
      absent: "null",
      description: "Blobs cannot be changed or deleted before they are so old.",
      body: {
        arguments: {
          days: {
            type: "number",
            required: true,
            minimum: 1,
            integer: true,
            description: "Days from the writing of a blob.",
          },
        },
      },
    },
  },
} as const satisfies ResourceSchema;
