/** A log sequence number as its three parts in decimal: VLF × 10^15 + block × 10^5 + slot. */
export type MediaLsn = bigint;

/** What a backup set says of itself on its medium. Fields that the layout does not give away are not guessed. */
export interface BackupSetFacts {
  /** From 1, in the order in which the sets lie in the file. */
  readonly position: number;
  /** GUID in small letters, as `RESTORE HEADERONLY` prints it. */
  readonly set: string;
  readonly type: "full" | "differential" | "log";
  readonly database: string;
  readonly server: string;
  /** Major, minor and build of the server: `13.0.1601`. */
  readonly softwareVersion: string;
  /** 661: SQL Server 2008 R2; 852: 2016. */
  readonly databaseVersion: number;
  readonly firstLsn: MediaLsn;
  readonly lastLsn: MediaLsn;
  readonly checkpointLsn: MediaLsn;
  /** The checkpoint of the last full before. Says nothing about what may be restored on what. */
  readonly databaseBackupLsn: MediaLsn;
  /** Local time of the server; undefined where the medium has none. */
  readonly startedLocal: string | undefined;
  /** When the set was closed, local time of the server. */
  readonly finishedLocal: string | undefined;
  /** The full that a differential is based on. */
  readonly differentialBase: { readonly set: string; readonly lsn: MediaLsn } | null;
  /** The full that was the base of differentials when the set was made. */
  readonly currentBase: string | null;
  readonly fork: string | null;
}

/** One file of a media set. */
export interface MediaFacts {
  readonly kind: "tape_format";
  /** GUID of the media set; the stripes of a backup have one in common. Null where the medium does not say. */
  readonly mediaSet: string | null;
  /** Which stripe this file is, from 1, and of how many. */
  readonly stripe: number;
  readonly stripes: number;
  /** Empty sets of other programs (files backed up by Windows) are not listed. */
  readonly sets: readonly BackupSetFacts[];
}

/** A medium that can be kept and given back, but whose sets cannot be read without a server. */
export interface SealedMedia {
  readonly kind: "sealed";
  readonly reason: "compressed_or_encrypted";
}
