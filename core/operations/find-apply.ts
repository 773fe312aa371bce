import type { ApplyHistory, ApplyRecord, ApplySummary } from "../catalog/apply-record.ts";
import { failure } from "../diagnostics/diagnostic.ts";
import type { Ports } from "./ports.ts";
import { openProjectReader } from "./project.ts";

/** The newest applies, or the newest `limit`. */
export async function listApplies(
  limit: number | undefined,
  ports: Ports,
): Promise<readonly ApplySummary[]> {
  await using catalog = await openProjectReader(ports);
  return await catalog.applies({ limit });
}

/** One apply with its changes. APPLY_NOT_FOUND, APPLY_AMBIGUOUS. */
export async function showApply(text: string, ports: Ports): Promise<ApplyRecord> {
  await using catalog = await openProjectReader(ports);
  return await findApply(text, catalog);
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

/** Whether an apply is of a kind that can be undone at `at`; what changed since is not looked at. */
export function isUndoable(
  { undo, status, noReturnAfter, changes, points }: ApplySummary,
  at: number,
): boolean {
  const isOpen = noReturnAfter === null || at < noReturnAfter;
  const didAnything = changes.done > 0 || points.length > 0;
  return undo === null && status !== "running" && isOpen && didAnything;
}
