import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { MUTATIONS_FOLDER, useFile } from "../support/mutated-corpus.ts";

/** One file of `cases.json`, and what the reference's parser says of it. */
type MutationCase = {
  readonly file: string;
  /** The line of the first error; absent where the file is accepted. */
  readonly line?: number;
  readonly summary?: string;
} & ({ readonly text: string } | { readonly base64: string });

const { cases } = JSON.parse(readFileSync(join(MUTATIONS_FOLDER, "cases.json"), "utf8")) as {
  readonly cases: readonly MutationCase[];
};

interface Verdict {
  readonly title: string;
  readonly wanted: MutationCase;
  readonly line: number | undefined;
  readonly summary: string | undefined;
}

function judge(one: MutationCase, at: number): Verdict {
  const bytes = "text" in one ? Buffer.from(one.text) : Buffer.from(one.base64, "base64");
  const [first] = useFile(one.file, bytes).diagnostics;
  return {
    title: `case ${at} of ${one.file}: line ${one.line} ${one.summary}`,
    wanted: one,
    line: first?.subject?.start.line,
    summary: first?.summary,
  };
}

const verdicts = cases.map(judge);
const rejected = verdicts.filter(({ wanted }) => wanted.line !== undefined);

/** What the reference takes and we do not, on purpose: broken UTF-8 in comments and texts, and NUL. */
function isStricter({ wanted }: Verdict): boolean {
  return "base64" in wanted || wanted.text.includes("\0");
}

test("mutated files are taken or refused as the reference does", () => {
  assert.equal(cases.length, 200);
  const others = verdicts.filter(
    (verdict) =>
      (verdict.wanted.line === undefined) !== (verdict.line === undefined) && !isStricter(verdict),
  );
  assert.deepEqual(
    others.map(({ title, summary }) => `${title}, ours: ${summary}`),
    [],
  );
});

test("the first fault of a mutated file stands on the reference's line in 95 of 100 cases", (t) => {
  const elsewhere = rejected.filter(({ wanted, line }) => line !== wanted.line);
  t.diagnostic(`${rejected.length - elsewhere.length} of ${rejected.length} lines agree`);
  for (const { title, line, summary } of elsewhere)
    t.diagnostic(`${title}, ours: ${line} ${summary}`);
  assert.ok(elsewhere.length <= rejected.length * 0.05);
});

test("the first fault of a mutated file is of the reference's kind in 90 of 100 cases", (t) => {
  const others = rejected.filter(({ wanted, summary }) => summary !== wanted.summary);
  t.diagnostic(`${rejected.length - others.length} of ${rejected.length} summaries agree`);
  assert.ok(others.length <= rejected.length * 0.1);
});
