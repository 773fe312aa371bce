import type { RehydratePriority } from "../../core/operations/require-readable.ts";
import { type FlagSpec, type Flags, usageError } from "./flags.ts";

export const REHYDRATE_FLAG: FlagSpec = {
  name: "rehydrate",
  kind: "optional",
  placeholder: "PRIORITY",
  description:
    "Have what lies in the archive tier brought back: standard (up to 15 hours) or high (dearer, mostly within one). Run the command again then.",
};

export function rehydrateBy(flags: Flags): RehydratePriority | undefined {
  const text = flags.value("rehydrate");
  if (text === undefined) return undefined;
  if (text === "" || text === "standard") return "standard";
  if (text === "high") return "high";
  throw usageError("-rehydrate takes standard or high: write -rehydrate or -rehydrate=high.");
}
