import type { FlagSpec } from "./flags.ts";

/** For commands that look at what the catalog has at an instant. */
export const AT_FLAG: FlagSpec = {
  name: "at",
  kind: "value",
  placeholder: "TIME",
  description:
    "2026-02-13T11:00:00-08:00 with an offset, or 2026-02-13T11:00 or 2026-02-13 by the policy's clock.",
};
