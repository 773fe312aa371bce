import type { BodySchema } from "./block-schema.ts";

/** `locals`: names for values. Every argument is one. */
export const LOCALS = { arguments: {}, inputs: true } as const satisfies BodySchema;
