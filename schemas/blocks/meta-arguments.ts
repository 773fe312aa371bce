import type { ArgumentSchema, BlockSchema, BodySchema } from "./block-schema.ts";

/** Something that must hold, and what to say when it does not. */
export const CONDITION = {
  arguments: {
    condition: {
      type: "any",
      holds: "bool",
      required: true,
      description: "An expression that is true while everything is as it should be.",
      example: "length(var.regions) > 0",
    },
    error_message: {
      type: "any",
      holds: "string",
      required: true,
      description: "What to tell the reader when the condition is false.",
      example: '"At least one region is needed."',
    },
  },
} as const satisfies BodySchema;

/** Arguments that every block with an address takes beside its own. */
export const META_ARGUMENTS = {
  for_each: {
    type: "any",
    holds: "map or set of strings",
    description: "A map, or a set of strings: the block stands once for each element.",
    example: 'toset(["eu", "us"])',
    note: 'Inside the block `each.key` and `each.value` are the element. The instances have the addresses `server.orders["eu"]` and so on; `count` cannot be set as well.',
  },
  count: {
    type: "any",
    holds: "whole number",
    description: "A whole number: the block stands that many times.",
    example: "3",
    note: "Inside the block `count.index` is the number of the instance, from 0. The instances have the addresses `server.orders[0]` and so on. Where instances have names of their own, `for_each` is better: taking one out of the middle then moves no other.",
  },
  depends_on: {
    type: "address_list",
    description: "Blocks that come before this one although no argument refers to them.",
    example: "[server.orders]",
    note: "Rarely needed: a reference in an argument says the same.",
  },
} as const satisfies Readonly<Record<string, ArgumentSchema>>;

/** The page of the meta-arguments: no block has this type. */
export const INSTANCES = {
  type: "meta-arguments",
  labels: [],
  description:
    "`for_each`, `count` and `depends_on`: one block for many objects, and the order of blocks.",
  use: "Every block with an address takes them: credential, server, vault, retention, policy, backup_set, bridge, drill, data and module. With `for_each` or `count` a block stands for several objects, its instances; each has a key in its address.",
  example: `variable "hosts" {
  type = map(string)
  default = {
    eu = "eu.contoso.example"
    us = "us.contoso.example"
  }
}

server "shop" {
  for_each   = var.hosts
  kind       = "sql_server"
  host       = each.value
  credential = credential.ci
}

backup_set "shop" {
  for_each = var.hosts
  server   = server.shop[each.key]
  policy   = policy.gold
  vault    = vault.main

  databases {
    include = ["Shop_*"]
  }
}
`,
  arguments: META_ARGUMENTS,
} as const satisfies BlockSchema;

/** `lifecycle` inside a resource: how changes of it are carried out. */
export const LIFECYCLE = {
  type: "lifecycle",
  labels: [],
  description: "How changes of an object are carried out, and what must hold of it.",
  use: "Write it inside a block that becomes an object: credential, server, vault, retention, policy, backup_set, bridge, drill. Its own arguments decide about the plan before anything is evaluated, so they are written out and refer to no value; the conditions may refer to anything.",
  example: `variable "days" {
  type    = number
  default = 35
}

retention "audited" {
  daily      = var.days
  legal_hold = true

  lifecycle {
    prevent_destroy = true
    ignore_changes  = [legal_hold]

    precondition {
      condition     = var.days >= 30
      error_message = "Audited databases are kept for at least 30 days."
    }
  }
}
`,
  arguments: {
    prevent_destroy: {
      type: "bool",
      default: false,
      description: "A plan that would remove or replace the object is refused.",
      example: "true",
      note: "It is recorded with the object, so deleting the block does not lift it. An `apply` with `false` does.",
    },
    create_before_destroy: {
      type: "bool",
      default: false,
      description: "When the object is replaced, the new one is made before the old one goes.",
      example: "true",
    },
    ignore_changes: {
      type: "attribute_list",
      default: [],
      description: "Arguments whose differences are no change once the object is recorded.",
      example: "[port, tls.ca_file]",
      note: "The word `all` stands for every argument.",
    },
    replace_triggered_by: {
      type: "address_list",
      default: [],
      description: "Blocks, or arguments of blocks: when one changes, this object is replaced.",
      example: "[server.orders.host]",
    },
  },
  blocks: {
    precondition: {
      absent: "null",
      repeatable: true,
      description: "What must hold before the object is planned.",
      body: CONDITION,
    },
    postcondition: {
      absent: "null",
      repeatable: true,
      description: "What must hold of the object itself, as `self`.",
      body: CONDITION,
    },
  },
} as const satisfies BlockSchema;
