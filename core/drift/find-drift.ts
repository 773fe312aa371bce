import type { ObservedFacts } from "../../schemas/server-observation.ts";
import type { Address } from "../address/address.ts";
import type { RecoveryPoint } from "../catalog/recovery-point.ts";
import type { Code } from "../diagnostics/codes.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { looksLikeCopy } from "../kit/copy-form.ts";
import type { JsonObject } from "../kit/json.ts";
import { selectDatabases } from "../policy/name-pattern.ts";
import type { Drift, DriftKind } from "./drift.ts";
import type { FurtherFacts } from "./further-facts.ts";
import { DATABASE_KINDS } from "./kinds/database-kinds.ts";
import { SERVER_KINDS } from "./kinds/server-kinds.ts";
import { databaseJson, type KnownDatabase } from "./observed-facts.ts";
import { type DatabasePair, pairDatabases } from "./pair-databases.ts";
import { collectPoints, type PointsByDatabase } from "./point-facts.ts";
import type { ComparedDatabase, ComparedServer, PointFacts, SetRule } from "./subject.ts";

/** What a server says now, or why it says nothing. */
export type ServerNow =
  | {
      readonly status: "observed";
      readonly facts: ObservedFacts;
      readonly further?: FurtherFacts | undefined;
    }
  | { readonly status: "failed"; readonly diagnostic: Diagnostic };

export interface DriftInput {
  /** What was accepted of each server; of one that nobody accepted yet, nothing is drift. */
  readonly accepted: ReadonlyMap<Address, ObservedFacts>;
  readonly now: ReadonlyMap<Address, ServerNow>;
  readonly sets: readonly SetRule[];
  readonly points: readonly RecoveryPoint[];
}

export interface DriftKinds {
  readonly server: readonly DriftKind<ComparedServer>[];
  readonly database: readonly DriftKind<ComparedDatabase>[];
}

export const DRIFT_KINDS: DriftKinds = { server: SERVER_KINDS, database: DATABASE_KINDS };

/** What changed outside. `told`: the warnings about databases that say the same, by `warningKey`. */
export interface FoundDrift {
  readonly drift: readonly Drift[];
  readonly told: ReadonlySet<string>;
}

export function warningKey(code: Code, server: Address, database: string): string {
  return JSON.stringify([code, server, database]);
}

/** What changed outside of Holdfast, by server, then by database (ordinal), in the order of the kinds. Pure. */
export function findDrift(input: DriftInput, kinds: DriftKinds = DRIFT_KINDS): FoundDrift {
  const servers = [...input.now.keys()].sort().flatMap((each) => compareServer(each, input) ?? []);
  if (servers.length === 0) return { drift: [], told: new Set() };
  const points = collectPoints(input.points, input.now.keys());
  const found = servers.flatMap((compared) => {
    const own = kinds.server
      .filter((kind) => kind.differs(compared))
      .map((kind) => ({ drift: ofServer(kind, compared), told: undefined }));
    return [
      ...own,
      ...databasesOf(compared, points).flatMap((subject) =>
        kinds.database
          .filter((kind) => kind.differs(subject))
          .map((kind) => ({ drift: ofDatabase(kind, subject), told: toldBy(kind, subject) })),
      ),
    ];
  });
  return {
    drift: found.map(({ drift }) => drift),
    told: new Set(found.flatMap(({ told }) => told ?? [])),
  };
}

function toldBy(
  { warning }: DriftKind<ComparedDatabase>,
  subject: ComparedDatabase,
): string | undefined {
  const told = warning?.(subject);
  return told && warningKey(told.code, subject.server, told.database);
}

function compareServer(server: Address, input: DriftInput): ComparedServer | undefined {
  const before = input.accepted.get(server);
  const now = input.now.get(server);
  if (before === undefined || now === undefined) return undefined;
  return {
    server,
    before,
    after: now.status === "observed" ? now.facts : undefined,
    failure: now.status === "failed" ? now.diagnostic : undefined,
    further: now.status === "observed" ? now.further : undefined,
    sets: input.sets
      .filter((set) => set.server === server)
      .toSorted((a, b) => (a.address < b.address ? -1 : 1)),
  };
}

/** What nobody backs up and of what there is no point cannot lose anything; only that it is new is told. */
function databasesOf(
  compared: ComparedServer,
  points: PointsByDatabase,
): readonly ComparedDatabase[] {
  const { before, after } = compared;
  if (after === undefined) return [];
  return pairDatabases(before.databases, after.databases)
    .map((pair) => subjectOf(pair, { compared, after, points }))
    .filter((subject) => {
      const { sets, setsBefore } = subject;
      if (subject.after?.copy !== undefined) return true;
      if (sets.length > 0 || setsBefore.length > 0) return true;
      const facts = subject.after ?? subject.before;
      if (facts?.isSystem === true) return false;
      const isNew = subject.before === undefined && !looksLikeCopy(subject.name);
      return subject.points !== undefined || isNew;
    });
}

interface Around {
  readonly compared: ComparedServer;
  readonly after: ObservedFacts;
  readonly points: PointsByDatabase;
}

function subjectOf(pair: DatabasePair, { compared, after, points }: Around): ComparedDatabase {
  const { server, before: accepted } = compared;
  const name = pair.after?.name ?? pair.before?.name ?? "";
  const covering = (database: KnownDatabase | undefined) =>
    database === undefined
      ? []
      : compared.sets.filter(({ selection }) => selectDatabases([database], selection).length > 0);
  return {
    server,
    ...pair,
    name,
    sets: covering(pair.after ?? pair.before),
    setsBefore: covering(pair.before),
    ...pointsUnder(points.get(server), { name, was: pair.before?.name ?? name }),
    login: after.login,
    seesAll: after.rights === null || after.rights.includes("VIEW ANY DATABASE"),
    isSameLogin: after.login === accepted.login,
    ...furtherOf(name, compared.further),
  };
}

function furtherOf(
  name: string,
  further: FurtherFacts | undefined,
): Pick<ComparedDatabase, "capture" | "unfinished" | "azure"> {
  return {
    capture: further?.captures.get(name),
    unfinished: further?.unfinished?.get(name),
    azure: azureOf(name, further?.azure),
  };
}

function azureOf(name: string, azure: FurtherFacts["azure"]): ComparedDatabase["azure"] {
  const createdAt = azure?.databases.get(name)?.createdAt ?? null;
  return azure === undefined ? undefined : { place: azure.place, createdAt };
}

function pointsUnder(
  points: ReadonlyMap<string, PointFacts> | undefined,
  { name, was }: { readonly name: string; readonly was: string },
): Pick<ComparedDatabase, "points" | "followed"> {
  return { points: points?.get(was), followed: name === was ? undefined : points?.get(name) };
}

function ofServer(kind: DriftKind<ComparedServer>, subject: ComparedServer): Drift {
  const { server, before, after, sets } = subject;
  return {
    kind: kind.kind,
    server,
    database: null,
    backupSets: sets.map(({ address }) => address),
    ...textsOf(kind, subject),
    before: serverJson(before),
    after: after === undefined ? null : serverJson(after),
  };
}

function ofDatabase(kind: DriftKind<ComparedDatabase>, subject: ComparedDatabase): Drift {
  const { server, before, after, name } = subject;
  const sets = new Set([...subject.sets, ...subject.setsBefore].map(({ address }) => address));
  return {
    kind: kind.kind,
    server,
    database: name,
    backupSets: [...sets].sort(),
    ...textsOf(kind, subject),
    before: before === undefined ? null : databaseJson(before),
    after: after === undefined ? null : databaseJson(after),
  };
}

function textsOf<Subject>(kind: DriftKind<Subject>, subject: Subject) {
  return {
    what: kind.what(subject),
    consequence: kind.consequence(subject),
    repair: kind.repair(subject),
  };
}

/** Without its databases: those differ for themselves. */
function serverJson({ name, version, edition, login, rights }: ObservedFacts): JsonObject {
  return { name, version, edition, login, rights };
}
