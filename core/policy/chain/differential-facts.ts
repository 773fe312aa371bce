import type { Instant } from "../../kit/clock.ts";
import type { Milliseconds } from "../model/policy-rule.ts";
import type { SetGuid } from "./guid.ts";
import type { Lsn } from "./lsn.ts";

/** A file of a database, as the server lists it. */
export interface DatabaseFile {
  /** Stays with the file when it is renamed or moved. */
  readonly id: string;
  readonly path: string;
  readonly bytes: number;
}

/** What happened to the fulls of a database, newest attempt first. A copy-only full does not count. */
export interface FullHistory {
  /** Whether anything of this server was ever backed up. */
  readonly everBackedUp: boolean;
  readonly trigger: "schedule" | "manual";
  /** `running`: not at its end, or it never came to one. */
  readonly newestFull: "none" | "running" | "failed" | "completed";
  /** Whether a full of the database can still be restored. */
  readonly fullExists: boolean;
}

/** A backup set as a server names it. */
export interface SetRecord {
  readonly set: SetGuid;
  readonly firstLsn: Lsn;
  readonly startedAt: Instant;
}

/** What we recorded when the last full completed. */
export interface FullRecord extends SetRecord {
  readonly database: string;
  /** The databases of the backup set then. */
  readonly members: readonly string[];
  /** Their sizes as of the newest backup since, full or differential. */
  readonly files: readonly DatabaseFile[];
  /** Null where master was not in that full. */
  readonly masterFiles: readonly DatabaseFile[] | null;
  /** Whether the uploaded files are those that their description lists. */
  readonly matchesMetadata: boolean;
}

/** What the server says now. */
export interface LiveFacts {
  readonly database: string;
  readonly members: readonly string[];
  readonly files: readonly DatabaseFile[];
  readonly masterFiles: readonly DatabaseFile[];
  /** A role in an availability group. `secondary_with_differentials`: SQL Server 2025 Enterprise. */
  readonly replica: "none" | "primary" | "secondary" | "secondary_with_differentials";
  /** The full that a differential would continue (`sys.master_files.differential_base_guid`); null: none (error 3035). */
  readonly differentialBase: SetGuid | null | "unobtainable";
  /** How the server's history has that full; null where its history was cleaned. */
  readonly record: SetRecord | null;
}

export interface DifferentialFacts {
  readonly history: FullHistory;
  /** Null only where `history.fullExists` is false. */
  readonly full: FullRecord | null;
  readonly live: LiveFacts;
  /** How far the two records of a full's start may lie apart; 0 by default. */
  readonly startTolerance?: Milliseconds | undefined;
}
