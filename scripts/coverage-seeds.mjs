// npm run coverage:seeds: runs the tests once and lists every seed row with the passing tests that prove it.
//   -json          the same as one JSON document
//   -tests GLOB    other tests than test/**/*.test.ts; repeatable
//   -seeds FILE    another checklist than spec/seeds.md of the shared data
// A title starts with the ids and the level: `B-45 B-46 [decision] ...` or `B-45 [end to end] ...`.
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { run } from "node:test";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { coverSeeds, formatSeedCoverage, parseSeedIds } from "../test/support/seed-coverage.ts";
import { sharedData } from "../test/support/shared-data.ts";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const { values } = parseArgs({
  args: process.argv.slice(2).map((word) => word.replace(/^-(?=[a-z]{2})/, "--")),
  options: {
    json: { type: "boolean", default: false },
    tests: { type: "string", multiple: true, default: ["test/**/*.test.ts"] },
    seeds: { type: "string" },
  },
});

const checklist = values.seeds ?? sharedData("spec", "seeds.md");
if (checklist === undefined || !existsSync(checklist)) {
  process.stderr.write(
    "coverage:seeds was not run: spec/seeds.md is neither in HOLDFAST_SHARED nor in ../shared.\n",
  );
  process.exit(0);
}

const outcomes = [];
const failed = [];
const events = run({ cwd: root, globPatterns: values.tests, concurrency: true });
for await (const { type, data } of events) {
  if (type !== "test:pass" && type !== "test:fail") continue;
  const ran = data.skip === undefined && data.todo === undefined;
  if (type === "test:fail" && data.todo === undefined) failed.push(data.name);
  if (data.details.type !== "suite") {
    outcomes.push({ title: data.name, passed: type === "test:pass" && ran });
  }
}

const coverage = coverSeeds(parseSeedIds(readFileSync(checklist, "utf8")), outcomes);
process.stdout.write(
  values.json
    ? `${JSON.stringify({ ...coverage, failed }, null, 2)}\n`
    : formatSeedCoverage(coverage),
);
for (const title of failed) process.stderr.write(`failed: ${title}\n`);
if (outcomes.length === 0) process.stderr.write("No test was found.\n");
process.exitCode = failed.length > 0 || outcomes.length === 0 ? 1 : 0;
