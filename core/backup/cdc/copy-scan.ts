import type { ChangePlace } from "../../kit/change-place.ts";
import { DatabaseCopy } from "../backup-database.ts";
import { TRIES } from "../retried.ts";
import { captureJobOf, tellStart } from "../snapshot-backup.ts";
import { tellStoredAnew } from "../tell-stored-anew.ts";
import { type ChangeStep, type EnabledCapture, markOf } from "./change-step.ts";
import type { ChangeConversion } from "./decide-changes.ts";

/**
 * Reads all tables without a transaction around them, so that the point is fuzzy: rows that were written meanwhile may be
 * in or not, and come once more with the next changes. `state` is from before the first row was read: its newest change is
 * the newest that is in for certain.
 */
export async function copyScan(
  { work, capture, decision, startedAt }: ChangeStep,
  { state, reason }: { readonly state: EnabledCapture; readonly reason: ChangeConversion | null },
): Promise<ChangePlace> {
  const { ports, book, database, request } = work;
  const { vault, signal, host } = ports;
  await using scan = await capture.openScan({ signal });
  tellStart(work, scan);
  const similar = await book.similarTo(database);
  await using writer = await vault.beginPoint({ signal, similar });
  tellStoredAnew(writer, host);
  const convertedFrom = request.type === "full" ? null : ("cdc" as const);
  const conversionReason = reason;
  const plan = {
    ...book.planOf(startedAt),
    type: "full" as const,
    consistency: "fuzzy" as const,
    convertedFrom,
    conversionReason,
  };
  const copy = new DatabaseCopy(captureJobOf(work), writer);
  await using pending = await book.begin(writer.id, database, { plan, copy });
  await copy.schema(scan.schema, scan.tables.length, markOf(state));
  await copy.rows(scan, TRIES);
  await scan.complete({ signal });
  const { now: reachedAt } = await capture.progress({ signal });
  const { newest, identity } = state;
  const { enabledBy } = decision;
  const changes = { identity, enabledBy, after: newest, reached: newest, reachedAt };
  await copy.certificates(work.ports.server.certificates);
  const { stored, scans } = await copy.commit({ ...plan, changes });
  await book.succeed(pending.point, { stored, scans, totals: copy.totals });
  return changes;
}
