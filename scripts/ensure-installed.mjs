// Runs under whatever Node is on PATH (20 is enough): installs when needed, then builds.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const stamp = join(root, "node_modules", ".holdfast-installed");
const lock = createHash("sha256")
  .update(readFileSync(join(root, "package-lock.json")))
  .digest("hex");

const current = existsSync(stamp) ? readFileSync(stamp, "utf8") : "";
if (current !== lock) {
  process.stderr.write("Installing dependencies (npm ci) ...\n");
  execFileSync("npm", ["ci", "--no-audit", "--no-fund", "--loglevel=error"], {
    cwd: root,
    stdio: ["ignore", 2, 2],
    shell: process.platform === "win32",
  });
  writeFileSync(stamp, lock);
}

const local = join(root, "node_modules", ".bin", "node");
const node = existsSync(local) && process.platform === "linux" ? local : process.execPath;
execFileSync(node, [join(root, "scripts", "build.mjs")], { cwd: root, stdio: ["ignore", 2, 2] });
