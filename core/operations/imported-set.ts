import type { Instant } from "../kit/clock.ts";
import type { LogPlace } from "../kit/log-place.ts";
import type { BackupSetFacts } from "../media/backup-set.ts";
import type { JoinedSet } from "../media/join-stripes.ts";
import type { PageAddress } from "../media/page-checksum.ts";
import type { ObjectFacts } from "../vault/vault.ts";
import type { BackupFile } from "./backup-files.ts";
import { placeOf, timesOf } from "./imported-chains.ts";

/** A backup set of existing files, ready to become a recovery point. */
export interface ImportedSet {
  /** Null of a compressed or encrypted file: then only what the user said is known. */
  readonly facts: BackupSetFacts | null;
  /** What tells it from every other set: its GUID, or a digest of files that nobody can read. */
  readonly identity: string;
  /** The server that made it, by its own name; empty where nobody knows. */
  readonly server: string;
  readonly database: string;
  readonly type: "full" | "differential" | "log";
  readonly startedAt: Instant;
  readonly finishedAt: Instant;
  /** In the order of their stripes. */
  readonly files: readonly BackupFile[];
  /** Paths of further copies of these files. */
  readonly copies: readonly string[];
  readonly missingStripes: readonly number[];
  /** Pages whose checksum is wrong: the database was damaged, or the file is. */
  readonly damagedPages: readonly PageAddress[];
  /** Null where `facts` is. */
  readonly place: LogPlace | null;
}

export function setOf(joined: JoinedSet<BackupFile, BackupSetFacts>, zone: string): ImportedSet {
  const { facts, files, copies, missing } = joined;
  const damagedPages = files.flatMap(({ pages }) => pages.damaged);
  return {
    facts,
    identity: facts.set,
    server: facts.server,
    database: facts.database,
    type: facts.type,
    ...timesOf(facts, zone),
    files,
    copies: copies.map(({ path }) => path),
    missingStripes: missing,
    damagedPages,
    place: placeOf(facts, { zone, damaged: damagedPages.length > 0 }),
  };
}

/** What the vault keeps with each file, so that the chain can be seen again from the vault alone. */
export function setAttributes(
  { facts, files, identity }: ImportedSet,
  { path, stripe }: { readonly path: string; readonly stripe: number },
): ObjectFacts["attributes"] {
  const file = { file_name: path.split(/[\\/]/).at(-1) ?? path, stripe, stripes: files.length };
  if (facts === null) {
    return { ...file, container: "compressed_or_encrypted", fingerprint: identity };
  }
  const { differentialBase: base } = facts;
  return {
    ...file,
    set: facts.set,
    position: facts.position,
    server: facts.server,
    software_version: facts.softwareVersion,
    database_version: facts.databaseVersion,
    first_lsn: String(facts.firstLsn),
    last_lsn: String(facts.lastLsn),
    checkpoint_lsn: String(facts.checkpointLsn),
    database_backup_lsn: String(facts.databaseBackupLsn),
    started_local: facts.startedLocal ?? "",
    finished_local: facts.finishedLocal ?? "",
    base_set: base?.set ?? "",
    base_lsn: base === null ? "" : String(base.lsn),
    current_base: facts.currentBase ?? "",
    fork: facts.fork ?? "",
  };
}
