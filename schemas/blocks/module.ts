import type { BodySchema } from "./block-schema.ts";
import { META_ARGUMENTS } from "./meta-arguments.ts";

/** `module "NAME"`: another folder of configuration, used as one block. Every other argument is an input of it. */
export const MODULE = {
  arguments: {
    source: {
      type: "string",
      required: true,
      description: "Where the module is: a folder, or a Git repository.",
    },
    version: {
      type: "string",
      description: "Reserved for modules of a registry.",
    },
    ...META_ARGUMENTS,
  },
  inputs: true,
} as const satisfies BodySchema;
