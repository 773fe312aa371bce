import type { LoadedConfiguration, VariableOption } from "../config/configuration.ts";
import { type Diagnostic, DiagnosticError, errorDiagnostic } from "../diagnostics/diagnostic.ts";
import type { PolicyRule } from "../policy/model/policy-rule.ts";
import { policyRuleOf } from "../policy/model/policy-rule-of.ts";
import { checkSchedule } from "../policy/schedule/schedule.ts";
import { readHistory } from "../policy/simulate/history.ts";
import type { TestDraft } from "../testing/draft.ts";
import {
  type ReadTest,
  type ReadTestFile,
  readTestFile,
  type TestedProject,
} from "../testing/read-test-file.ts";
import { brokenTest, runTest, type TestWorld } from "../testing/run-test.ts";
import type {
  TestFileResult,
  TestReport,
  TestResult,
  TimedTestResult,
} from "../testing/test-result.ts";
import type { Ports } from "./ports.ts";
import { loadProject } from "./project.ts";
import { ResourceLookup } from "./resource-lookup.ts";
import { letOthersThrough } from "./run-slices.ts";
import { nothingToRun, readTestSources } from "./test-sources.ts";

export interface TestRequest {
  /** Paths of files of tests; all of the directory where empty. */
  readonly files: readonly string[];
  /** Only tests whose titles hold one of these texts; all where empty. */
  readonly filters: readonly string[];
  readonly variables: readonly VariableOption[];
}

/**
 * Runs tests of policies over virtual time. Needs no catalog, no server and no secret. Rejects with TEST_NOT_FOUND where
 * there is nothing to run, which would prove nothing, and with FILE_UNREADABLE and CLI_USAGE for a path that was named.
 */
export async function runTests(request: TestRequest, ports: Ports): Promise<TestReport> {
  const { files, diagnostics: unread } = await readTestSources(request.files, ports);
  const loaded = await loadProject(ports, request.variables, { purpose: "validate" });
  const isBroken = loaded.diagnostics.some(({ severity }) => severity === "error");
  if (isBroken) return { files: [], diagnostics: loaded.diagnostics, sources: new Map() };
  const project = projectOf(loaded);
  const { filters } = request;
  const isWanted = (title: string) =>
    filters.length === 0 || filters.some((text) => title.includes(text));
  const read = files.map((file) => readTestFile(file, project, isWanted));
  const isEmpty = read.every(({ tests, diagnostics }) => tests.length + diagnostics.length === 0);
  if (isEmpty && unread.length === 0) throw nothingToRun(filters);
  const lookup = new ResourceLookup(loaded.known.resources);
  const results: TestFileResult[] = [];
  for (const file of read) results.push(await runFile(file, { lookup, ports }));
  return { files: results, diagnostics: unread, sources: project.sources };
}

function projectOf({ scope, graph, known }: LoadedConfiguration): TestedProject {
  const own = graph.nodes.filter(({ module }) => module === "");
  const locals = own.filter(({ kind }) => kind === "local");
  const resources = own.filter(({ kind }) => kind === "resource");
  return {
    scope,
    checkers: { checkSchedule },
    declared: new Set([
      ...known.resources.map(({ address }) => address),
      ...resources.map(({ id }) => id),
    ]),
    locals: new Map(locals.map(({ label, range }) => [label.replace("local.", ""), range])),
    sources: new Map(),
  };
}

interface RunContext {
  readonly lookup: ResourceLookup;
  readonly ports: Ports;
}

async function runFile(
  { filename, tests, diagnostics }: ReadTestFile,
  context: RunContext,
): Promise<TestFileResult> {
  const { clock } = context.ports;
  const results: TimedTestResult[] = [];
  for (const test of tests) {
    await letOthersThrough();
    context.ports.signal.throwIfAborted();
    const { draft } = test;
    const start = clock.now();
    const result =
      draft === undefined
        ? brokenTest(test, test.diagnostics)
        : await runDraft(test, draft, context);
    results.push({ ...result, milliseconds: Math.max(0, clock.now() - start) });
  }
  return { filename, tests: results, diagnostics };
}

async function runDraft(
  test: ReadTest,
  draft: TestDraft,
  context: RunContext,
): Promise<TestResult> {
  const rule = ruleOf(draft, context);
  if (rule === undefined) return brokenTest(test, [policyNotKnown(draft)]);
  const { events, diagnostics } = await historyOf(draft, rule, context);
  const own = { ...test, diagnostics: [...test.diagnostics, ...diagnostics] };
  return runTest(own, draft, { rule, history: events });
}

function ruleOf({ policy }: TestDraft, { lookup }: RunContext): PolicyRule | undefined {
  const found = lookup.tryGet(policy, "policy");
  const retention = found && lookup.tryGet(found.retention, "retention");
  return retention && policyRuleOf(found, retention);
}

interface GivenEvents {
  readonly events: TestWorld["history"];
  readonly diagnostics: readonly Diagnostic[];
}

async function historyOf(
  { given }: TestDraft,
  { timezone }: PolicyRule,
  { ports }: RunContext,
): Promise<GivenEvents> {
  const history = given.kind === "events" ? given.history : undefined;
  if (history === undefined) return { events: [], diagnostics: [] };
  const { path, range } = history;
  try {
    const text = new TextDecoder().decode(await ports.files.read(path));
    return readHistory(text, { filename: path, timezone });
  } catch (error) {
    if (!(error instanceof DiagnosticError)) throw error;
    return { events: [], diagnostics: [{ ...error.diagnostic, subject: range }] };
  }
}

function policyNotKnown({ policy, policyRange }: TestDraft): Diagnostic {
  return errorDiagnostic({
    code: "TEST_VALUE_UNKNOWN",
    summary: "Value not known",
    detail: `Something in ${policy} or in its retention is made from a value that is not known, such as that of a variable without a default. Give it:\n\n    holdfast test -var 'NAME=VALUE'`,
    subject: policyRange,
  });
}
