import type { BodySchema } from "./block-schema.ts";

/** `moved`: an object has a new address, and is still the same object. */
export const MOVED = {
  arguments: {
    from: { type: "address", required: true, description: "The address that it had." },
    to: { type: "address", required: true, description: "The address that it has now." },
  },
} as const satisfies BodySchema;
