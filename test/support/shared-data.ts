import { existsSync } from "node:fs";
import { join } from "node:path";

/** A path under the shared data, or undefined where there is none on this machine. */
export function sharedData(...parts: readonly string[]): string | undefined {
  const root =
    process.env["HOLDFAST_SHARED"] ?? join(import.meta.dirname, "..", "..", "..", "shared");
  const path = join(root, ...parts);
  return existsSync(path) ? path : undefined;
}
