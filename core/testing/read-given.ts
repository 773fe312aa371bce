import { EVENT, GIVEN, SCHEDULE } from "../../schemas/blocks/test-block.ts";
import type { BodyContext, EvaluatedBody } from "../config/evaluate/evaluated-body.ts";
import { type ExpandedBlock, expandBlocks } from "../config/evaluate/expand-blocks.ts";
import { formatPlace, problem } from "../config/report.ts";
import type { SourceRange } from "../diagnostics/source-range.ts";
import type { PointType } from "../policy/model/policy-point.ts";
import { argumentsOf, ofType, onlyOne, valuesOf } from "./block-values.ts";
import type { EventDraft, GivenDraft } from "./draft.ts";

const EVENT_TYPES = Object.keys(GIVEN.blocks).filter((type) => type !== "schedule") as PointType[];

/** Evaluates the `given` of a test. Undefined where something is at fault, which is reported, or not known. */
export function readGiven(given: ExpandedBlock, around: BodyContext): GivenDraft | undefined {
  const { body } = given.tree;
  const context = { ...around, scope: given.scope };
  const own = argumentsOf(body, context);
  const expanded = expandBlocks(body.blocks, context);
  const events = readEvents(expanded, context);
  const schedule = onlyOne(expanded, "schedule", context);
  if (!own.isWhole || events === undefined) return undefined;
  const history = historyOf(own);
  if (schedule === undefined) return { kind: "events", events, history };
  const other = history?.range ?? events[0]?.range;
  if (other !== undefined) context.report.add(mixed(other, schedule.tree.range));
  const read = valuesOf(schedule, SCHEDULE, context);
  return read && { kind: "schedule", schedule: read };
}

function readEvents(
  blocks: readonly ExpandedBlock[],
  context: BodyContext,
): readonly EventDraft[] | undefined {
  const events = EVENT_TYPES.flatMap((type) =>
    ofType(blocks, type).map((block): EventDraft | undefined => {
      const read = valuesOf(block, EVENT, context);
      return read && { ...read, type };
    }),
  );
  const whole = events.filter((event) => event !== undefined);
  return whole.length === events.length ? whole : undefined;
}

function historyOf({ values, ranges }: EvaluatedBody) {
  const range = ranges.get("history")?.range;
  const path = values["history"];
  return typeof path === "string" && range !== undefined ? { path, range } : undefined;
}

function mixed(subject: SourceRange, schedule: SourceRange) {
  const detail = `With the schedule at ${formatPlace(schedule)} the policy alone says what ran, so no other backup can be given. Leave out the one or the other.`;
  return problem({ summary: "Schedule and other backups", detail, subject }, "TEST_INVALID");
}
