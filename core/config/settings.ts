import { HOLDFAST } from "../../schemas/blocks/holdfast.ts";
import type { Settings } from "./configuration.ts";
import type { Declarations } from "./declarations.ts";
import { type BodyContext, evaluateBody, evaluateContent } from "./evaluate-body.ts";
import { createReport, hasErrors, problem } from "./report.ts";
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
  context.report.add(...own.diagnostics);
  if (hasErrors(own.diagnostics)) return undefined;
  // The schema of HOLDFAST was just held against these values.
  const settings = values as unknown as Settings;
  const subject = ranges.get("required_version");
  if (settings.required_version === null || subject === undefined) return settings;
  const isFit = satisfiesVersion(version, settings.required_version);
  if (isFit === true) return settings;
  const detail =
    isFit === undefined
      ? `${JSON.stringify(settings.required_version)} is not a version constraint. Write one such as ">= 0.1, < 2.0".`
      : `This configuration asks for version ${settings.required_version}, and this is Holdfast ${version}. Use a version that fits.`;
  const summary = isFit === undefined ? "Invalid value" : "Version does not fit";
  context.report.add(problem({ summary, detail, subject }, "CONFIG_VERSION_MISMATCH"));
  return undefined;
}

const NOWHERE = { line: 1, column: 1, byte: 0 };
const EMPTY_CONTENT = {
  content: { attributes: new Map(), blocks: [], diagnostics: [] },
  missingRange: { filename: "", start: NOWHERE, end: NOWHERE },
};
