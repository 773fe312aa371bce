import { TEST_FILE_BLOCKS } from "../../schemas/blocks/test-block.ts";
import type { SourceFile } from "../config/configuration.ts";
import type { TextCheckers } from "../config/evaluate/text-checks.ts";
import { parseFile, type Sources } from "../config/read/parse-files.ts";
import { createReport, formatPlace, hasErrors, problem, type Report } from "../config/report.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { SourceRange } from "../diagnostics/source-range.ts";
import type { Attribute, Block, BodySchema } from "../language/body.ts";
import type { Scope } from "../language/scope.ts";
import type { TestDraft } from "./draft.ts";
import { openLocalValues, withLocals } from "./local-values.ts";
import { readTest } from "./read-test.ts";

/** What tests need of the configuration beside them. */
export interface TestedProject {
  /** What expressions of the root module mean. */
  readonly scope: Scope;
  readonly checkers: TextCheckers;
  /** The addresses of all its blocks. */
  readonly declared: ReadonlySet<string>;
  /** Where its local values stand, by name. */
  readonly locals: ReadonlyMap<string, SourceRange>;
  /** Every file that is parsed is added here. */
  readonly sources: Sources;
}

/** A test as it stands in a file. Without a draft it is at fault, and the diagnostics say why. */
export interface ReadTest {
  readonly title: string;
  readonly range: SourceRange;
  readonly draft: TestDraft | undefined;
  readonly diagnostics: readonly Diagnostic[];
}

export interface ReadTestFile {
  readonly filename: string;
  readonly tests: readonly ReadTest[];
  /** Of the file beside its tests. */
  readonly diagnostics: readonly Diagnostic[];
}

const FILE_SCHEMA: BodySchema = {
  attributes: {},
  blocks: Object.fromEntries(TEST_FILE_BLOCKS.map(({ type, labels }) => [type, { labels }])),
  foreign: (name) =>
    ["given", "when", "then"].includes(name)
      ? { sentence: `It stands in a test: test "TITLE" { ${name} { … } }.`, meant: "test" }
      : undefined,
};

/** Reads a file of tests; `isWanted` chooses among them by their titles. */
export function readTestFile(
  file: SourceFile,
  project: TestedProject,
  isWanted: (title: string) => boolean,
): ReadTestFile {
  const report = createReport();
  const { filename } = file;
  const { body } = parseFile(file, project.sources, report);
  const fileOutcome = (tests: readonly ReadTest[]) => {
    return { filename, tests, diagnostics: report.diagnostics };
  };
  if (hasErrors(report.diagnostics)) return fileOutcome([]);
  const { blocks, diagnostics } = body.content(FILE_SCHEMA);
  report.add(...diagnostics);
  const attributes = localsOf(blocks, report);
  const { scope, locals } = project;
  const own = openLocalValues({ attributes, outer: scope, taken: locals, report });
  const tests = blocks.filter(({ type }) => type === "test");
  reportDuplicates(tests, report);
  if (hasErrors(report.diagnostics)) return fileOutcome([]);
  const inner = { ...project, scope: withLocals(scope, own) };
  return fileOutcome(
    tests.filter((block) => isWanted(titleOf(block))).map((block) => readOne(block, inner)),
  );
}

function readOne(block: Block, { scope, checkers, declared }: TestedProject): ReadTest {
  const report = createReport();
  const draft = readTest(block, { scope, checkers, declared, report });
  const { diagnostics } = report;
  return { title: titleOf(block), range: block.headerRange, draft, diagnostics };
}

function titleOf({ labels }: Block): string {
  return labels[0]?.text ?? "";
}

function localsOf(blocks: readonly Block[], report: Report): ReadonlyMap<string, Attribute> {
  const found = new Map<string, Attribute>();
  for (const block of blocks.filter(({ type }) => type === "locals")) {
    const { attributes, diagnostics } = block.body.attributes();
    report.add(...diagnostics);
    for (const [name, attribute] of attributes) {
      const first = found.get(name);
      if (first === undefined) found.set(name, attribute);
      else report.add(twice(`local value "${name}"`, attribute.nameRange, first.nameRange));
    }
  }
  return found;
}

/** A title is what -filter and a report name a test by. */
function reportDuplicates(tests: readonly Block[], report: Report): void {
  const first = new Map<string, Block>();
  for (const block of tests) {
    const title = titleOf(block);
    const other = first.get(title);
    if (other === undefined) first.set(title, block);
    else report.add(twice(`test "${title}"`, block.headerRange, other.headerRange));
  }
}

function twice(what: string, subject: SourceRange, first: SourceRange): Diagnostic {
  const detail = `The ${what} stands at ${formatPlace(subject)} and already at ${formatPlace(first)}. Rename or remove one of them.`;
  return problem({ summary: "Duplicate name", detail, subject }, "CONFIG_DUPLICATE_NAME");
}
