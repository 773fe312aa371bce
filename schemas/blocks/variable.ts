import type { BodySchema } from "./block-schema.ts";
import { CONDITION, META_ARGUMENTS } from "./meta-arguments.ts";

/** The arguments of `output "NAME"` that are of a fixed type. */
export const OUTPUT = {
  arguments: {
    description: { type: "string", description: "What the value is." },
    sensitive: {
      type: "bool",
      default: false,
      description: "The value is hidden in what people read.",
    },
    ephemeral: {
      type: "bool",
      default: false,
      description: "The value is never stored. Only an output of a module can be ephemeral.",
    },
  },
} as const satisfies BodySchema;

/** `output "NAME"` with all that it takes. */
export const OUTPUT_BLOCK = {
  arguments: {
    value: { type: "any", required: true, description: "The value." },
    ...OUTPUT.arguments,
    depends_on: META_ARGUMENTS.depends_on,
  },
  blocks: {
    precondition: {
      absent: "null",
      repeatable: true,
      description: "What must hold for the value to be given.",
      body: CONDITION,
    },
  },
} as const satisfies BodySchema;

/** The arguments of `variable "NAME"` that are of a fixed type. */
export const VARIABLE = {
  arguments: {
    description: { type: "string", description: "What the value is for." },
    sensitive: {
      type: "bool",
      default: false,
      description: "The value, and all that is made of it, is hidden in what people read.",
    },
    nullable: { type: "bool", default: true, description: "Whether null is a value." },
    ephemeral: {
      type: "bool",
      default: false,
      description: "The value is never stored, neither in a plan nor in the catalog.",
    },
  },
} as const satisfies BodySchema;

/** `variable "NAME"` with all that it takes. */
export const VARIABLE_BLOCK = {
  arguments: {
    type: {
      type: "type_constraint",
      description: "The type that the value is converted to; any type where absent.",
    },
    default: { type: "any", description: "The value where none is given. Refers to nothing." },
    ...VARIABLE.arguments,
  },
  blocks: {
    validation: {
      absent: "null",
      repeatable: true,
      description: "What must hold of the value.",
      body: CONDITION,
    },
  },
} as const satisfies BodySchema;
