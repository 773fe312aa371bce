import type { ObservedFacts } from "../../schemas/server-observation.ts";
import type { Address } from "../address/address.ts";
import type { PointType } from "../catalog/recovery-point.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { ChangePlace } from "../kit/change-place.ts";
import type { Instant } from "../kit/clock.ts";
import type { CdcProfile } from "../policy/chain/cdc-settings.ts";
import type { DatabaseSelection } from "../policy/name-pattern.ts";
import type { AzureServerPlace } from "../resource/azure-sql.ts";
import type { CaptureNow, FurtherFacts, UnfinishedDatabase } from "./further-facts.ts";
import type { KnownDatabase } from "./observed-facts.ts";

/** A backup set as far as drift needs it. */
export interface SetRule {
  readonly address: Address;
  readonly server: Address;
  readonly selection: DatabaseSelection;
  readonly method: string;
  /** Whether its policy takes log backups. */
  readonly hasLog: boolean;
  /** What change data capture is to be like; of the method cdc. */
  readonly profile?: CdcProfile | undefined;
  /** Of its server: `managed_instance`. */
  readonly serverKind?: string | undefined;
}

/** The newest point of a backup set that the next changes would continue. */
export interface ChangeReliance {
  readonly backupSet: Address;
  readonly createdAt: Instant;
  readonly changes: ChangePlace;
}

/** What is known of the recovery points of one database of a server. */
export interface PointFacts {
  readonly newest: { readonly id: string; readonly createdAt: Instant };
  readonly count: number;
  readonly types: ReadonlySet<PointType>;
  /** By the method cdc, one of each backup set [none]. */
  readonly reliances?: readonly ChangeReliance[] | undefined;
  /** What the newest full read [not known]. */
  readonly fullBytes?: number | undefined;
}

/** One server, as it was accepted and as it is. */
export interface ComparedServer {
  readonly server: Address;
  readonly before: ObservedFacts;
  /** Undefined where it could not be asked, and why. */
  readonly after: ObservedFacts | undefined;
  readonly failure: Diagnostic | undefined;
  readonly further?: FurtherFacts | undefined;
  readonly sets: readonly SetRule[];
}

/** One database, as it was accepted and as it is. At least one of the two is there. */
export interface ComparedDatabase {
  readonly server: Address;
  readonly before: KnownDatabase | undefined;
  readonly after: KnownDatabase | undefined;
  /** The name now, or the last one. */
  readonly name: string;
  /** The sets that cover it under its name; under its last one where it is gone. */
  readonly sets: readonly SetRule[];
  /** Of the name that it was accepted under. */
  readonly setsBefore: readonly SetRule[];
  /** Under the name that it was accepted under; where it is new, under its own. */
  readonly points: PointFacts | undefined;
  /** Under another name that it has now: those that followed it there. */
  readonly followed: PointFacts | undefined;
  /** Who asks, and whether it is shown all databases. */
  readonly login: string;
  readonly seesAll: boolean;
  /** Whether the same login asked before: or its rights cannot be compared. */
  readonly isSameLogin: boolean;
  /** Change data capture, where points rely on it and it was asked. */
  readonly capture?: CaptureNow | undefined;
  /** What restores made of it so far, where it is not whole. */
  readonly unfinished?: UnfinishedDatabase | undefined;
  /** Where it stands in Azure, where Azure answered. */
  readonly azure?:
    | { readonly place: AzureServerPlace; readonly createdAt: string | null }
    | undefined;
}

/** A name in T-SQL. */
export function quoteName(name: string): string {
  return `[${name.replaceAll("]", "]]")}]`;
}

/** `Database [shop] of server.orders`. */
export function nameDatabase({ name, server }: Pick<ComparedDatabase, "name" | "server">): string {
  return `Database ${quoteName(name)} of ${server}`;
}

/** A word of a command that a person can copy into a POSIX shell. */
export function quoteWord(text: string): string {
  return /^[\w./:=@%+,-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}

/** `a`, `a and b`, `a, b and c`. */
export function listWords(words: readonly string[]): string {
  if (words.length < 2) return words[0] ?? "";
  return `${words.slice(0, -1).join(", ")} and ${words.at(-1)}`;
}

/** `backup_set.a`, `backup_set.a and backup_set.b`. */
export function listSets(sets: readonly SetRule[]): string {
  return listWords(sets.map(({ address }) => address));
}

export function formatTime(instant: Instant): string {
  return new Date(instant).toISOString().replace(/\.\d{3}Z$/, "Z");
}
