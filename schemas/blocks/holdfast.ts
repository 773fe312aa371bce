import type { ResourceSchema } from "./block-schema.ts";

/** Settings of the whole configuration; not a resource. */
export const HOLDFAST = {
  type: "holdfast",
  description: "Settings of the whole configuration.",
  arguments: {
    required_version: { type: "string", description: "Versions of Holdfast that may be used." },
    features: {
      type: "string_set",
      default: [],
      values: ["isolated_copy"],
      description: "Features that must be listed to be used.",
    },
    purge_grace: {
      type: "duration",
      default: "7d",
      description: "How long a purge of recovery points can be undone.",
    },
  },
  blocks: {
    catalog: {
      absent: "defaults",
      description: "Where the catalog is kept.",
      defaultVariant: "local",
      variants: {
        local: {
          arguments: {
            path: {
              type: "path",
              default: ".holdfast/catalog.db",
              description: "The file of the catalog.",
            },
          },
        },
        azure: {
          arguments: {
            account_url: {
              type: "url",
              required: true,
              description: "The URL of the storage account's Table endpoint.",
            },
            credential: {
              type: "reference",
              target: "credential",
              description: "How to sign in; as the environment says where absent.",
            },
          },
        },
      },
    },
    prices: {
      absent: "null",
      description: "Prices for estimates.",
      body: {
        arguments: {
          storage_gib_month: {
            type: "number",
            minimum: 0,
            description: "Price of one GiB kept for one month.",
          },
        },
      },
    },
    approvals: {
      absent: "defaults",
      description: "How many people must approve a plan.",
      body: {
        arguments: {
          purge: {
            type: "number",
            default: 0,
            minimum: 0,
            integer: true,
            description: "Approvals that a plan needs which purges recovery points.",
          },
          keys: {
            type: "string_set",
            default: [],
            description: "Public SSH keys of those who may approve.",
          },
        },
      },
    },
  },
} as const satisfies ResourceSchema;
