import type { BlockSchema, BodySchema } from "./block-schema.ts";
import { CONDITION, META_ARGUMENTS } from "./meta-arguments.ts";

/** The arguments of `output "NAME"` that are of a fixed type. */
export const OUTPUT = {
  arguments: {
    description: {
      type: "string",
      description: "What the value is.",
      example: '"The server that is backed up."',
    },
    sensitive: {
      type: "bool",
      default: false,
      description: "The value is hidden in what people read.",
      example: "true",
      note: "Needed when the value is made of a sensitive one. `output -json` and `output -raw` show it all the same.",
    },
    ephemeral: {
      type: "bool",
      default: false,
      description: "The value is never stored. Only an output of a module can be ephemeral.",
      example: "true",
    },
  },
} as const satisfies BodySchema;

/** `output "NAME"` with all that it takes. */
export const OUTPUT_BLOCK = {
  type: "output",
  description: "A value that the configuration gives to those who use it.",
  use: "Write one in a module to hand a value to whoever calls it, as `module.NAME.OUTPUT`. In the root of a configuration it is for people and scripts: `holdfast output` shows it, evaluated from the configuration as it stands.",
  example: `output "orders_host" {
  description = "Where the orders are."
  value       = "orders.contoso.example"
}
`,
  arguments: {
    value: {
      type: "any",
      required: true,
      description: "The value.",
      example: "local.zone",
    },
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
} as const satisfies BlockSchema;

/** The arguments of `variable "NAME"` that are of a fixed type. */
export const VARIABLE = {
  arguments: {
    description: {
      type: "string",
      description: "What the value is for.",
      example: '"How many days every point is kept."',
    },
    sensitive: {
      type: "bool",
      default: false,
      description: "The value, and all that is made of it, is hidden in what people read.",
      example: "true",
      note: "Hidden, not gone: it is stored as it is. No secret belongs into a variable; a [credential](credential.md) says where one is.",
    },
    nullable: {
      type: "bool",
      default: true,
      description: "Whether null is a value.",
      example: "false",
      note: "False: a null that is given counts as nothing given, so the default holds.",
    },
    ephemeral: {
      type: "bool",
      default: false,
      description: "The value is never stored, neither in a plan nor in the catalog.",
      example: "true",
    },
  },
} as const satisfies BodySchema;

/** `variable "NAME"` with all that it takes. */
export const VARIABLE_BLOCK = {
  type: "variable",
  description: "A value that is given from outside: an input of the configuration or of a module.",
  use: "Write one for what differs between environments. [Sources of values](../language.md#values-of-variables) lists where a value may come from and which one wins. In a module the `module` block gives it.\n\nArguments of a `module` block cannot be names of variables: `source`, `version`, `providers`, `count`, `for_each`, `lifecycle`, `depends_on`, `locals`.",
  example: `variable "keep_days" {
  description = "How many days every point is kept."
  type        = number
  default     = 10

  validation {
    condition     = var.keep_days >= 7
    error_message = "Keep points for a week at least."
  }
}

retention "variable" {
  daily = var.keep_days
}
`,
  arguments: {
    type: {
      type: "type_constraint",
      description: "The type that the value is converted to; any type where absent.",
      example: "list(string)",
      note: "`string`, `number`, `bool`, `any`, `list(TYPE)`, `set(TYPE)`, `map(TYPE)`, `tuple([TYPE, …])` or `object({ NAME = TYPE, … })`. An attribute of an object may be `optional(TYPE)` or `optional(TYPE, DEFAULT)`.",
    },
    default: {
      type: "any",
      description: "The value where none is given. Refers to nothing.",
      example: "10",
      note: "A variable without a default needs a value.",
    },
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
} as const satisfies BlockSchema;
