// npm test: runs every test, or the files it is given, three files at a time: on two cores one of them waits for others.
// Many small files share a process (test/together). What Node makes of a source file is kept for the next process that needs it.
import { spawnSync } from "node:child_process";
import { globSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { APART, TOGETHER } from "../test/together/rooms.ts";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const given = process.argv.slice(2);
const files = given.length > 0 ? given : everyTest();

const { status, error } = spawnSync(
  process.execPath,
  ["--test", "--test-concurrency=3", ...files],
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

/** What takes longest first: a process that has nothing beside it at the end wastes a core. */
function everyTest() {
  const grouped = Object.values(TOGETHER).flatMap((folders) =>
    folders.map((folder) => `test/${folder}/`),
  );
  const groups = Object.keys(TOGETHER).map((group) => `test/together/${group}.together.ts`);
  const alone = globSync("test/**/*.test.ts", { cwd: root })
    .filter(
      (file) =>
        APART.some((folder) => file.startsWith(`test/${folder}/`)) ||
        !grouped.some((folder) => file.startsWith(folder)),
    )
    .sort();
  const long = alone.filter((file) => /^test\/(?:scripts|end-to-end)\//.test(file));
  return [...groups, ...long.toReversed(), ...alone.filter((file) => !long.includes(file))];
}
