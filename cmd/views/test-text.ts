import type { TestReport, TestResult } from "../../core/testing/test-result.ts";
import { formatCounted } from "./count-text.ts";
import type { Paint } from "./paint.ts";
import { printable } from "./text-layout.ts";

export interface TestCounts {
  readonly passed: number;
  readonly failed: number;
  /** Tests, files and configurations that are at fault themselves. */
  readonly broken: number;
}

export function countTests({ files, diagnostics }: TestReport): TestCounts {
  const tests = files.flatMap((file) => file.tests);
  const count = (status: TestResult["status"]) =>
    tests.filter((test) => test.status === status).length;
  const others = [diagnostics, ...files.map((file) => file.diagnostics)];
  const faulty = others.filter((list) => list.some(({ severity }) => severity === "error")).length;
  return { passed: count("pass"), failed: count("fail"), broken: count("error") + faulty };
}

/** One line for each test, without what went wrong. */
export function formatTest({ title, status }: TestResult, paint: Paint): string {
  return `  ${mark(status, paint)}  ${printable(title)}\n`;
}

function mark(status: TestResult["status"], paint: Paint): string {
  switch (status) {
    case "pass":
      return paint.added("pass ");
    case "fail":
      return paint.removed("FAIL ");
    case "error":
      return paint.removed("ERROR");
    default:
      return status satisfies never;
  }
}

/** The last line. */
export function formatTestSummary({ passed, failed, broken }: TestCounts, paint: Paint): string {
  if (failed + broken === 0) {
    return `${paint.added("Success!")} ${formatCounted(passed, "test")} passed.\n`;
  }
  const parts = [
    `${passed} passed`,
    ...(failed > 0 ? [`${failed} failed`] : []),
    ...(broken > 0 ? [`${broken} with errors`] : []),
  ];
  return `${paint.removed("Failure!")} ${parts.join(", ")}.\n`;
}
