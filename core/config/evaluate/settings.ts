import { HOLDFAST } from "../../../schemas/blocks/holdfast.ts";
import type { SourceRange } from "../../diagnostics/source-range.ts";
import type { Json } from "../../kit/json.ts";
import type { Block } from "../../language/body.ts";
import type { Settings } from "../configuration.ts";
import { type BodyTree, readBody } from "../read/body-tree.ts";
import { createReport, hasErrors, problem, type Report } from "../report.ts";
import { checkApprovals } from "../rules/approval-rules.ts";
import { evaluateBody } from "./evaluate-body.ts";
import type { BlockReference, BodyContext } from "./evaluated-body.ts";
import { satisfiesVersion } from "./version-constraint.ts";

export interface FoundSettings {
  /** Undefined when the block is at fault, or needs something that is not known. */
  readonly settings: Settings | undefined;
  readonly references: readonly BlockReference[];
}

/** The `holdfast` block, or its defaults. */
export function readSettings(
  block: Block | undefined,
  context: BodyContext,
  version: string,
): FoundSettings {
  const own = createReport();
  const tree = block === undefined ? EMPTY_TREE : readBody(block.body, HOLDFAST, own);
  const { values, ranges, isWhole, references } = evaluateBody(tree, { ...context, report: own });
  const subject = ranges.get("required_version")?.range;
  checkVersion(values["required_version"], { version, subject }, own);
  if (isWhole && !hasErrors(own.diagnostics)) {
    // The schema of HOLDFAST was just held against these values.
    const { approvals } = values as unknown as Settings;
    own.add(...checkApprovals(approvals, (path) => ranges.get(path)?.range));
  }
  context.report.add(...own.diagnostics);
  const isRight = isWhole && !hasErrors(own.diagnostics);
  return { settings: isRight ? (values as unknown as Settings) : undefined, references };
}

/** A module may say which version it needs; everything else is settled by the root. */
export function checkModuleSettings(block: Block, context: BodyContext, version: string): void {
  const schema = { arguments: { required_version: HOLDFAST.arguments.required_version } };
  const tree = readBody(block.body, schema, context.report);
  const { values, ranges } = evaluateBody(tree, context);
  const subject = ranges.get("required_version")?.range;
  checkVersion(values["required_version"], { version, subject }, context.report);
}

interface VersionFacts {
  readonly version: string;
  /** Where the constraint is set; undefined where it is not. */
  readonly subject: SourceRange | undefined;
}

function checkVersion(
  constraint: Json | undefined,
  { version, subject }: VersionFacts,
  report: Report,
): void {
  if (typeof constraint !== "string" || subject === undefined) return;
  const isFit = satisfiesVersion(version, constraint);
  if (isFit === true) return;
  const detail =
    isFit === undefined
      ? `${JSON.stringify(constraint)} is not a version constraint. Write one such as ">= 0.1, < 2.0".`
      : `This configuration asks for version ${constraint}, and this is Holdfast ${version}. Use a version that fits.`;
  const summary = isFit === undefined ? "Invalid value" : "Version does not fit";
  report.add(problem({ summary, detail, subject }, "CONFIG_VERSION_MISMATCH"));
}

const NOWHERE = { line: 1, column: 1, byte: 0 };
const EMPTY_TREE: BodyTree = {
  schema: HOLDFAST,
  attributes: new Map(),
  blocks: [],
  faulty: new Set(),
  missingRange: { filename: "", start: NOWHERE, end: NOWHERE },
};
