import type { BlockSchema } from "./block-schema.ts";

/** `moved`: an object has a new address, and is still the same object. */
export const MOVED = {
  type: "moved",
  labels: [],
  description: "An object has a new address, and is still the same object.",
  use: 'Write one when you rename a block, put it into a module, or give it `for_each`. Without it a plan removes the object under the old address and creates another one, and recovery points of a backup set would stay behind with the old one.\n\nA `count` that comes or goes needs none: the object without a key and the one with key 0 are the same. Keep the block where it is afterwards: whoever builds a catalog anew from a vault needs it.\n\nA database that was renamed on its server keeps its recovery points by a block, too: from `server.orders.database["Old"]` to `server.orders.database["New"]`. The plan asks the server, which must have the new one and not the old one any more. Remove such a block before a new database gets the old name.',
  example: `moved {
  from = backup_set.shop
  to   = backup_set.orders
}
`,
  arguments: {
    from: {
      type: "address",
      required: true,
      description: "The address that it had.",
      example: "backup_set.shop",
      note: "An object, a block with all its instances, a module, or a database of a server.",
    },
    to: {
      type: "address",
      required: true,
      description: "The address that it has now.",
      example: "backup_set.orders",
    },
  },
} as const satisfies BlockSchema;
