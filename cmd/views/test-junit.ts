import type { Diagnostic } from "../../core/diagnostics/diagnostic.ts";
import type {
  TestFileResult,
  TestReport,
  TimedTestResult,
} from "../../core/testing/test-result.ts";
import type { FindSource } from "./diagnostic-source.ts";
import { formatDiagnostic } from "./diagnostic-text.ts";

/**
 * A report as JUnit XML, in the elements and attributes that all readers of it know (the schema of Jenkins' xUnit plugin, of
 * which that of Azure Pipelines, GitLab and GitHub's actions take a part): a suite for each file of tests, a failure where
 * something is not so, an error where the test, its file or the configuration is at fault itself.
 */
export function formatJunit({ files, diagnostics }: TestReport, findSource: FindSource): string {
  const suites = files.map((file) => suiteOfFile(file, findSource));
  const own = diagnostics.filter(isError);
  if (own.length > 0)
    suites.unshift(suiteOf("configuration", [brokenCase("configuration", own, findSource)]));
  const cases = suites.flatMap((suite) => suite.cases);
  const attributes = { name: "holdfast test", ...countsOf(cases) };
  return `<?xml version="1.0" encoding="UTF-8"?>\n${openTag("testsuites", attributes)}\n${suites.map(formatSuite).join("")}</testsuites>\n`;
}

interface Case {
  readonly name: string;
  readonly suite: string;
  readonly milliseconds: number;
  readonly status: "pass" | "fail" | "error";
  /** Of a failure or an error. */
  readonly message: string;
  readonly type: string;
  readonly text: string;
}

interface Suite {
  readonly name: string;
  readonly cases: readonly Case[];
}

function suiteOf(name: string, cases: readonly Omit<Case, "suite">[]): Suite {
  return { name, cases: cases.map((each) => ({ ...each, suite: name })) };
}

function suiteOfFile(
  { filename, tests, diagnostics }: TestFileResult,
  findSource: FindSource,
): Suite {
  const own = diagnostics.filter(isError);
  const broken = own.length === 0 ? [] : [brokenCase(filename, own, findSource)];
  return suiteOf(filename, [...broken, ...tests.map((test) => caseOfTest(test, findSource))]);
}

function isError({ severity }: Diagnostic): boolean {
  return severity === "error";
}

function brokenCase(
  name: string,
  diagnostics: readonly Diagnostic[],
  findSource: FindSource,
): Omit<Case, "suite"> {
  return { name, milliseconds: 0, status: "error", ...whyOf(diagnostics, findSource) };
}

function caseOfTest(
  { title, status, milliseconds, diagnostics }: TimedTestResult,
  findSource: FindSource,
): Omit<Case, "suite"> {
  return { name: title, milliseconds, status, ...whyOf(diagnostics, findSource) };
}

/** The first error as the message; all of them, and the warnings, as the text. */
function whyOf(diagnostics: readonly Diagnostic[], findSource: FindSource) {
  const first = diagnostics.find(isError);
  return {
    message: first === undefined ? "" : `${first.summary}: ${first.detail}`,
    type: first?.code ?? "",
    text: diagnostics.map((each) => formatDiagnostic(each, { findSource })).join("\n"),
  };
}

function countsOf(cases: readonly Case[]) {
  const count = (status: Case["status"]) => cases.filter((each) => each.status === status).length;
  return {
    tests: cases.length,
    failures: count("fail"),
    errors: count("error"),
    time: toSeconds(cases.reduce((sum, { milliseconds }) => sum + milliseconds, 0)),
  };
}

function toSeconds(milliseconds: number): string {
  return (milliseconds / 1000).toFixed(3);
}

function formatSuite({ name, cases }: Suite): string {
  const head = openTag("testsuite", { name, ...countsOf(cases), skipped: 0 });
  return `  ${head}\n${cases.map(formatCase).join("")}  </testsuite>\n`;
}

function formatCase({ name, suite, milliseconds, status, message, type, text }: Case): string {
  const head = openTag("testcase", { name, classname: suite, time: toSeconds(milliseconds) });
  const element = status === "pass" ? "system-out" : status === "fail" ? "failure" : "error";
  const attributes = status === "pass" ? {} : { message, type };
  const body = `${openTag(element, attributes)}${escapeText(text)}</${element}>`;
  return status === "pass" && text === ""
    ? `    ${head}</testcase>\n`
    : `    ${head}\n      ${body}\n    </testcase>\n`;
}

function openTag(name: string, attributes: Readonly<Record<string, string | number>>): string {
  const text = Object.entries(attributes).map(([key, value]) => ` ${key}="${escapeValue(value)}"`);
  return `<${name}${text.join("")}>`;
}

/** XML 1.0 has no place for other control characters, halves of surrogate pairs and U+FFFE, not even escaped. */
function printableXml(text: string): string {
  return text
    .toWellFormed()
    .replaceAll(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, "\uFFFD");
}

function escapeText(text: string): string {
  return printableXml(text)
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll("\r", "&#13;");
}

function escapeValue(value: string | number): string {
  return escapeText(String(value))
    .replaceAll('"', "&quot;")
    .replaceAll("\n", "&#10;")
    .replaceAll("\t", "&#9;");
}
