import type { Abortable } from "../kit/abortable.ts";
import type { Instant } from "../kit/clock.ts";
import type { EntraSignIn } from "../kit/entra-sign-in.ts";

/** Where servers are looked for. */
export interface AzureScope {
  readonly subscriptionId: string;
  /** Null: the whole subscription. */
  readonly resourceGroup: string | null;
}

/** A logical server of Azure SQL Database, or a managed instance, as Azure Resource Manager names it. */
export interface AzureServerPlace {
  readonly kind: "azure_sql" | "managed_instance";
  readonly subscriptionId: string;
  readonly resourceGroup: string;
  /** The short name: `orders` of `orders.database.windows.net`. */
  readonly server: string;
}

export interface AzureDatabasePlace extends AzureServerPlace {
  readonly database: string;
}

/** What a database runs on. */
export interface AzureTier {
  /** `S2`, `GP_Gen5`, `Basic`, `ElasticPool`. */
  readonly name: string;
  /** `Standard`, `GeneralPurpose`; null where Azure does not say. */
  readonly tier: string | null;
  /** DTUs or vCores. */
  readonly capacity: number | null;
  readonly family: string | null;
}

/** A database of a logical server or of a managed instance, system databases left out. */
export interface AzureDatabase {
  readonly place: AzureDatabasePlace;
  /** As Azure writes it: `Online`, `Copying`, `Disabled`, `Paused`. */
  readonly status: string;
  /** Null on a managed instance, whose databases share its tier. */
  readonly tier: AzureTier | null;
  /** The service objective that runs now: `S2`, `GP_Gen5_2`. */
  readonly objective: string | null;
  /** Short name of the elastic pool. */
  readonly pool: string | null;
  readonly maxBytes: number | null;
  readonly location: string;
  readonly createdAt: Instant | null;
  readonly tags: Readonly<Record<string, string>>;
}

/** What Azure knows of a place where SQL Server runs. */
export interface AzureServer {
  readonly kind: "azure_sql" | "managed_instance" | "azure_vm";
  readonly subscriptionId: string;
  readonly resourceGroup: string;
  readonly name: string;
  /** What to connect to; null of a virtual machine, which Azure gives no such name. */
  readonly host: string | null;
  readonly location: string;
  /** `Ready`, `Succeeded`; as Azure writes it. */
  readonly state: string | null;
  /** Whether it can be reached over public addresses; null where Azure does not say. */
  readonly isPublic: boolean | null;
  /** Of a managed instance; null otherwise. */
  readonly tier: AzureTier | null;
  /** By name (ordinal); empty of a virtual machine, which only its SQL Server can tell. */
  readonly databases: readonly AzureDatabase[];
}

/** Marks of every copy that Holdfast makes; without all three, nothing is ever dropped. */
export interface CopyTags {
  /** The run: 32 small hex digits. */
  readonly holdfast: string;
  /** The backup set's address. */
  readonly set: string;
  /** When a copy that is still there counts as left over: ISO 8601, UTC. */
  readonly expires: string;
}

export interface CopyRequest extends Abortable {
  readonly source: AzureDatabasePlace;
  /** On the same or another logical server, under a name with `_holdfast_` and eight hex digits of the run. */
  readonly target: AzureDatabasePlace;
  readonly tags: CopyTags;
  /** Of the target: a tier like `S2`, or a pool of its server; the source's own where absent. */
  readonly service?: { readonly objective: string } | { readonly pool: string } | undefined;
}

/** A copy that was asked for: plain data, so that it can be journalled and followed by another process. */
export interface CopyOperation {
  readonly target: AzureDatabasePlace;
  readonly tags: CopyTags;
  /** What Azure gave to follow it by; null where the copy was found under way, without an answer of our own. */
  readonly operationUrl: string | null;
  readonly requestedAt: Instant;
}

export type CopyState =
  | { readonly kind: "copying"; readonly status: string; readonly waitFor: number }
  | { readonly kind: "online"; readonly database: AzureDatabase }
  /** A half-made database may be left, which `dropDatabase` removes. */
  | { readonly kind: "failed"; readonly code: string; readonly message: string }
  /** There is no such database, and no operation that makes it. Just after the request that may pass. */
  | { readonly kind: "missing" };

/** Backups that Azure SQL takes by itself. Durations in whole units; null: that kind is off. */
export interface AzureRetention {
  readonly shortTerm: {
    readonly days: number;
    /** 12 or 24; null on a managed instance, which has none. */
    readonly differentialHours: number | null;
  };
  readonly longTerm: LongTermRetention;
}

/** Durations of ISO 8601 (`P4W`), null where off. Compare by `isSameRetention`, as Azure writes them otherwise than it was told. */
export interface LongTermRetention {
  readonly weekly: string | null;
  readonly monthly: string | null;
  readonly yearly: string | null;
  /** 1 to 52; null without `yearly`. */
  readonly weekOfYear: number | null;
}

/**
 * What Azure Resource Manager knows and does of SQL. Every method tries again what passes (429 by its Retry-After, 5xx) and
 * rejects with a `DiagnosticError`: AZURE_SIGN_IN_FAILED, AZURE_FORBIDDEN (with the `az role assignment create` that mends
 * it), AZURE_NOT_FOUND, AZURE_BUSY, AZURE_UNREACHABLE, AZURE_REFUSED. No text holds a token.
 */
export interface AzureSqlControl {
  /** Logical servers, managed instances and SQL virtual machines, by kind, then name (ordinal), each with its databases. */
  discover(scope: AzureScope, options?: Abortable): Promise<readonly AzureServer[]>;
  /** Databases of one server, by name (ordinal), with tags; so left-over copies are found. AZURE_NOT_FOUND */
  databases(server: AzureServerPlace, options?: Abortable): Promise<readonly AzureDatabase[]>;
  /** Undefined where there is none. */
  findDatabase(place: AzureDatabasePlace, options?: Abortable): Promise<AzureDatabase | undefined>;
  /**
   * Asks for a copy. Idempotent by the target's name: a database there that carries the same tags is this copy, found under
   * way or done, and no second request is sent. AZURE_COPY_NAME_TAKEN of any other database there.
   */
  startCopy(request: CopyRequest): Promise<CopyOperation>;
  /** How far it is, by one look. Any process may ask, at any time. */
  copyState(operation: CopyOperation, options?: Abortable): Promise<CopyState>;
  /**
   * Drops a copy of ours; resolves when Azure has taken the request, and at once where nothing is there. AZURE_NOT_OURS of a
   * database that lacks the form of the name or one of the tags as given.
   */
  dropCopy(place: AzureDatabasePlace, tags: CopyTags, options?: Abortable): Promise<void>;
  readRetention(place: AzureDatabasePlace, options?: Abortable): Promise<AzureRetention>;
  /** Sets what differs in meaning, and resolves when it holds. AZURE_OPERATION_FAILED */
  setRetention(
    place: AzureDatabasePlace,
    wanted: AzureRetention,
    options?: Abortable,
  ): Promise<void>;
}

export interface AzurePatience {
  /** Milliseconds for which a call is tried again; as long as a backup waits without it. */
  readonly patience?: number;
}

/** Opens Azure's control plane for an identity. Sends nothing yet; loads the SDK, 0.3 s of processor time. */
export type OpenAzureSql = (
  signIn: EntraSignIn,
  options?: AzurePatience,
) => Promise<AzureSqlControl>;
