import type { JobRecord } from "../../catalog/job.ts";
import type { RecoveryPoint } from "../../catalog/recovery-point.ts";
import type { Instant } from "../../kit/clock.ts";
import type { CaptureState, ChangeCapture } from "../../resource/change-capture.ts";
import type { BackupRequest } from "../backup-request.ts";
import type { DatabaseWork } from "../snapshot-backup.ts";
import type { ChangeDecision } from "./decide-changes.ts";

/** One database of a job by the method cdc. */
export interface ChangeWork extends DatabaseWork {
  readonly request: BackupRequest;
  readonly recorded: Recorded;
}

/** What the catalog said when the job began: of a million points it is read once, not for each database. */
export interface Recorded {
  readonly points: readonly RecoveryPoint[];
  /** Newest first. */
  readonly jobs: readonly JobRecord[];
}

export type EnabledCapture = Extract<CaptureState, { readonly enabled: true }>;
export type RunDecision = Extract<ChangeDecision, { readonly action: "run" }>;

/** The same, once its capture is as it should be. */
export interface ChangeStep {
  readonly work: ChangeWork;
  readonly capture: ChangeCapture;
  readonly decision: RunDecision;
  readonly startedAt: Instant;
}

/** What is to be known of the point that is made, also later. */
export function note(work: ChangeWork, text: string): void {
  work.book.notesOf(work.database).add(text);
  mention(work, text);
}

/** What is to be known while the backup runs. */
export function mention({ ports, journal, database }: ChangeWork, text: string): void {
  ports.host.emit({ type: "note", job: journal.id, at: ports.clock.now(), database, text });
}

/** What a schema does not tell of the tables that are captured: attributes of the stored one. */
export function markOf({
  sources,
  lastAltered: altered,
}: Pick<EnabledCapture, "sources" | "lastAltered">) {
  return { sources, altered };
}
