/** What is expected to exist at an instant, if every backup succeeds and is as large as the last ones. */
export interface ForecastStep {
  readonly at: string;
  /** By type: `full`, `differential`, `log`, `cdc`, `tail`. */
  readonly points: Readonly<Record<string, number>>;
  readonly bytes: number;
  /** What keeping just that costs for a month; null without a price. */
  readonly monthly_cost: number | null;
}

/** What a coming backup of one type and database is taken to add to the vault. */
export interface ForecastSize {
  readonly server: string | null;
  readonly database: string;
  readonly type: string;
  /** Null where none was observed: then none is counted. */
  readonly bytes: number | null;
  /** How many backups that is the mean of. */
  readonly observed: number;
}

/** The forecast of one backup set. */
export interface ForecastSet {
  /** Null where a history says what ran, and several backup sets have the policy, or none. */
  readonly backup_set: string | null;
  /** The first is the beginning, the last the end. */
  readonly steps: readonly ForecastStep[];
  readonly sizes: readonly ForecastSize[];
  /** Of the whole time; null without a price. */
  readonly cost: number | null;
  /** False where the schedule makes more points than are looked at: then the last step is earlier than `until`. */
  readonly is_whole: boolean;
}

/** The document of `simulate -forecast DAYS -json`. Times have the offset of the policy's zone. */
export interface ForecastListing {
  readonly policy: string;
  readonly at: string;
  readonly until: string;
  readonly days: number;
  /** Of one GiB kept for one month, in no particular currency; null where `prices` does not say. */
  readonly storage_gib_month: number | null;
  readonly backup_sets: readonly ForecastSet[];
  /** Databases that backup sets name and that no point is of: nothing of them is counted. */
  readonly unobserved: readonly { readonly backup_set: string; readonly database: string }[];
}
