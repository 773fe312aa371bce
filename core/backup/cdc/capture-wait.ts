import type { Instant } from "../../kit/clock.ts";
import type { CaptureProgress, ChangeCapture } from "../../resource/change-capture.ts";
import type { DatabaseWork } from "../snapshot-backup.ts";

const LOOK_EVERY_MS = 1000;
/** How much longer than from one scan of the log to the next nothing may move. */
const MARGIN_MS = 2000;
const LONGEST_MS = 60_000;

/**
 * Waits until the server has captured what was committed up to a moment of its own, now where none is given. A server on
 * which nothing happens says so only every few minutes: where nothing has moved for longer than from one scan of its log to
 * the next, or after a minute, this gives how far it has come.
 */
export async function awaitCapture(
  work: DatabaseWork,
  capture: ChangeCapture,
  until?: Instant,
): Promise<CaptureProgress & { readonly isReached: boolean }> {
  const { sleep, signal } = work.ports;
  let progress = await capture.progress({ signal });
  const goal = until ?? progress.now;
  const isReached = () => (progress.newestAt ?? -1) >= goal;
  const patience = progress.scansEvery + MARGIN_MS;
  let still = 0;
  for (let waited = 0; waited < LONGEST_MS && still < patience; waited += LOOK_EVERY_MS) {
    if (isReached()) break;
    await sleep(LOOK_EVERY_MS, { signal });
    await work.journal.throwIfCancelled();
    const next = await capture.progress({ signal });
    still = next.newest === progress.newest ? still + LOOK_EVERY_MS : 0;
    progress = next;
  }
  return { ...progress, isReached: isReached() };
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
