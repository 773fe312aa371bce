import type { Lifecycle } from "./configuration.ts";

/** Of an object without a `lifecycle` block. */
export const NO_LIFECYCLE: Lifecycle = {
  preventDestroy: false,
  createBeforeDestroy: false,
  ignoreChanges: [],
  replaceTriggeredBy: [],
};
