import type { Instant } from "../../kit/clock.ts";
import type { CaptureProgress, ChangeCapture } from "../../resource/change-capture.ts";
import type { DatabaseWork } from "../snapshot-backup.ts";

/**
 * How long to wait before each further look: half a minute in all. A capture job looks at the log every 5 seconds, the
 * service of Azure SQL Database every 20, unless somebody set it otherwise.
 */
const WAITS_MS = [500, 1500, 3000, 5000, 5000, 5000, 10_000];

/**
 * Waits until the server has captured what was committed up to a moment of its own, as far as that can be seen: a server on
 * which nothing happens says so only every few minutes. Gives how far it has come after half a minute at most.
 */
export async function awaitCapture(
  work: DatabaseWork,
  capture: ChangeCapture,
  until?: Instant,
): Promise<CaptureProgress & { readonly isReached: boolean }> {
  const { sleep, signal } = work.ports;
  let progress = await capture.progress({ signal });
  const goal = until ?? progress.now;
  for (const wait of WAITS_MS) {
    if ((progress.newestAt ?? -1) >= goal) return { ...progress, isReached: true };
    await sleep(wait, { signal });
    await work.journal.throwIfCancelled();
    progress = await capture.progress({ signal });
  }
  return { ...progress, isReached: (progress.newestAt ?? -1) >= goal };
}

/** A server that captures says at least every five minutes that it does, also where nothing happens. */
const BEHIND_MS = 6 * 60_000;

/** What to tell where capture does not keep up; undefined where it does. */
export function tellBehind({ newestAt, now }: CaptureProgress): string | undefined {
  if (newestAt !== null && now - newestAt < BEHIND_MS) return undefined;
  const since =
    newestAt === null ? "nothing yet" : `changes up to ${new Date(newestAt).toISOString()}`;
  return `Capture is behind: the server has captured ${since}, and later ones are not in this backup. See that its capture job runs: EXEC sys.sp_cdc_start_job @job_type = N'capture';`;
}
