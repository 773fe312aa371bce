import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";
import {
  coverSeeds,
  formatSeedCoverage,
  parseSeedIds,
  type TestOutcome,
} from "../support/seed-coverage.ts";

const SCRIPT = join(import.meta.dirname, "..", "..", "scripts", "coverage-seeds.mjs");
const CHECKLIST = `# Rows
| id | rule |
|---|---|
| A-01 | as B-02 |
| B-02 | rule |
| B-03 | rule |
`;

function testsOf(outcomes: readonly TestOutcome[]) {
  const { rows } = coverSeeds(["A-01", "B-02", "B-03"], outcomes);
  return rows.map(({ id, tests }) => [id, tests.decision, tests["end to end"]]);
}

test("the ids of a checklist are the first cells of its tables", () => {
  assert.deepEqual(parseSeedIds(CHECKLIST), ["A-01", "B-02", "B-03"]);
});

test("a title with several ids proves each of them, at its own level only", () => {
  const outcomes = [
    { title: "A-01 B-02 [decision] points stay", passed: true },
    { title: "B-02 [end to end] points restore", passed: true },
  ];
  assert.deepEqual(testsOf(outcomes), [
    ["A-01", ["points stay"], []],
    ["B-02", ["points stay"], ["points restore"]],
    ["B-03", [], []],
  ]);
});

const PROVES_NOTHING: readonly TestOutcome[] = [
  { title: "A-01 [decision] a test that failed", passed: false },
  { title: "A-01 a test without a level", passed: true },
  { title: "A-01 [sometimes] a test of an unknown level", passed: true },
  { title: "A-01…B-02 [decision] a range", passed: true },
  { title: "as A-01 [decision] says, in the middle of a title", passed: true },
];

for (const outcome of PROVES_NOTHING) {
  test(`no row is proven by: ${outcome.title}`, () => {
    assert.ok(testsOf([outcome]).every(([, ...columns]) => columns.flat().length === 0));
  });
}

test("titles that name a row but prove none are listed apart", () => {
  const titles = ["A-01 without a level", "A-99 [decision] of an unknown row", "of no row"];
  const { uncounted } = coverSeeds(
    ["A-01"],
    titles.map((title) => ({ title, passed: true })),
  );
  assert.deepEqual(uncounted, titles.slice(0, 2));
});

test("the text has a line for every row, columns that align, and totals", () => {
  const text = formatSeedCoverage(
    coverSeeds(
      ["A-01", "B-02"],
      [
        { title: `A-01 [decision] ${"word ".repeat(20)}end`, passed: true },
        { title: "A-01 [end to end] restored", passed: true },
      ],
    ),
  );
  const [head = "", first = "", second = "", third = ""] = text.split("\n");
  assert.equal(head.indexOf("[end to end]"), first.indexOf("restored"));
  assert.match(second, /^ {8}word/);
  assert.match(third, /^B-02 {2}- +-$/);
  assert.match(text, /\[decision\] +1 of 2\n\[end to end\] +1 of 2\n$/);
});

test("a run counts what passed, names what failed, and then fails", async () => {
  const folder = await mkdtemp(join(tmpdir(), "holdfast-seeds-"));
  try {
    await writeFile(join(folder, "seeds.md"), CHECKLIST);
    await writeFile(
      join(folder, "sample.test.mjs"),
      `import { test } from "node:test";
       test("A-01 [decision] passes", () => {});
       test("B-02 [decision] fails", () => { throw new Error("no"); });
       test("B-03 [end to end] is skipped", { skip: true }, () => {});`,
    );
    const run = await coverageOf(folder);
    assert.equal(run.code, 1);
    assert.match(run.stderr, /failed: B-02 \[decision\] fails/);
    const { rows } = JSON.parse(run.stdout) as ReturnType<typeof coverSeeds>;
    assert.deepEqual(
      rows.map(({ id, tests }) => [id, tests.decision.length, tests["end to end"].length]),
      [
        ["A-01", 1, 0],
        ["B-02", 0, 0],
        ["B-03", 0, 0],
      ],
    );
  } finally {
    await rm(folder, { recursive: true });
  }
});

test("without the checklist it says in one line what was not run, and passes", async () => {
  const { NODE_TEST_CONTEXT: _, ...env } = process.env;
  const elsewhere = { ...env, HOLDFAST_SHARED: join(tmpdir(), "no-such-folder") };
  const { stdout, stderr } = await promisify(execFile)(process.execPath, [SCRIPT], {
    env: elsewhere,
  });
  assert.equal(stdout, "");
  assert.match(stderr, /^coverage:seeds was not run: .+\n$/);
});

interface Run {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

function coverageOf(folder: string): Promise<Run> {
  const { NODE_TEST_CONTEXT: _, ...env } = process.env;
  const words = ["-json", "-seeds", join(folder, "seeds.md")];
  words.push("-tests", join(folder, "*.test.mjs"));
  return new Promise((resolve) => {
    execFile(process.execPath, [SCRIPT, ...words], { env }, (error, stdout, stderr) => {
      resolve({ code: typeof error?.code === "number" ? error.code : 0, stdout, stderr });
    });
  });
}
