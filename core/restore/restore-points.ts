import type { Abortable } from "../kit/abortable.ts";
import type { Instant } from "../kit/clock.ts";
import type { PointReader, StoredPoint } from "../vault/vault.ts";
import { newestCommit } from "./commits.ts";

/** What a restore reads, held open until disposed. */
export interface RestorePoints extends AsyncDisposable {
  /** A full, then what follows it. */
  readonly readers: readonly PointReader[];
  /** The moment to restore to; null: the end of the last point. */
  readonly at: Instant | null;
}

/** The points of a restore, and where the changes of the last one stop. */
export interface RestoreSequence {
  readonly readers: readonly PointReader[];
  readonly points: readonly StoredPoint[];
  /** Null: at its end. */
  readonly upTo: string | null;
  /** The moment that was asked for, if one was. */
  readonly at: Instant | null;
}

/** Finds, among the commits of the last point, the place that the moment means. */
export async function stopAt(
  { readers, at }: Pick<RestorePoints, "readers" | "at">,
  options: Abortable,
): Promise<RestoreSequence> {
  const sequenceOf = (some: readonly PointReader[], upTo: string | null): RestoreSequence => ({
    readers: some,
    points: some.map(({ point }) => point),
    upTo,
    at,
  });
  const whole = sequenceOf(readers, null);
  const last = readers.at(-1);
  const changes = last?.point.facts.changes;
  if (at === null || last === undefined || changes === undefined) return whole;
  if (!last.point.objects.some(({ path }) => path === "commits")) return whole;
  const found = await newestCommit(last.read("commits", options), at, changes.after);
  if (found === null) return whole;
  return found === changes.after
    ? sequenceOf(readers.slice(0, -1), null)
    : sequenceOf(readers, found);
}
