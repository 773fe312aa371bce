import type { BodySchema } from "../../../schemas/blocks/block-schema.ts";
import type { SourceRange } from "../../diagnostics/source-range.ts";
import { problem, type Report } from "../report.ts";
import type { EvaluatedBody } from "./evaluated-body.ts";

interface Checked {
  readonly body: Pick<EvaluatedBody, "values" | "ranges">;
  readonly missingRange: SourceRange;
  /** What stands there under a wrong name: reported already, and not missing. */
  readonly faulty: ReadonlySet<string>;
}

/** Holds a body against the groups of arguments of which exactly one, or at most one, may be set. */
export function checkGroups(schema: BodySchema, checked: Checked, report: Report): void {
  for (const group of schema.exactlyOne ?? []) checkGroup({ group, least: 1 }, checked, report);
  for (const group of schema.atMostOne ?? []) checkGroup({ group, least: 0 }, checked, report);
}

interface Rule {
  readonly group: readonly string[];
  readonly least: number;
}

function checkGroup({ group, least }: Rule, checked: Checked, report: Report): void {
  const { body, missingRange, faulty } = checked;
  // One that is at fault counts as set: its own problem is reported already.
  const set = group.filter((name) => body.ranges.has(name) && body.values[name] !== null);
  const list = group.map((name) => `"${name}"`).join(", ");
  if (set.length < least && !group.some((name) => faulty.has(name))) {
    const detail = `One of the arguments ${list} is required here.`;
    report.add(
      problem(
        { summary: "Missing required argument", detail, subject: missingRange },
        "CONFIG_MISSING_ARGUMENT",
      ),
    );
  }
  const subject = body.ranges.get(set[1] ?? "")?.range;
  if (subject === undefined) return;
  const detail = `Only one of the arguments ${list} may be set, and here are ${set.map((name) => `"${name}"`).join(" and ")}.`;
  report.add(problem({ summary: "Arguments exclude each other", detail, subject }));
}
