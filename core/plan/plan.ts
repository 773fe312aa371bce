import type { Address } from "../address/address.ts";
import type { CatalogVersion } from "../catalog/catalog.ts";
import type { ServerObservation } from "../catalog/observation.ts";
import type { PointType } from "../catalog/recovery-point.ts";
import type { AttributePath, CheckResult } from "../config/configuration.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { Drift } from "../drift/drift.ts";
import type { Instant } from "../kit/clock.ts";
import type { Json, JsonObject } from "../kit/json.ts";
import type { AzureRetention } from "../resource/azure-sql.ts";
import type { DatabaseState } from "../resource/database-server.ts";
import type { PointsOutlook, RecoveryPointChange } from "./points/outlook.ts";

/**
 * `replace` makes another thing under the same address: its recovery points stay and expire as before, and its next
 * backup is a full. `forget` takes an object out of the catalog and leaves it as it is wherever it exists. `import`
 * records what exists already, and makes nothing.
 */
export type ChangeAction =
  | "no-op"
  | "create"
  | "update"
  | "replace"
  | "delete"
  | "forget"
  | "import";

/** Something that exists and is recorded under an address from now on. */
export interface Importing {
  /** What it is called where it exists. */
  readonly id: string;
  /** What was found there, in words: `3 databases`. */
  readonly found: string;
  /** How many recovery points of a vault the catalog lists from then on. */
  readonly points: number;
  /** What the addresses in the manifests of those points are now, by the `moved` blocks. */
  readonly renames: readonly (readonly [Address, Address])[];
}

/** Change data capture that backups of a set enabled, and that is disabled before the set leaves. */
export interface EndedCapture {
  readonly server: Address;
  readonly database: string;
  /** What was enabled anew since is not ours. `INTENDED` where a job died before it knew: ours as long as no table is captured. */
  readonly identity: string;
}

/** A database of a server that has another name now. Its recovery points follow. */
export interface DatabaseRename {
  readonly server: Address;
  readonly from: string;
  readonly to: string;
  /** How many listed points get the new name. */
  readonly points: number;
}

/** Why a change of an argument cannot be an update. */
export interface ReplaceReason {
  /** Empty: `replace_triggered_by` asks for it. */
  readonly path: AttributePath;
  readonly why: string;
}

/** What happens to one object. */
export interface ResourceChange {
  readonly address: Address;
  /** Where it is recorded until this plan is applied; null where it keeps its address. */
  readonly previousAddress: Address | null;
  readonly type: string;
  readonly name: string;
  readonly action: ChangeAction;
  /** As recorded, with the new addresses of what moves; null when it is created. */
  readonly before: JsonObject | null;
  /** As desired, and as recorded where `ignore_changes` says so; null when it is deleted or forgotten. */
  readonly after: JsonObject | null;
  /** Arguments whose meaning differs, for update and replace. */
  readonly changed: readonly AttributePath[];
  readonly replaceReasons: readonly ReplaceReason[];
  /** Hidden in everything that people read. */
  readonly sensitive: readonly AttributePath[];
  /** Those of `after`, to be recorded with it. */
  readonly sensitiveAfter: readonly AttributePath[];
  /** `prevent_destroy`, to be recorded with it. */
  readonly preventDestroy: boolean;
  /** Whether `prevent_destroy` is recorded with it until then [it is not]. */
  readonly wasProtected?: boolean | undefined;
  /** Of a replacement: which of the two comes first. */
  readonly createBeforeDestroy: boolean;
  /** Of the desired object; of the recorded one when it is deleted. */
  readonly dependsOn: readonly Address[];
  /** `-replace`: a full backup runs after the change. */
  readonly runFull: boolean;
  /** For `import`. */
  readonly importing?: Importing | undefined;
  /** What Azure had of the database of an `azure_retention` when it was asked [it was not]. */
  readonly retention?: AzureRetention | undefined;
  /** For `delete` of a backup set [nothing]. */
  readonly captures?: readonly EndedCapture[] | undefined;
}

/** Whether listed recovery points protect something: `partly` for some databases of a set, `unknown` where the server was not asked. */
export type Protection = "protected" | "partly" | "unprotected" | "unknown";

export interface CoveredDatabase {
  readonly name: string;
  readonly state: DatabaseState;
  readonly recoveryModel: "full" | "bulk_logged" | "simple";
  readonly snapshotIsolation: "on" | "off" | "in_transition";
  readonly protection: "protected" | "unprotected";
  /** The success of its newest listed point in this set. */
  readonly newestPointAt: Instant | null;
  /** It is not whole, and whose work it is [whole, as far as is known]. */
  readonly unfinished?: { readonly job: string | null; readonly isOver: boolean } | undefined;
}

/** The databases that a backup set covers now. */
export interface SetCoverage {
  readonly backupSet: Address;
  readonly server: Address;
  /** False when the server was not asked (`-refresh=false`): then `databases` is empty and says nothing. */
  readonly observed: boolean;
  readonly protection: Protection;
  readonly databases: readonly CoveredDatabase[];
}

export interface OutputChange {
  readonly name: string;
  readonly value: Json;
  readonly sensitive: boolean;
}

export interface PlanOptions {
  readonly destroy: boolean;
  /** False: servers were not asked. */
  readonly refresh: boolean;
  /** Only these and what they depend on: objects, blocks in all instances, modules. Empty: everything. */
  readonly targets: readonly string[];
  /** Not these, nor what depends on them; never together with `targets`. */
  readonly exclude: readonly string[];
  /** These get a full backup. */
  readonly replace: readonly Address[];
  /** The plan changes nothing but what is accepted of the servers. */
  readonly refreshOnly: boolean;
}

export interface PlanSummary {
  readonly add: number;
  readonly change: number;
  readonly destroy: number;
  readonly forget: number;
  readonly import: number;
}

/** What a `check` block found. */
export type CheckOutcome = CheckResult;

/** A point that an earlier apply gave up, and that the rules of this plan keep: it is listed again. */
export interface RelistedPoint {
  readonly id: string;
  readonly backupSet: Address;
  readonly server: Address;
  readonly database: string;
  readonly type: PointType;
  readonly createdAt: Instant | null;
  /** The id of the apply that gave it up. */
  readonly apply: string;
}

/** The difference between configuration, catalog and servers, bound to the version of the catalog it was made from. */
export interface Plan {
  readonly createdAt: Instant;
  readonly catalog: CatalogVersion;
  readonly options: PlanOptions;
  /** One for each object, desired or recorded, in the order of `compareAddresses`; `no-op` included. */
  readonly changes: readonly ResourceChange[];
  /** In the order of the configuration; only those that points follow. */
  readonly databaseRenames: readonly DatabaseRename[];
  readonly coverage: readonly SetCoverage[];
  /** What changed on the servers since it was last accepted; nothing where they were not asked. */
  readonly drift: readonly Drift[];
  /** What the servers said, to be recorded by an apply of this plan as accepted. */
  readonly observations: readonly ServerObservation[];
  /** Oldest first. Those with the change `purge` are what an apply of this plan tombstones, no more and no less. */
  readonly recoveryPointChanges: readonly RecoveryPointChange[];
  readonly points: PointsOutlook;
  /** Oldest first [none]. */
  readonly relisted?: readonly RelistedPoint[] | undefined;
  readonly outputs: readonly OutputChange[];
  /** What the `check` blocks found when the plan was made. */
  readonly checks: readonly CheckOutcome[];
  readonly summary: PlanSummary;
  /** Warnings; a plan with errors does not exist. */
  readonly diagnostics: readonly Diagnostic[];
  /** SHA-256 of what the servers and the data blocks said, in hexadecimal; null when nobody was asked. */
  readonly observedDigest: string | null;
}
