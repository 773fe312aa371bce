import type { ArgumentSchema, BodySchema } from "./block-schema.ts";

/** Something that must hold, and what to say when it does not. */
export const CONDITION = {
  arguments: {
    condition: {
      type: "any",
      required: true,
      description: "An expression that is true while everything is as it should be.",
    },
    error_message: {
      type: "any",
      required: true,
      description: "What to tell the reader when the condition is false.",
    },
  },
} as const satisfies BodySchema;

/** Arguments that every block with an address takes beside its own. */
export const META_ARGUMENTS = {
  for_each: {
    type: "any",
    description: "A map, or a set of strings: the block stands once for each element.",
  },
  count: {
    type: "any",
    description: "A whole number: the block stands that many times.",
  },
  depends_on: {
    type: "address_list",
    description: "Blocks that come before this one although no argument refers to them.",
  },
} as const satisfies Readonly<Record<string, ArgumentSchema>>;

/** `lifecycle` inside a resource: how changes of it are carried out. */
export const LIFECYCLE = {
  arguments: {
    prevent_destroy: {
      type: "bool",
      default: false,
      description: "A plan that would remove or replace the object is refused.",
    },
    create_before_destroy: {
      type: "bool",
      default: false,
      description: "When the object is replaced, the new one is made before the old one goes.",
    },
    ignore_changes: {
      type: "attribute_list",
      default: [],
      description: "Arguments whose differences are no change once the object is recorded.",
    },
    replace_triggered_by: {
      type: "address_list",
      default: [],
      description: "Blocks, or arguments of blocks: when one changes, this object is replaced.",
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
} as const satisfies BodySchema;
