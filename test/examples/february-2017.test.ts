import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { createPorts } from "../../cmd/wiring/ports.ts";
import { runTests } from "../../core/operations/run-tests.ts";

const FOLDER = join(import.meta.dirname, "..", "..", "examples", "february-2017");

async function runExample() {
  const ports = await createPorts({
    version: "0.1.0",
    directory: FOLDER,
    host: { emit: (event) => assert.fail(JSON.stringify(event)) },
    signal: new AbortController().signal,
    remember: () => undefined,
  });
  return runTests({ files: [], filters: [], variables: [] }, ports);
}

const { files, diagnostics } = await runExample();

/** Every story of the example, and the rows that it tells. */
const ROWS: Readonly<Record<string, string>> = {
  "full backups alone: the first is kept to the end of its tenth day": "B-07 B-08 B-09",
  "on 11 February at five there are two full and ten differential points": "B-32",
  "on 13 February at eleven the first full is kept for its differentials": "B-35 B-36 B-37",
  "the month, moment by moment": "B-04 B-31 B-37",
  "the last point of a week stands for it, with what it needs": "B-33",
  "full backups alone: the full of 1 February stands for its week": "B-12",
  "full backups start at noon on the four Wednesdays": "B-05",
  "logs count from the end of the full, and the differential takes the turn of a log": "B-60 B-66",
  "logs live by the daily class alone, and are no use once nothing leads to them": "B-65",
};

for (const [title, rows] of Object.entries(ROWS)) {
  test(`${rows} [decision] the example tells that ${title}`, () => {
    const found = files.flatMap(({ tests }) => tests).find((each) => each.title === title);
    assert.deepEqual(found?.diagnostics, []);
    assert.equal(found.status, "pass");
  });
}

test("the example of February 2017 has no other test and nothing at fault", () => {
  assert.deepEqual(diagnostics, []);
  assert.deepEqual(
    files.flatMap(({ tests }) => tests.map(({ title }) => title)).toSorted(),
    Object.keys(ROWS).toSorted(),
  );
  assert.deepEqual(
    files.flatMap((file) => file.diagnostics),
    [],
  );
});
