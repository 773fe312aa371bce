import type {
  ImportedBackupRow,
  ImportedChainRow,
  ImportListing,
} from "../../schemas/import-listing.ts";
import { formatInZone } from "../policy/time/zone-time.ts";
import type { ImportReport } from "./import-backup.ts";
import type { ImportedChain } from "./imported-chains.ts";
import type { ImportedBackup } from "./importer.ts";

/** The report as rows; times by the clock of `zone`. */
export function importListing(
  { backups, chains, refused, skipped, outlook }: ImportReport,
  zone: string,
): ImportListing {
  return {
    backups: backups.map((backup) => backupRow(backup, zone)),
    chains: chains.map((chain) => chainRow(chain, zone)),
    refused: refused.map(({ code, detail }) => ({ code, detail })),
    skipped,
    backup_set: outlook.backupSet,
    retention: outlook.retention,
    overdue: outlook.overdue,
    next_expiry: outlook.nextExpiry === null ? null : formatInZone(outlook.nextExpiry, zone),
  };
}

function backupRow(
  { set, outcome, point, bytesRead, bytesStored }: ImportedBackup,
  zone: string,
): ImportedBackupRow {
  const { facts } = set;
  return {
    outcome,
    point,
    server: set.server === "" ? null : set.server,
    database: set.database,
    type: set.type,
    set: facts?.set ?? null,
    first_lsn: facts === null ? null : String(facts.firstLsn),
    last_lsn: facts === null ? null : String(facts.lastLsn),
    base_set: facts?.differentialBase?.set ?? null,
    started_at: formatInZone(set.startedAt, zone),
    finished_at: formatInZone(set.finishedAt, zone),
    files: set.files.map(({ path }) => path),
    copies: set.copies,
    missing_stripes: set.missingStripes,
    damaged_pages: set.damagedPages.map(({ file, page }) => `${file}:${page}`),
    bytes_read: bytesRead,
    bytes_stored: bytesStored,
  };
}

function chainRow(
  { database, sets, unreachable, coverage }: ImportedChain,
  zone: string,
): ImportedChainRow {
  const count = (wanted: string) => sets.filter(({ type }) => type === wanted).length;
  return {
    database,
    fulls: count("full"),
    differentials: count("differential"),
    logs: count("log"),
    unreachable,
    coverage: coverage.map(({ from, to }) => ({
      from: formatInZone(from, zone),
      to: formatInZone(to, zone),
    })),
  };
}
