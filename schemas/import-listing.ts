/** What the summary of `import-backup -json` holds, beside `status` and `dry_run`. Times carry the offset of the zone that the command names. */
export interface ImportListing {
  readonly backups: readonly ImportedBackupRow[];
  readonly chains: readonly ImportedChainRow[];
  /** Why files were left out. */
  readonly refused: readonly { readonly code: string; readonly detail: string }[];
  /** Files that are not named like backups. */
  readonly skipped: readonly string[];
  /** Whose they are from now on, and what decides how long they stay. */
  readonly backup_set: string;
  /** Null: nothing purges them. */
  readonly retention: string | null;
  /** How many the next prune would take. */
  readonly overdue: number;
  readonly next_expiry: string | null;
}

export interface ImportedBackupRow {
  /**
   * `incomplete`: stripes are missing, so it was left out. `readable`: of a dry run. `known`: it was in the vault already.
   * `adopted`: it was, and the catalog lists it only now, or under another backup set than before. `outside`: its database
   * is none of the backup set.
   */
  readonly outcome: "imported" | "known" | "adopted" | "readable" | "incomplete" | "outside";
  readonly point: string | null;
  /** The server's own name for itself; null where nobody knows. */
  readonly server: string | null;
  readonly database: string;
  readonly type: "full" | "differential" | "log";
  /** GUID of the backup set; null of a compressed or encrypted file. */
  readonly set: string | null;
  readonly first_lsn: string | null;
  readonly last_lsn: string | null;
  readonly base_set: string | null;
  readonly started_at: string;
  readonly finished_at: string;
  readonly files: readonly string[];
  /** Further copies of these files. */
  readonly copies: readonly string[];
  readonly missing_stripes: readonly number[];
  /** Pages whose checksum is wrong: `1:42` is page 42 of file 1. */
  readonly damaged_pages: readonly string[];
  readonly bytes_read: number;
  readonly bytes_stored: number;
}

export interface ImportedChainRow {
  readonly database: string;
  readonly fulls: number;
  readonly differentials: number;
  readonly logs: number;
  /** GUIDs of sets that lead nowhere: what they build on is not among the files. */
  readonly unreachable: readonly string[];
  readonly coverage: readonly { readonly from: string; readonly to: string }[];
}
