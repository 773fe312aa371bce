import assert from "node:assert/strict";
import { test } from "node:test";
import type { SourceFile } from "../../../core/language/source-file.ts";
import { corpusFiles, useFile } from "../../support/mutated-corpus.ts";
import { stepsOfParse } from "../../support/parse-steps.ts";
import { mutateFile, randomFrom } from "../../support/syntax-mutator.ts";

// node --test test/core/language/mutated-files.slow.ts
// HOLDFAST_TEST_SEED repeats a run, HOLDFAST_TEST_FILES sets how many files it makes.
const seed = Number(process.env["HOLDFAST_TEST_SEED"] ?? Math.floor(Math.random() * 2 ** 31));
const count = Number(process.env["HOLDFAST_TEST_FILES"] ?? 20_000);
const files = corpusFiles();

/** Each of 50 faults may look through the whole file for the bracket that ends it. */
const MOST_STEPS_A_TOKEN = 100;

test(`${count} mutated files are parsed without a crash and in bounded steps (seed ${seed})`, () => {
  const random = randomFrom(seed);
  for (let turn = 0; turn < count; turn += 1) {
    const { name, bytes } = files[turn % files.length] ?? assert.fail();
    const mutated = mutateFile(bytes, random);
    try {
      const { file } = useFile(name, mutated);
      if (!name.endsWith(".json")) assertSteps(file);
    } catch (cause) {
      const text = JSON.stringify(Buffer.from(mutated).toString("latin1"));
      throw new Error(`turn ${turn} of seed ${seed}, ${name}: ${text}`, { cause });
    }
  }
});

function assertSteps(file: SourceFile): void {
  const { steps, tokens } = stepsOfParse(file);
  assert.ok(steps <= MOST_STEPS_A_TOKEN * tokens, `${steps} steps for ${tokens} tokens`);
}
