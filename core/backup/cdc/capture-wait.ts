import type { Instant } from "../../kit/clock.ts";
import type { CaptureProgress, ChangeCapture, EmptyScans } from "../../resource/change-capture.ts";
import type { DatabaseWork } from "../snapshot-backup.ts";

const LOOK_EVERY_MS = 1000;
/** How much longer than from one scan of the log to the next nothing may move. */
const MARGIN_MS = 2000;
const LONGEST_MS = 60_000;

/**
 * Whether a whole scan of the log that found nothing left began after the first look: of two that are new, only the earlier may
 * have been under way by then.
 */
function hasScannedSince(first: EmptyScans | null, now: EmptyScans | null): boolean {
  if (first === null || now === null || now.count === 0) return false;
  if (now.session === first.session) return now.count - first.count >= 2;
  return now.session > first.session && (now.count >= 2 || now.session - first.session >= 2);
}

interface Awaited {
  /** As far as the capture has come. */
  readonly progress: CaptureProgress;
  readonly isReached: boolean;
}

interface Goal {
  readonly isReached: (progress: CaptureProgress) => boolean;
  /** How long nothing may move, in milliseconds. */
  readonly patience: (progress: CaptureProgress) => number;
}

async function wait(work: DatabaseWork, capture: ChangeCapture, goal: Goal): Promise<Awaited> {
  const { sleep, signal } = work.ports;
  let progress = await capture.progress({ signal });
  const { isReached } = goal;
  const patience = goal.patience(progress);
  let still = 0;
  for (let waited = 0; waited < LONGEST_MS && still < patience; waited += LOOK_EVERY_MS) {
    if (isReached(progress)) break;
    if (waited === 0) tellWait(work);
    await sleep(LOOK_EVERY_MS, { signal });
    await work.journal.throwIfCancelled();
    const next = await capture.progress({ signal });
    still = next.newest === progress.newest ? still + LOOK_EVERY_MS : 0;
    progress = next;
  }
  return { progress, isReached: isReached(progress) };
}

function tellWait({ ports, journal, database }: DatabaseWork): void {
  const facts = { job: journal.id, at: ports.clock.now(), database };
  ports.host.emit({ type: "phase_started", ...facts, phase: "capture" });
}

/**
 * Waits until the server has captured what was committed up to now by its clock. A server on which nothing happens says so only
 * every few minutes: where nothing has moved for longer than from one scan of its log to the next, or after a minute, this gives
 * how far it has come.
 */
export async function awaitCapture(
  work: DatabaseWork,
  capture: ChangeCapture,
): Promise<CaptureProgress & { readonly isReached: boolean }> {
  const { now } = await capture.progress({ signal: work.ports.signal });
  const { progress, isReached } = await wait(work, capture, {
    isReached: ({ newestAt }) => (newestAt ?? -1) >= now,
    patience: ({ scansEvery }) => scansEvery + MARGIN_MS,
  });
  return { ...progress, isReached };
}

export interface Passing {
  /** Whether everything that was committed up to `moment` is captured. */
  readonly isPassed: boolean;
  /** When the wait began, by the server. */
  readonly moment: Instant;
}

/**
 * Waits until the server has captured everything that was committed up to now: its newest commit is later, or it has scanned the
 * log since and found nothing left. A minute at most; two scans and no more where nothing moves.
 */
export async function awaitPassing(work: DatabaseWork, capture: ChangeCapture): Promise<Passing> {
  const { now, emptyScans } = await capture.progress({ signal: work.ports.signal });
  const { isReached } = await wait(work, capture, {
    isReached: (progress) =>
      (progress.newestAt ?? -1) >= now || hasScannedSince(emptyScans, progress.emptyScans),
    patience: ({ scansEvery }) => scansEvery * (emptyScans === null ? 1 : 2) + MARGIN_MS,
  });
  return { isPassed: isReached, moment: now };
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
