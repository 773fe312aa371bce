import type { TestFileResult, TestReport, TestResult } from "../../core/testing/test-result.ts";
import { encodeDiagnostic } from "./diagnostic-json.ts";
import type { TestCounts } from "./test-text.ts";

/** The document of `test -json`. */
export function toTestJson({ files, diagnostics }: TestReport, counts: TestCounts): object {
  return {
    format_version: "1.0",
    status: counts.failed + counts.broken > 0 ? "fail" : "pass",
    passed: counts.passed,
    failed: counts.failed,
    errors: counts.broken,
    diagnostics: diagnostics.map(encodeDiagnostic),
    files: files.map(fileJson),
  };
}

function fileJson({ filename, tests, diagnostics }: TestFileResult): object {
  return {
    filename,
    diagnostics: diagnostics.map(encodeDiagnostic),
    tests: tests.map(testJson),
  };
}

function testJson({ title, status, range, failures, diagnostics }: TestResult): object {
  const { start } = range;
  return {
    title,
    line: start.line,
    status,
    failures: failures.map((failure) => ({
      at: failure.at,
      what: failure.what,
      line: failure.range.start.line,
      expected: failure.expected,
      found: failure.found,
    })),
    diagnostics: diagnostics.map(encodeDiagnostic),
  };
}
