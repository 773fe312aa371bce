import type { BodySchema } from "./block-schema.ts";
import { CONDITION } from "./meta-arguments.ts";

/** `check "NAME"`: says when something is not as it should be, and stops nothing. */
export const CHECK = {
  arguments: {},
  blocks: {
    data: {
      absent: "null",
      labels: ["type", "name"],
      description: "A data source that only this check reads.",
      body: { arguments: {}, inputs: true },
    },
    assert: {
      required: true,
      repeatable: true,
      absent: "null",
      description: "What should hold.",
      body: CONDITION,
    },
  },
} as const satisfies BodySchema;
