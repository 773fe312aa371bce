import { TEST, THEN, WHEN } from "../../schemas/blocks/test-block.ts";
import { checkReference } from "../config/evaluate/argument-value.ts";
import type { BodyContext, EvaluatedBody } from "../config/evaluate/evaluated-body.ts";
import { type ExpandedBlock, expandBlocks } from "../config/evaluate/expand-blocks.ts";
import { type BodyTree, readBody } from "../config/read/body-tree.ts";
import { hasErrors, problem } from "../config/report.ts";
import type { SourceRange } from "../diagnostics/source-range.ts";
import type { Block } from "../language/body.ts";
import { argumentsOf, ofType, onlyOne, valuesOf } from "./block-values.ts";
import { claimsSomething } from "./claims.ts";
import type { MomentDraft, TestDraft } from "./draft.ts";
import { readGiven } from "./read-given.ts";

/** What a test is read with. */
export interface TestContext extends BodyContext {
  /** The addresses of all blocks of the configuration. */
  readonly declared: ReadonlySet<string>;
}

/** Evaluates a `test` block. Undefined where it is at fault, which the report then says. */
export function readTest(block: Block, context: TestContext): TestDraft | undefined {
  const { report } = context;
  const tree = readBody(block.body, TEST, report);
  const expanded = expandBlocks(tree.blocks, context);
  for (const type of Object.keys(TEST.blocks)) requireBlock(type, { tree, expanded }, context);
  const policy = policyOf(argumentsOf(tree, context), context);
  const givenBlock = onlyOne(expanded, "given", context);
  const given = givenBlock && readGiven(givenBlock, context);
  const moments = readMoments(expanded, context);
  const isWhole = policy !== undefined && given !== undefined && moments !== undefined;
  if (!isWhole && !hasErrors(report.diagnostics)) report.add(notKnown(block.headerRange));
  return isWhole && !hasErrors(report.diagnostics) ? { ...policy, given, moments } : undefined;
}

interface Found {
  readonly tree: BodyTree;
  readonly expanded: readonly ExpandedBlock[];
}

function requireBlock(type: string, { tree, expanded }: Found, { report }: TestContext): void {
  if (tree.faulty.has(type) || ofType(expanded, type).length > 0) return;
  const detail = `A test has a ${type} block, and this one has none. A test reads: given what ran, when it is so late, then this holds.`;
  const facts = { summary: "Missing required block", detail, subject: tree.missingRange };
  report.add(problem(facts, "CONFIG_MISSING_ARGUMENT"));
}

function policyOf(
  { references }: EvaluatedBody,
  { declared, report }: TestContext,
): Pick<TestDraft, "policy" | "policyRange"> | undefined {
  const [reference] = references;
  if (reference === undefined) return undefined;
  const fault = checkReference(reference.text, reference, declared);
  if (fault !== undefined) report.add(fault);
  return { policy: reference.text, policyRange: reference.attribute.range };
}

function readMoments(
  blocks: readonly ExpandedBlock[],
  context: TestContext,
): readonly MomentDraft[] | undefined {
  const whens = ofType(blocks, "when");
  const thens = ofType(blocks, "then");
  const lonely = whens[thens.length] ?? thens[whens.length];
  if (lonely !== undefined && whens.length > 0 && thens.length > 0)
    context.report.add(unpaired(lonely));
  const moments = whens.map((block, at): MomentDraft | undefined => {
    const second = thens[at];
    const when = valuesOf(block, WHEN, context);
    const claims = second && valuesOf(second, THEN, context);
    if (claims && !claimsSomething(claims)) context.report.add(claimless(claims.range));
    return when && claims && { when, claims };
  });
  const whole = moments.filter((each) => each !== undefined);
  return whole.length === moments.length ? whole : undefined;
}

function unpaired({ tree: { type, range } }: ExpandedBlock) {
  const other = type === "when" ? "then" : "when";
  const detail = `This ${type} has no ${other}: the first ${other} belongs to the first ${type}, and so on. Write as many of the one as of the other.`;
  return problem({ summary: "When without then", detail, subject: range }, "TEST_INVALID");
}

function claimless(subject: SourceRange) {
  const detail =
    "This then says nothing that could be wrong, so the test could never fail. Say what must hold, as in `points = 12`; `database` alone only says of which database.";
  return problem({ summary: "Then without a claim", detail, subject }, "TEST_INVALID");
}

function notKnown(subject: SourceRange) {
  const detail =
    "Something in this test is made from a value that is not known, such as that of a variable without a default. Give it:\n\n    holdfast test -var 'NAME=VALUE'";
  return problem({ summary: "Value not known", detail, subject }, "TEST_VALUE_UNKNOWN");
}
