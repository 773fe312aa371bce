import { HOLDFAST } from "../../schemas/blocks/holdfast.ts";
import type { SourceRange } from "../diagnostics/source-range.ts";
import type { Json } from "../kit/json.ts";
import type { Settings } from "./configuration.ts";
import type { Declarations } from "./declarations.ts";
import { type BodyContext, evaluateBody, evaluateContent } from "./evaluate-body.ts";
import { createReport, hasErrors, problem, type Report } from "./report.ts";
import { satisfiesVersion } from "./version-constraint.ts";

/** The `holdfast` block, or its defaults. Undefined when it is at fault. */
export function readSettings(
  { holdfast }: Declarations,
  context: BodyContext,
  version: string,
): Settings | undefined {
  const own = createReport();
  const body = holdfast?.body;
  const { values, ranges } =
    body === undefined
      ? evaluateContent(EMPTY_CONTENT, HOLDFAST, { ...context, report: own })
      : evaluateBody(body, HOLDFAST, { ...context, report: own });
  checkVersion(
    values["required_version"],
    { version, subject: ranges.get("required_version") },
    own,
  );
  context.report.add(...own.diagnostics);
  // The schema of HOLDFAST was just held against these values.
  return hasErrors(own.diagnostics) ? undefined : (values as unknown as Settings);
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
const EMPTY_CONTENT = {
  content: { attributes: new Map(), blocks: [], diagnostics: [] },
  missingRange: { filename: "", start: NOWHERE, end: NOWHERE },
};
