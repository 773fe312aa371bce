import type { BlockSchema } from "./block-schema.ts";

/** `locals`: names for values. Every argument is one. */
export const LOCALS = {
  type: "locals",
  labels: [],
  description: "Names for values that several places need.",
  use: "Write as many as you like: each argument is a local value, read as `local.NAME`. Local values may refer to each other in any order, but not in a circle.",
  example: `locals {
  zone    = "Europe/Berlin"
  schemas = ["Orders", "Shop"]
  globs   = [for name in local.schemas : "\${name}_*"]
}

retention "local" {
  daily    = 10
  timezone = local.zone
}

backup_set "local" {
  server = server.orders
  policy = policy.gold
  vault  = vault.main
  databases { include = local.globs }
}
`,
  arguments: {},
  inputs: true,
} as const satisfies BlockSchema;
