import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { SourceRange } from "../diagnostics/source-range.ts";
import type { ParsedFile } from "../language/parsed-file.ts";

/** Something that a `then` names, and what was found of it at the instant. Both are lists of texts in order, compared as multisets. */
export interface Expectation {
  /** `visible differential`, `base`. */
  readonly what: string;
  /** The argument that names it. */
  readonly range: SourceRange;
  readonly expected: readonly string[];
  readonly found: readonly string[];
}

/** An expectation that did not come true. */
export interface TestFailure extends Expectation {
  /** The instant looked at, by the policy's clock. */
  readonly at: string;
}

export interface TestResult {
  /** What stands behind the word `test`. */
  readonly title: string;
  /** The block's header. */
  readonly range: SourceRange;
  /** `error`: the test itself is at fault, and proves nothing. */
  readonly status: "pass" | "fail" | "error";
  readonly failures: readonly TestFailure[];
  /** The failures for people, and what is wrong with the test itself. */
  readonly diagnostics: readonly Diagnostic[];
}

/** A result with how long it took to come about. */
export interface TimedTestResult extends TestResult {
  readonly milliseconds: number;
}

export interface TestFileResult {
  readonly filename: string;
  readonly tests: readonly TimedTestResult[];
  /** What is wrong with the file beside its tests; with an error no test of it ran. */
  readonly diagnostics: readonly Diagnostic[];
}

export interface TestReport {
  readonly files: readonly TestFileResult[];
  /** What is wrong with the configuration; with an error no test ran. */
  readonly diagnostics: readonly Diagnostic[];
  /** The files of tests, for snippets. */
  readonly sources: ReadonlyMap<string, ParsedFile>;
}
