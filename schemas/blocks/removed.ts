import type { BlockSchema } from "./block-schema.ts";

/** `removed`: a block left the configuration on purpose, and this is what becomes of its object. */
export const REMOVED = {
  type: "removed",
  labels: [],
  description: "A block left the configuration on purpose, and this is what becomes of its object.",
  use: "Write one in place of a block that you take out when what becomes of its object should be said and reviewed. With `destroy = false` Holdfast forgets the object. With `purge = true` the recovery points of a backup set go with it, the newest too, also where it left earlier; without, they stay, restorable, and no retention ends them.",
  example: `removed {
  from = backup_set.retired

  lifecycle {
    destroy = true
    purge   = false
  }
}
`,
  arguments: {
    from: {
      type: "address",
      required: true,
      description: "The address of the block that is gone, without keys.",
      example: "backup_set.retired",
      note: "A block with all its instances, or a module. The block itself must not be there any more.",
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
            example: "false",
          },
          purge: {
            type: "bool",
            default: false,
            description: "Whether its recovery points may be purged.",
            example: "true",
            note: "The plan lists each point. A purge can be undone for the [grace](holdfast.md#purge_grace) only.",
          },
        },
      },
    },
  },
} as const satisfies BlockSchema;
