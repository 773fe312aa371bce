import type { JobRecord } from "../../catalog/job.ts";
import type { JobJournal } from "../../jobs/journal.ts";
import { cdcScope } from "../../policy/chain/cdc-scope.ts";
import { concludeJob, type Standings, turnOf } from "../../policy/chain/job-outcome.ts";
import type { DatabaseFacts } from "../../resource/database-server.ts";
import type { BackupRequest, RunPorts } from "../backup-request.ts";
import { databaseNotReady } from "../not-ready.ts";
import type { PointBook } from "../point-book.ts";
import { backUpSnapshot } from "../snapshot-backup.ts";
import { leftOut, onlySystemDatabases, skippedOrDown, systemDatabase } from "./cdc-failures.ts";
import { backUpChanges } from "./change-backup.ts";
import type { Recorded } from "./change-step.ts";
import { keptStandings, outcomesOf, standingsBefore } from "./standings.ts";

export interface ChangeJob {
  readonly ports: RunPorts;
  readonly request: BackupRequest;
  readonly journal: JobJournal;
  readonly book: PointBook;
  /** Does the work of one database, and records what fails of it. */
  readonly backUp: (facts: DatabaseFacts, work: () => Promise<void>) => Promise<void>;
}

/**
 * One job by the method cdc: which databases have their turn, what becomes of those that are down, and the
 * status. Standings are kept with the job from its start, so that they outlive one that is killed.
 */
export async function runChangeJob(
  chosen: readonly DatabaseFacts[],
  job: ChangeJob,
): Promise<JobRecord["status"]> {
  const { ports, request, journal, book } = job;
  const { backupSet, type } = request;
  const recorded = { points: await ports.catalog.points(), jobs: await ports.catalog.jobs() };
  const before = standingsBefore(recorded.jobs, { backupSet, job: journal.id });
  await journal.keep({ standings: keptStandings(before) });
  const covered = await inScope(chosen, job);
  for (const facts of covered) await takeTurn(facts, { before, recorded }, job);
  const asked = type === "full" ? "full" : "cdc";
  const { status, standings } = concludeJob(asked, outcomesOf(book.outcomes), before);
  await journal.keep({ standings: keptStandings(standings) });
  return status;
}

/** System databases have fulls only: none is ever asked for its changes. */
async function inScope(
  chosen: readonly DatabaseFacts[],
  { request, book }: ChangeJob,
): Promise<readonly DatabaseFacts[]> {
  if (request.type === "full") return chosen;
  const scope = cdcScope(chosen);
  const isEmpty = scope.kind === "covers_nothing";
  for (const { database } of scope.skipped) {
    const diagnostic = isEmpty ? onlySystemDatabases(database) : systemDatabase(database);
    await book.fail(database, diagnostic, "skipped");
  }
  return isEmpty ? [] : chosen.filter(({ isSystem }) => !isSystem);
}

async function takeTurn(
  facts: DatabaseFacts,
  { before, recorded }: { readonly before: Standings; readonly recorded: Recorded },
  job: ChangeJob,
): Promise<void> {
  const { ports, request, journal, book } = job;
  const { name: database } = facts;
  const type = request.type === "full" ? "full" : "cdc";
  const standing = before.get(database) ?? "in_scope";
  const turn = turnOf(type, { standing, isReady: facts.state === "online" });
  const { isSystem } = facts;
  const work = { ports, request, journal, book, database, isSystem };
  switch (turn) {
    case "back_up":
      return job.backUp(facts, () =>
        facts.isSystem ? backUpSnapshot(work) : backUpChanges({ ...work, recorded }),
      );
    case "report_down": {
      const diagnostic =
        type === "full" ? databaseNotReady(facts) : skippedOrDown(facts, request.backupSet);
      return book.fail(database, diagnostic, "down");
    }
    case "leave_out":
      return book.fail(database, leftOut(database, request.backupSet), "skipped");
    default:
      return turn satisfies never;
  }
}
