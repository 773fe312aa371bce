import { createReport, hasErrors, problem, type Report } from "../config/report.ts";
import { type Diagnostic, DiagnosticError, errorDiagnostic } from "../diagnostics/diagnostic.ts";
import type { Instant } from "../kit/clock.ts";
import { didYouMean } from "../language/suggestion.ts";
import type { HistoryEvent } from "../policy/model/history.ts";
import type { PolicyRule } from "../policy/model/policy-rule.ts";
import type { Outcome } from "../policy/simulate/simulate.ts";
import type { MomentDraft, TestDraft } from "./draft.ts";
import { expectationsOf } from "./expectations.ts";
import { type Given, givenOf, placeOf } from "./given-history.ts";
import { LocalTime } from "./local-time.ts";
import type { ReadTest } from "./read-test-file.ts";
import { type Comparison, compareTexts, formatSideBySide } from "./side-by-side.ts";
import { sightOf } from "./sight.ts";
import type { TestFailure, TestResult } from "./test-result.ts";

export interface TestWorld {
  readonly rule: PolicyRule;
  /** The backups of the file that the test names as its history. */
  readonly history: readonly HistoryEvent[];
}

/** Tells the story and holds what is found against what is expected, moment by moment. Pure. */
export function runTest(test: ReadTest, draft: TestDraft, world: TestWorld): TestResult {
  const report = createReport();
  const time = new LocalTime(world.rule.timezone, report);
  const given = givenOf(draft.given, { ...world, time, report });
  const failures = draft.moments.flatMap((moment) => failuresAt(moment, { given, time, report }));
  const faults = [...test.diagnostics, ...report.diagnostics];
  if (hasErrors(faults)) return brokenTest(test, faults);
  const { title, range } = test;
  const status = failures.length === 0 ? "pass" : "fail";
  return { title, range, status, failures, diagnostics: [...faults, ...failures.map(failed)] };
}

/** A test that proves nothing, because it is at fault itself. */
export function brokenTest(
  { title, range }: Pick<ReadTest, "title" | "range">,
  diagnostics: readonly Diagnostic[],
): TestResult {
  return { title, range, status: "error", failures: [], diagnostics };
}

interface Story {
  /** Undefined where what is given is at fault; then only the times of the moment are checked. */
  readonly given: Given | undefined;
  readonly time: LocalTime;
  readonly report: Report;
}

function failuresAt({ when, claims }: MomentDraft, story: Story): readonly TestFailure[] {
  const { given, time, report } = story;
  const at = time.read(when.values.at, placeOf(when, "at"));
  if (given !== undefined) checkDatabase(claims, given, report);
  const found = at && given && outcomeAt(at, given, report);
  if (at === undefined || found === undefined) return [];
  const sight = sightOf({ claims, found, at, time });
  return expectationsOf(sight)
    .filter(({ expected, found }) => !isEqual(expected, found))
    .map((each) => ({ ...each, at: time.format(at) }));
}

/** What can be restored is a question about one database, and one that no backup is about is a slip of the pen. */
function checkDatabase(claims: MomentDraft["claims"], { databases }: Given, report: Report): void {
  const { database, restorable } = claims.values;
  const names = [...databases].map((name) => JSON.stringify(name)).join(", ");
  if (database === null && restorable !== null && databases.size > 1) {
    const detail = `Several databases are given (${names}), and what can be restored is asked of one. Name it: database = ${JSON.stringify([...databases][0])}.`;
    const subject = placeOf(claims, "restorable");
    report.add(problem({ summary: "Which database", detail, subject }, "TEST_INVALID"));
  }
  if (database === null || databases.has(database)) return;
  const detail = `No backup that is given is of the database ${JSON.stringify(database)}.${didYouMean(database, databases)}`;
  const subject = placeOf(claims, "database");
  report.add(problem({ summary: "Unknown database", detail, subject }, "TEST_INVALID"));
}

/** A story may be too long to be told, which is the test's fault. */
function outcomeAt(at: Instant, given: Given, report: Report): Outcome | undefined {
  try {
    return given.outcomeAt(at);
  } catch (error) {
    if (!(error instanceof DiagnosticError)) throw error;
    report.add(error.diagnostic);
    return undefined;
  }
}

function isEqual(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((text, at) => text === other[at]);
}

function failed({ at, what, range, expected, found }: TestFailure): Diagnostic {
  const [one, other] = [expected[0], found[0]];
  const isPair = expected.length === 1 && found.length === 1;
  const detail = isPair
    ? `At ${at}, "${what}" is ${other} where the test expects ${one}.`
    : `At ${at}, "${what}" is not as the test says: ${formatDifference(compareTexts(expected, found))}`;
  return errorDiagnostic({ code: "TEST_FAILED", summary: "Test failed", detail, subject: range });
}

function formatDifference(comparison: Comparison): string {
  const { missing, surplus } = comparison;
  const parts = [
    ...(missing > 0
      ? [`${missing} of what is expected ${missing === 1 ? "is" : "are"} missing`]
      : []),
    ...(surplus > 0 ? [`${surplus} found ${surplus === 1 ? "is" : "are"} not expected`] : []),
  ];
  return `${parts.join(", and ")}.\n\n${formatSideBySide(comparison)}`;
}
