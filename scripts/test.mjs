// npm test: runs every test, or the files it is given, two files at a time. What Node makes of a source file is kept
// for the next process that needs it: each test file has a process of its own, and most of them load the same modules.
import { spawnSync } from "node:child_process";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const given = process.argv.slice(2);
const files = given.length > 0 ? given : ["test/**/*.test.ts"];

const { status, error } = spawnSync(
  process.execPath,
  ["--test", "--test-concurrency=2", ...files],
  {
    cwd: root,
    stdio: "inherit",
    env: {
      NODE_COMPILE_CACHE: join(root, "node_modules", ".cache", "holdfast-tests"),
      ...process.env,
    },
  },
);
if (error !== undefined) throw error;
process.exit(status ?? 1);
