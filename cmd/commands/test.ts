import type { Diagnostic } from "../../core/diagnostics/diagnostic.ts";
import { runTests } from "../../core/operations/run-tests.ts";
import type { TestReport } from "../../core/testing/test-result.ts";
import { type FindSource, sourceOfFile } from "../views/diagnostic-source.ts";
import { toTestJson } from "../views/test-json.ts";
import { countTests, formatTest, formatTestSummary } from "../views/test-text.ts";
import { ANNOTATE_FLAG, annotator } from "./annotations.ts";
import type { Command, CommandContext } from "./command.ts";
import { VARIABLE_FLAGS, variableOptions } from "./plan-flags.ts";
import { diagnosticsHost, diagnosticText, JSON_FLAG, paintOf, printJson } from "./tell.ts";

export const command: Command = {
  name: "test",
  summary: "Run the tests of policies over virtual time",
  usage: "[FILE …] [-filter TEXT] [-junit-xml FILE] [-json] [flags]",
  description:
    "Runs the tests in *.hcltest.hcl and *.hcltest.json of this directory, or those of the FILEs: stories about the policies of the configuration, given backups that ran, when it is so late, then these recovery points exist. Needs no server, no catalog and no secret, and writes nothing. Exits with 1 when a test fails or is at fault, and when there is no test.",
  flags: [
    {
      name: "filter",
      kind: "list",
      placeholder: "TEXT",
      description: "Only tests with this text in their title. Repeatable.",
    },
    {
      name: "junit-xml",
      kind: "value",
      placeholder: "FILE",
      description: "Write the results to FILE as JUnit XML too.",
    },
    ...VARIABLE_FLAGS,
    ANNOTATE_FLAG,
    JSON_FLAG,
  ],
  most: Infinity,
  examples: [
    "holdfast test",
    "holdfast test february.hcltest.hcl -filter 'on 13 February'",
    "holdfast -chdir=backup test -json",
    "holdfast test -junit-xml results.xml",
  ],
  async run(flags, context) {
    const isJson = flags.isOn("json");
    const annotate = annotator(flags, context);
    const ports = await context.ports(diagnosticsHost(isJson, context));
    const variables = await variableOptions(flags, ports);
    const { positionals: files } = flags;
    const junit = flags.value("junit-xml");
    if (junit !== undefined) {
      const { JUNIT_FILE, requireReplaceable } = await import(
        "../../core/operations/replaceable-file.ts"
      );
      await requireReplaceable(junit, JUNIT_FILE, ports);
    }
    const report = await runTests({ files, filters: flags.list("filter"), variables }, ports);
    await annotate(diagnosticsOf(report), ports);
    const counts = countTests(report);
    if (junit !== undefined) {
      const { formatJunit } = await import("../views/test-junit.ts");
      await ports.files.write(
        junit,
        Buffer.from(formatJunit(report, findSourceIn(report, context))),
      );
    }
    if (isJson) printJson(toTestJson(report, counts), context);
    else {
      printReport(report, context);
      context.stdout(formatTestSummary(counts, paintOf(context)));
    }
    return counts.failed + counts.broken > 0 ? 1 : 0;
  },
};

function diagnosticsOf({ files, diagnostics }: TestReport): readonly Diagnostic[] {
  const own = files.flatMap((file) => [
    ...file.diagnostics,
    ...file.tests.flatMap((test) => test.diagnostics),
  ]);
  return [...diagnostics, ...own];
}

/** Files of tests are not those of the configuration. */
function findSourceIn({ sources }: TestReport, context: CommandContext): FindSource {
  return (filename) => {
    const parsed = sources.get(filename);
    return parsed === undefined ? context.findSource(filename) : sourceOfFile(parsed);
  };
}

function printReport(report: TestReport, context: CommandContext): void {
  const { files, diagnostics } = report;
  const findSource = findSourceIn(report, context);
  const tell = (each: Diagnostic) =>
    context.stderr(diagnosticText(each, { ...context, findSource }));
  for (const diagnostic of diagnostics) tell(diagnostic);
  for (const file of files) {
    context.stdout(`${file.filename}\n`);
    for (const diagnostic of file.diagnostics) tell(diagnostic);
    for (const test of file.tests) {
      context.stdout(formatTest(test, paintOf(context)));
      for (const diagnostic of test.diagnostics) tell(diagnostic);
    }
  }
}
