import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { type CaseOutcome, type HclCase, titleOf } from "./hcl-case.ts";
import { runHclCase } from "./run-hcl-case.ts";

export interface FileReport {
  readonly passed: number;
  readonly failures: readonly string[];
  /** Cases that wait for something, by what they need. */
  readonly notYet: ReadonlyMap<string, number>;
}

/** Runs all cases of a file of the conformance data. */
export function runHclFile(path: string): FileReport {
  const cases = JSON.parse(readFileSync(path, "utf8")) as readonly HclCase[];
  const isTemplate = basename(path).includes("template");
  const failures: string[] = [];
  const notYet = new Map<string, number>();
  let passed = 0;
  for (const one of cases) {
    const outcome: CaseOutcome = runHclCase(one, isTemplate);
    if (outcome.status === "passed") passed += 1;
    else if (outcome.status === "failed") failures.push(`${titleOf(one)}: ${outcome.why}`);
    else notYet.set(outcome.needs, (notYet.get(outcome.needs) ?? 0) + 1);
  }
  return { passed, failures, notYet };
}
