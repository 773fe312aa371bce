import type { ResourceSchema } from "./block-schema.ts";

/** Where recovery points are kept. */
export const VAULT = {
  type: "vault",
  description: "The deduplicated, encrypted store of recovery points.",
  use: "Write one for each place where recovery points are kept. Backup sets that share a vault share equal data: it is stored once. Everything in a vault is compressed and encrypted; without its key it is noise, so keep the key where the vault is not.\n\nA change of where the vault lies makes another vault of it. Points stay where they are until their retention ends.",
  example: `vault "offsite" {
  storage "local" {
    path = "/srv/holdfast/vault"
  }

  encryption {
    key_env = "HOLDFAST_VAULT_KEY"
  }
}
`,
  arguments: {},
  blocks: {
    storage: {
      required: true,
      absent: "null",
      description: "Where the vault lies.",
      variants: {
        local: {
          arguments: {
            path: {
              type: "path",
              required: true,
              description: "The folder that holds the vault.",
              example: '"./vault"',
              note: "`init` makes it. A relative path starts at the configuration's directory.",
            },
          },
        },
        azure_blob: {
          arguments: {
            account_url: {
              type: "url",
              required: true,
              description: "The URL of the storage account's Blob endpoint.",
              example: '"https://contosobackup.blob.core.windows.net"',
            },
            container: {
              type: "string",
              required: true,
              description: "The container that holds the vault.",
              example: '"holdfast"',
            },
            credential: {
              type: "reference",
              target: "credential",
              required: true,
              description: "How to sign in.",
              example: "credential.storage",
            },
          },
        },
      },
    },
    encryption: {
      required: true,
      absent: "null",
      description: "Where the vault's key is found.",
      note: "Losing the key loses every point. In the environment or a file it is 32 bytes as 64 hexadecimal digits; `openssl rand -hex 32` makes one. With a key of Azure Key Vault nobody sees it: it is drawn when the vault is made, and only what the Key Vault wrapped is kept, in the vault itself.",
      body: {
        arguments: {
          key_env: {
            type: "string",
            description: "The name of the environment variable that holds the key.",
            example: '"HOLDFAST_VAULT_KEY"',
          },
          key_file: {
            type: "path",
            description: "A file that holds the key and nothing else.",
            example: '"/run/secrets/vault-key"',
          },
          key_vault_key: {
            type: "url",
            description: "The identifier of a key in Azure Key Vault that wraps the vault's key.",
            example: '"https://contoso.vault.azure.net/keys/holdfast"',
            note: "An RSA key. With a version behind it, that one wraps; else the newest. What older versions wrapped, they unwrap, as long as they are there and enabled.",
          },
          credential: {
            type: "reference",
            target: "credential",
            description: "How to sign in to Azure Key Vault.",
            example: "credential.entra",
            note: "Of an Entra type. Absent means whatever the machine has, as with `entra_default`.",
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
            example: "30",
          },
          cold: {
            type: "string",
            default: "none",
            values: ["none", "cool", "cold", "archive"],
            description: "The access tier of old points.",
            example: '"cool"',
            note: "`prune` moves what only points need that are older than `warm_days`. `archive` is the cheapest and takes hours before a restore can begin. Only in Azure Blob Storage.",
          },
        },
        blocks: {
          hot: {
            absent: "null",
            description: "A folder that keeps copies of the newest packs.",
            body: {
              arguments: {
                path: {
                  type: "path",
                  required: true,
                  description: "Where the copies are.",
                  example: '"/var/cache/holdfast"',
                },
                size: {
                  type: "byte_size",
                  required: true,
                  description: "How large it may grow.",
                  example: '"500GiB"',
                },
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
            example: "14",
            note: "The policy is locked: nobody can shorten it. Only in containers of Azure Blob Storage with version-level immutability support.",
          },
        },
      },
    },
  },
} as const satisfies ResourceSchema;
