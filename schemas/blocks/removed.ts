import type { BodySchema } from "./block-schema.ts";

/** `removed`: a block left the configuration on purpose, and this is what becomes of its object. */
export const REMOVED = {
  arguments: {
    from: {
      type: "address",
      required: true,
      description: "The address of the block that is gone, without keys.",
    },
  },
  blocks: {
    lifecycle: {
      absent: "defaults",
      description: "What happens to the object.",
      body: {
        arguments: {
          destroy: {
            type: "bool",
            default: true,
            description: "Whether the object is removed. False: it is forgotten as it is.",
          },
          purge: {
            type: "bool",
            default: false,
            description: "Whether its recovery points may be purged.",
          },
        },
      },
    },
  },
} as const satisfies BodySchema;
