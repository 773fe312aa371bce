import type { BlockSchema } from "./block-schema.ts";

/** `dynamic "TYPE"` inside a block: nested blocks made from a collection. */
export const DYNAMIC = {
  type: "dynamic",
  labels: ["type"],
  description: "Nested blocks that are made from a collection, one for each element.",
  use: "Write it inside a block, in place of nested blocks of the type in its label. Most nested blocks stand at most once, so its usual work is to make one under a condition: over a list of one element, or of none.",
  example: `variable "log_interval" {
  type    = string
  default = null
}

policy "flexible" {
  method    = "native"
  retention = retention.standard

  full { schedule = "@daily" }

  dynamic "log" {
    for_each = var.log_interval == null ? [] : [var.log_interval]
    content {
      every = log.value
    }
  }
}
`,
  arguments: {
    for_each: {
      type: "any",
      holds: "collection",
      required: true,
      description: "A list, set, map, tuple or object: one nested block for each element.",
      example: "[var.log_interval]",
    },
    iterator: {
      type: "name",
      description: "The word for the element inside the block; the label where absent.",
      example: "item",
      note: '`log.key` and `log.value` are the element of a `dynamic "log"`.',
    },
    labels: {
      type: "any",
      holds: "list of strings",
      description: "The labels of the nested block, for a type that has labels.",
      example: '["local"]',
    },
  },
  blocks: {
    content: {
      required: true,
      absent: "null",
      description: "What stands in each nested block: the arguments and blocks of its type.",
      body: { arguments: {}, inputs: true },
    },
  },
} as const satisfies BlockSchema;
