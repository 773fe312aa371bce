import type { ObservedFacts } from "../../schemas/server-observation.ts";
import type { CdcState } from "../policy/chain/decide-cdc.ts";
import type { AzureServerPlace } from "../resource/azure-sql.ts";

type KnownDatabase = ObservedFacts["databases"][number];

/** Change data capture of one database whose recovery points rely on it, or that is to be backed up by what somebody enabled. */
export interface CaptureNow {
  /** Whether there are recovery points that rely on it. */
  readonly isRelied: boolean;
  readonly state: CdcState;
  /** Changes that no backup has are there no more. */
  readonly isCut: boolean;
  /** T-SQL that puts right what is not as a policy wants it, or lets the login enable it; null where nothing is wrong. */
  readonly remedy: string | null;
}

/** What Azure Resource Manager says of one database. */
export type AzureNow = Pick<KnownDatabase, "tier" | "retention" | "copy"> & {
  /** ISO 8601; null where Azure does not say. */
  readonly createdAt: string | null;
  /** As Azure writes it: `Online`, `Paused`. */
  readonly status: string;
};

/** A database that a restore is making, or left half made. */
export interface UnfinishedDatabase {
  /** Null where an older version made it. */
  readonly job: string | null;
  /** `2026-01-05T12:00:00Z` */
  readonly since: string;
  /** The restore is one of this catalog, and is known to be over. */
  readonly isOver: boolean;
  /** T-SQL that drops it. */
  readonly removal: string;
}

/** What is asked of a server only where backups make it matter. By the names of databases. */
export interface FurtherFacts {
  readonly captures: ReadonlyMap<string, CaptureNow>;
  /** Undefined where Azure was not asked, or did not answer. */
  readonly azure:
    | { readonly place: AzureServerPlace; readonly databases: ReadonlyMap<string, AzureNow> }
    | undefined;
  /** [none, or nobody asked] */
  readonly unfinished?: ReadonlyMap<string, UnfinishedDatabase> | undefined;
}

const NOTHING_SAID = { createdAt: null, status: "" };

/** What of it is compared with what was accepted. */
export function furtherFactsOf(
  name: string,
  { captures, azure }: FurtherFacts,
): Pick<KnownDatabase, "capture" | "tier" | "retention" | "copy"> {
  const known = captures.get(name);
  const capture = known?.isRelied === true ? known : undefined;
  const { createdAt: _, status: __, ...said } = azure?.databases.get(name) ?? NOTHING_SAID;
  return { ...(capture === undefined ? {} : { capture: captureFacts(capture) }), ...said };
}

function captureFacts({ state, isCut }: CaptureNow): NonNullable<KnownDatabase["capture"]> {
  if (!state.enabled)
    return {
      enabled: false,
      identity: null,
      continuous: null,
      retention: null,
      untrackedTables: [],
      partlyTrackedTables: [],
      isCut,
    };
  const { continuous, retention, untrackedTables, partlyTrackedTables } = state.settings;
  return {
    enabled: true,
    identity: state.position.identity,
    continuous,
    retention,
    untrackedTables: untrackedTables.toSorted(),
    partlyTrackedTables: partlyTrackedTables.toSorted(),
    isCut,
  };
}
