import type {
  ExplainedDatabase,
  ExplainedEvent,
  ExplainedPoint,
  StepRow,
} from "../../schemas/explanation.ts";
import { type GracedPoint, isGraced } from "../catalog/graced-point.ts";
import type { JobRecord } from "../catalog/job.ts";
import type { RecoveryPoint } from "../catalog/recovery-point.ts";
import type { Instant } from "../kit/clock.ts";
import { retentionRuleOf } from "../plan/retention-rule.ts";
import { judgedPoints, offeredPoints } from "../policy/chain/placed-points.ts";
import { coverageOf } from "../policy/coverage/coverage.ts";
import type { RetentionRule } from "../policy/retention/retention-rule.ts";
import { conversionSeeds, resultSeeds } from "../policy/simulate/behaviour-seeds.ts";
import {
  type Derivation,
  type DerivationStep,
  deriveRetention,
} from "../policy/simulate/derive.ts";
import { formatInZone } from "../policy/time/zone-time.ts";
import type { Freeze } from "../policy/tripwire/freeze.ts";
import { formatSuspicion } from "../policy/tripwire/suspicion-text.ts";
import type { ResourceLookup } from "./resource-lookup.ts";

/** A database as a backup set covers it. */
export interface DatabasePlace {
  readonly backupSet: string;
  readonly database: string;
}

export type MadePoint = RecoveryPoint & { readonly createdAt: Instant };

interface World {
  readonly at: Instant;
  readonly resources: ResourceLookup;
  readonly points: readonly MadePoint[];
  /** Those of all sets that are there, or are being made. */
  readonly present: readonly RecoveryPoint[];
  readonly jobs: readonly JobRecord[];
  /** By backup set, what a suspect point freezes. */
  readonly freezes: ReadonlyMap<string, Freeze>;
}

/** Everything that there is to say of one database of one backup set. Pure. */
export function explainDatabase(
  { backupSet, database }: DatabasePlace,
  { at, resources, points, present, jobs, freezes }: World,
): { readonly row: ExplainedDatabase; readonly zone: string } {
  const retention = retentionRuleOf(backupSet, (address, type) => resources.tryGet(address, type));
  const zone = retention?.displayZone ?? "UTC";
  const own = points
    .filter((point) => point.backupSet === backupSet)
    .toSorted((a, b) => a.createdAt - b.createdAt || (a.id < b.id ? -1 : 1));
  // What a purge took decides nothing any more: neither is it the newest, nor does it stand for a period.
  const listed = own.filter(({ state }) => state === "listed");
  const freeze = freezes.get(backupSet);
  const frozen = freeze !== undefined;
  const derived =
    retention && deriveRetention(judgedPoints(listed, present), { ...retention.rule, frozen }, at);
  const mine = own.filter((point) => point.database === database);
  const explained = mine.map((point) =>
    point.state === "listed"
      ? toExplained(point, {
          derivation: derived?.get(point.id),
          hasRule: derived !== undefined,
          freeze,
          zone,
        })
      : toGone(point, zone),
  );
  const kept = listed.filter(
    (point) => point.database === database && (derived?.get(point.id)?.isKept ?? true),
  );
  const row = {
    backup_set: backupSet,
    server: resources.tryGet(backupSet, "backup_set")?.server ?? mine[0]?.server ?? null,
    database,
    retention: retention === undefined ? null : toRetentionRow(retention.rule),
    points: explained,
    coverage: coverageOf(offeredPoints(kept)).map(({ from, to, ...place }) => ({
      ...place,
      from: formatInZone(from, zone),
      to: formatInZone(to, zone),
    })),
    events: jobs
      .filter(({ subject, operation }) => operation === "backup" && subject === backupSet)
      .flatMap((job) => eventsOf(job, { database, points: mine, zone }))
      .reverse(),
  };
  return { row, zone };
}

function toRetentionRow(rule: RetentionRule): NonNullable<ExplainedDatabase["retention"]> {
  const { daily, weekly, monthly, yearly, timezone, representative } = rule;
  const { weekStarts: week_starts, legalHold: legal_hold = false } = rule;
  return { daily, weekly, monthly, yearly, timezone, week_starts, representative, legal_hold };
}

interface ListedFacts {
  /** Absent where no rule decides, or not yet: the point is dated later than the instant asked for. */
  readonly derivation: Derivation | undefined;
  readonly hasRule: boolean;
  readonly freeze: Freeze | undefined;
  readonly zone: string;
}

function toExplained(
  point: MadePoint,
  { derivation, hasRule, freeze, zone }: ListedFacts,
): ExplainedPoint {
  const expires = derivation?.decision.expiresAt ?? null;
  const undecided = hasRule ? UNDECIDED : ORPHAN;
  const decided = derivation && (derivation.isKept ? "kept" : "purged");
  return {
    id: point.id,
    type: point.type,
    created_at: formatInZone(point.createdAt, zone),
    verdict: decided ?? undecided.verdict,
    expires_at: expires === null ? null : formatInZone(expires, zone),
    retained_by: derivation?.decision.retainedBy ?? undecided.retainedBy,
    ...notesOf(point),
    steps: [
      ...originSteps(point),
      ...suspicionSteps(point, { freeze, zone }),
      ...(derivation?.steps.map((each) => toStepRow(each, zone)) ?? [
        plainStep(undecided.rule, { holds: true }),
      ]),
    ],
  };
}

const ORPHAN = { verdict: "orphan", rule: "orphan", retainedBy: ["orphan"] } as const;

/** As `points` lists a point that is dated later. */
const UNDECIDED = { verdict: "kept", rule: "ahead", retainedBy: ["newest"] } as const;

/** A point that a purge took, or that an apply gave up: what no rule decides on any more. */
function toGone(point: MadePoint, zone: string): ExplainedPoint {
  const graced = isGraced(point);
  return {
    id: point.id,
    type: point.type,
    created_at: formatInZone(point.createdAt, zone),
    verdict: graced ? "given_up" : "purged",
    expires_at: null,
    retained_by: [],
    ...notesOf(point),
    steps: [...originSteps(point), graced ? graceStep(point, zone) : plainStep(point.state, {})],
  };
}

function notesOf({ notes }: MadePoint): Pick<ExplainedPoint, "notes"> {
  return notes === undefined ? {} : { notes };
}

/** Which apply gave it up, and until when it is kept whole. */
function graceStep({ purge }: GracedPoint, zone: string): StepRow {
  const until = formatInZone(purge.after, zone);
  return plainStep("given_up", { until, reason: purge.apply });
}

/** Where a point comes from: the backup that made it, what it was asked for as, what it needs. */
function originSteps(point: MadePoint): readonly StepRow[] {
  const steps = [plainStep("made", { seeds: ["A-05", "B-06"] })];
  const { convertedFrom, conversionReason: reason, base } = point;
  if (convertedFrom !== null) {
    steps.push(plainStep("converted", { seeds: conversionSeeds(reason), reason }));
  }
  if (base !== null) steps.push(plainStep("builds_on", { seeds: ["B-36"], points: [base] }));
  return steps;
}

/** What a tripwire said of the point, and the person who cleared it. */
function suspicionSteps(
  { id, cleared }: MadePoint,
  { freeze, zone }: Pick<ListedFacts, "freeze" | "zone">,
): readonly StepRow[] {
  const suspect = freeze?.suspects.find((each) => each.id === id);
  if (suspect !== undefined) {
    return [plainStep("suspect", { reason: formatSuspicion(suspect.suspicion) })];
  }
  if (cleared === undefined) return [];
  const why = cleared.reason === null ? "" : `: ${cleared.reason}`;
  const until = formatInZone(cleared.at, zone);
  return [plainStep("cleared", { until, reason: `${cleared.by}${why}` })];
}

function plainStep(rule: string, facts: Partial<StepRow>): StepRow {
  const nothing = { seeds: [], holds: null, until: null, count: null, points: [], reason: null };
  return { rule, ...nothing, ...facts };
}

function toStepRow(step: DerivationStep, zone: string): StepRow {
  const until = step.until === null ? null : formatInZone(step.until, zone);
  return { ...step, until, reason: null };
}

interface EventFacts {
  readonly database: string;
  readonly points: readonly MadePoint[];
  readonly zone: string;
}

/** What a job did of a database where it is not the point that was asked for. */
function eventsOf(
  job: JobRecord,
  { database, points, zone }: EventFacts,
): readonly ExplainedEvent[] {
  return job.databases
    .filter((entry) => entry.database === database)
    .flatMap(({ result, code, message, point }): readonly ExplainedEvent[] => {
      const made = points.find(({ id }) => id === point);
      const reason = made?.conversionReason ?? null;
      if (result === "backed_up" && reason === null) return [];
      return [
        {
          job: job.id,
          at: formatInZone(job.startedAt ?? job.queuedAt, zone),
          type: made?.convertedFrom ?? job.type,
          result: reason === null ? result : "converted",
          code: reason ?? code,
          message,
          point,
          seeds: reason === null ? resultSeeds(result, code) : conversionSeeds(reason),
        },
      ];
    });
}
