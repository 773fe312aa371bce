import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join, relative, sep } from "node:path";

/** Digests of all files under a folder, hidden ones too, by their path with slashes. */
export function digestsUnder(folder: string): ReadonlyMap<string, string> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  return new Map(
    files.map(({ parentPath, name }) => {
      const path = join(parentPath, name);
      const digest = createHash("sha256").update(readFileSync(path)).digest("hex");
      return [relative(folder, path).replaceAll(sep, "/"), digest];
    }),
  );
}
