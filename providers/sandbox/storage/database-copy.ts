/** What a copy is to come to, and when. */
export interface CopyEnd {
  /** Milliseconds of the engine's clock; Infinity never ends. */
  readonly duration: number;
  /** Why the copy fails at its end; undefined: the database comes online. */
  readonly failure: CopyFailure | undefined;
}

interface CopyFailure {
  readonly number: number;
  readonly message: string;
}

/**
 * A database that is being made from another one: one row of `sys.dm_database_copies`. The row goes when the copy is online, and with
 * the database (learn.microsoft.com: sys.dm_database_copies; azure-sql/database/database-copy).
 */
export interface DatabaseCopy {
  readonly databaseId: number;
  readonly copyGuid: string;
  readonly sourceServer: string;
  readonly sourceName: string;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  readonly end: CopyEnd;
  /** The copy ended badly; its database is SUSPECT. */
  readonly hasFailed: boolean;
}

/** From 0 to 1. */
export function copyProgress({ startedAt, end, hasFailed }: DatabaseCopy, now: number): number {
  if (hasFailed || end.duration === Number.POSITIVE_INFINITY) return 0;
  return end.duration === 0 ? 1 : Math.min(1, Math.max(0, (now - startedAt) / end.duration));
}
