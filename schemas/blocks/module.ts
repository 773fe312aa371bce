import type { BlockSchema } from "./block-schema.ts";
import { META_ARGUMENTS } from "./meta-arguments.ts";

/** `module "NAME"`: another folder of configuration, used as one block. Every other argument is an input of it. */
export const MODULE = {
  type: "module",
  description: "Another folder of configuration, used as one block.",
  use: "Write one to use blocks that belong together more than once, or in more than one configuration. The [variables](variable.md) of the folder are its inputs: every argument that is not listed below gives one of them a value. Its [outputs](output.md) are read as `module.NAME.OUTPUT`, and its objects have addresses below the module: `module.europe.server.orders`.\n\nInside a module `path.module` is its folder. A `holdfast` block belongs to the root of a configuration and not into a module.",
  example: `module "europe" {
  source = "./modules/shop"
  host   = "shop.contoso.example"
}

backup_set "europe" {
  server = module.europe.server
  policy = policy.gold
  vault  = vault.main

  databases {
    include = ["*"]
  }
}
`,
  arguments: {
    source: {
      type: "string",
      required: true,
      description: "Where the module is: a folder, or a Git repository.",
      example: '"./modules/shop"',
      note: "It is read before expressions are, so it is a plain text. A folder starts with `./` or `../`. A repository is written as `git::https://HOST/REPOSITORY.git//FOLDER?ref=TAG`; `init` fetches it.",
    },
    version: {
      type: "string",
      description: "Refused: versions belong to a registry, and Holdfast has none.",
      note: "Name a tag in the source instead.",
    },
    ...META_ARGUMENTS,
  },
  inputs: true,
} as const satisfies BlockSchema;
