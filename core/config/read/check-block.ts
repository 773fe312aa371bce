import { CHECK } from "../../../schemas/blocks/check.ts";
import type { SourceRange } from "../../diagnostics/source-range.ts";
import type { Block } from "../../language/body.ts";
import { problem, type Report } from "../report.ts";
import { type Condition, readConditions } from "./condition.ts";
import type { Declared } from "./declarations.ts";
import { toLanguageSchema } from "./language-schema.ts";

/** A `check` block, read. Its data block, if it has one, stands among those of the folder. */
export interface CheckBlock {
  readonly name: string;
  readonly asserts: readonly Condition[];
  readonly data: Block | undefined;
  readonly range: SourceRange;
}

export function readCheck({ name, block }: Declared, report: Report): CheckBlock {
  const content = block.body.content(toLanguageSchema(CHECK));
  report.add(...content.diagnostics);
  const [data, second] = content.blocks.filter(({ type }) => type === "data");
  const asserts = content.blocks.some(({ type }) => type === "assert");
  if (second !== undefined) {
    const detail = 'At most one block of type "data" may stand in a check.';
    const fault = { summary: "Too many blocks of one type", detail, subject: second.headerRange };
    report.add(problem(fault, "CONFIG_DUPLICATE_NAME"));
  }
  if (!asserts) {
    const detail = "A check has at least one assert block, or it would check nothing.";
    const fault = { summary: "Missing required block", detail, subject: block.headerRange };
    report.add(problem(fault, "CONFIG_MISSING_ARGUMENT"));
  }
  return {
    name,
    asserts: readConditions(content.blocks, "assert", report),
    data,
    range: block.headerRange,
  };
}
