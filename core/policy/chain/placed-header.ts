import type { Instant } from "../../kit/clock.ts";
import type { LogPlace } from "../../kit/log-place.ts";
import type { BackupHeader } from "./backup-header.ts";
import { parseFamilyGuid, parseForkGuid, parseSetGuid } from "./guid.ts";
import { parseLsn } from "./lsn.ts";

/** A backup set with its place in the log. */
export interface PlacedSet {
  readonly type: BackupHeader["type"];
  readonly database: string;
  readonly startedAt: Instant;
  readonly finishedAt: Instant;
  readonly place: LogPlace;
}

/** Stands for the fork where a medium names none: such sets are of one line. */
const ONE_LINE = parseForkGuid("00000000-0000-0000-0000-000000000001");

/** A fork is of one family for ever, so it stands for the family, which is not recorded. Throws RangeError. */
export function placedHeader({
  type,
  database,
  startedAt,
  finishedAt,
  place,
}: PlacedSet): BackupHeader {
  const fork = place.fork === null ? ONE_LINE : parseForkGuid(place.fork);
  const { base, currentFull } = place;
  return {
    set: parseSetGuid(place.set),
    type,
    database,
    family: place.fork === null ? null : parseFamilyGuid(place.fork),
    firstLsn: parseLsn(place.firstLsn),
    lastLsn: parseLsn(place.lastLsn),
    checkpointLsn: parseLsn(place.checkpointLsn),
    startedAt,
    finishedAt,
    newest: place.newest,
    firstFork: fork,
    lastFork: fork,
    forkPoint: null,
    differentialBase:
      base === null ? null : { set: parseSetGuid(base.set), lsn: parseLsn(base.lsn) },
    currentFull: currentFull === null ? null : parseSetGuid(currentFull),
    copyOnly: false,
    bulkLogged: false,
    beginsLogChain: false,
    damaged: place.damaged,
    foreign: true,
    missingStripes: [],
    marks: [],
  };
}
