import type { BodySchema } from "./block-schema.ts";

/** `import`: something that exists already becomes an object of this configuration. */
export const IMPORT = {
  arguments: {
    to: { type: "address", required: true, description: "The address that it gets." },
    id: { type: "any", required: true, description: "What it is called where it exists." },
    for_each: {
      type: "any",
      description: "A map, or a set of strings: one object is imported for each element.",
    },
  },
} as const satisfies BodySchema;
