import type { ApplyDetail, ApplyListing, ApplyRow } from "../../schemas/apply-listing.ts";
import {
  type ApplyHistory,
  type ApplyRecord,
  type ApplySummary,
  summaryOf,
} from "../catalog/apply-record.ts";
import { failure } from "../diagnostics/diagnostic.ts";
import type { Ports } from "./ports.ts";
import { openProjectReader } from "./project.ts";

/** What was applied, newest first. */
export async function listApplies(ports: Ports): Promise<ApplyListing> {
  await using catalog = await openProjectReader(ports);
  const applies = await catalog.applies();
  return { applies: applies.map((apply) => rowOf(apply, ports)) };
}

/** One apply with its changes. APPLY_NOT_FOUND, APPLY_AMBIGUOUS. */
export async function showApply(text: string, ports: Ports): Promise<ApplyDetail> {
  await using catalog = await openProjectReader(ports);
  const record = await findApply(text, catalog);
  const resource_changes = record.changes.map(({ address, previousAddress, action, done }) => ({
    address,
    previous_address: previousAddress,
    action,
    done,
  }));
  return { ...rowOf(summaryOf(record), ports), resource_changes };
}

/** An apply that is recorded as running and whose process is gone has failed, and nobody wrote it down yet. */
function rowOf(recorded: ApplySummary, ports: Ports): ApplyRow {
  const { worker } = recorded;
  const isDead = recorded.status === "running" && (worker === undefined || !ports.isAlive(worker));
  const apply: ApplySummary = isDead ? { ...recorded, status: "failed" } : recorded;
  const { id, startedAt, endedAt, status, by, planDigest, changes, undo } = apply;
  return {
    id,
    started_at: new Date(startedAt).toISOString(),
    ended_at: isoOf(endedAt),
    status,
    by,
    plan_digest: planDigest,
    changes,
    given_up_points: apply.points,
    no_return_after: isoOf(apply.noReturnAfter),
    undone_by: undo?.apply ?? null,
    undone_at: isoOf(undo?.at ?? null),
    undoes: apply.undoes,
    undoable: isUndoable(apply, ports.clock.now()),
  };
}

function isoOf(at: number | null): string | null {
  return at === null ? null : new Date(at).toISOString();
}

/** The apply that an id, or a unique beginning of it of 4 characters or more with or without `apply-`, means. APPLY_NOT_FOUND, APPLY_AMBIGUOUS. */
export async function findApply(text: string, history: ApplyHistory): Promise<ApplyRecord> {
  const exact = await history.apply(text);
  if (exact !== undefined) return exact;
  const ids = text.length < 4 ? [] : (await history.applies()).map(({ id }) => id);
  const matches = ids.filter((id) => id.startsWith(text) || id.startsWith(`apply-${text}`));
  const [only] = matches;
  if (matches.length > 1) throw ambiguous(text, matches);
  const record = only === undefined ? undefined : await history.apply(only);
  if (record !== undefined) return record;
  throw failure({
    code: "APPLY_NOT_FOUND",
    summary: "Apply not found",
    detail: `The catalog records no apply ${text} (a beginning must be at least 4 characters long). Applies of before format 4 of the catalog are not recorded. See which there are:\n\n    holdfast state applies`,
  });
}

function ambiguous(text: string, matches: readonly string[]) {
  const some = matches.slice(0, 5).map((id) => `    ${id}`);
  return failure({
    code: "APPLY_AMBIGUOUS",
    summary: "Ambiguous apply",
    detail: `${matches.length} applies begin with ${text}. Give more of the id:\n\n${some.join("\n")}`,
  });
}

/** What changed since is not looked at. */
function isUndoable(apply: ApplySummary, at: number): boolean {
  const { undo, status, noReturnAfter, changes, points } = apply;
  const isOpen = noReturnAfter === null || at < noReturnAfter;
  const didAnything = changes.done > 0 || points.length > 0;
  return undo === null && status !== "running" && isOpen && didAnything;
}
