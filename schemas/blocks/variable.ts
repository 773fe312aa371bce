import type { BodySchema } from "./block-schema.ts";

/** `output "NAME"`. Its `value` is an expression and not of any fixed type, so it is read apart. */
export const OUTPUT = {
  arguments: {
    description: { type: "string", description: "What the value is." },
    sensitive: {
      type: "bool",
      default: false,
      description: "The value is hidden in what people read.",
    },
  },
} as const satisfies BodySchema;

/** `variable "NAME"`. `type` and `default` are read apart: one is a type constraint, the other of that type. */
export const VARIABLE = {
  arguments: {
    description: { type: "string", description: "What the value is for." },
    sensitive: {
      type: "bool",
      default: false,
      description: "The value, and all that is made of it, is hidden in what people read.",
    },
    nullable: { type: "bool", default: true, description: "Whether null is a value." },
  },
} as const satisfies BodySchema;
