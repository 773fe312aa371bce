import assert from "node:assert/strict";
import { test } from "node:test";
import { corpusFiles, useFile } from "../../support/mutated-corpus.ts";
import { mutateFile, randomFrom } from "../../support/syntax-mutator.ts";

const files = corpusFiles();

test("the files that are mutated are valid themselves", () => {
  assert.ok(files.length > 5);
  for (const { name, bytes } of files) assert.deepEqual(useFile(name, bytes).diagnostics, [], name);
});

test("mutated files crash neither the parser nor what uses its tree", (t) => {
  const seed = Number(process.env["HOLDFAST_TEST_SEED"] ?? Math.floor(Math.random() * 2 ** 31));
  t.diagnostic(`seed ${seed} (HOLDFAST_TEST_SEED)`);
  const random = randomFrom(seed);
  for (let turn = 0; turn < 1000; turn += 1) {
    const { name, bytes } = files[turn % files.length] ?? assert.fail();
    const mutated = mutateFile(bytes, random);
    try {
      useFile(name, mutated);
    } catch (cause) {
      const text = JSON.stringify(Buffer.from(mutated).toString("latin1"));
      throw new Error(`turn ${turn} of seed ${seed}, ${name}: ${text}`, { cause });
    }
  }
});
