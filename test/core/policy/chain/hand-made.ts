import type { BackupHeader } from "../../../../core/policy/chain/backup-header.ts";
import { parseForkGuid, parseSetGuid } from "../../../../core/policy/chain/guid.ts";
import { type Lsn, parseLsn } from "../../../../core/policy/chain/lsn.ts";
import { minute } from "./steps.ts";

export const FORK = parseForkGuid("0000000f-0000-0000-0000-000000000001");

/** A place in the log: small numbers are enough. */
export const place = (count: number): Lsn => parseLsn(String(1000 + count));

interface Extent {
  readonly from: number;
  readonly to: number;
  /** The minute at which it was made; two sets of one test never share it. */
  readonly made: number;
}

/** A set with nothing unusual but what `more` says; its GUID ends in the minute at which it was made. */
export function handMade(
  type: BackupHeader["type"],
  { from, to, made }: Extent,
  more: Partial<BackupHeader> = {},
): BackupHeader {
  const at = minute(made);
  return {
    set: parseSetGuid(`00000001-0000-0000-0000-${String(made).padStart(12, "0")}`),
    type,
    database: "orders",
    family: null,
    firstLsn: place(from),
    lastLsn: place(to),
    checkpointLsn: place(from),
    startedAt: at,
    finishedAt: at,
    newest: at,
    firstFork: FORK,
    lastFork: FORK,
    forkPoint: null,
    differentialBase: null,
    currentFull: null,
    copyOnly: false,
    bulkLogged: false,
    beginsLogChain: false,
    damaged: false,
    foreign: false,
    missingStripes: [],
    marks: [],
    ...more,
  };
}
