import type { HistoryEvent } from "../../../../core/policy/model/history.ts";
import type { PolicyPoint } from "../../../../core/policy/model/policy-point.ts";
import type { RetentionRule } from "../../../../core/policy/retention/retention-rule.ts";
import { isRestorable, plainNeeds } from "../retention/plain-needs.ts";

/**
 * What backups lead to, found without any code of the policy: days are read from the runtime's clock, and each question
 * is asked of every point and every path.
 */

interface LocalDay {
  /** Days since 1970 on the calendar. */
  readonly number: number;
  readonly month: number;
  readonly year: number;
}

const DAY = 86_400_000;
const clocks = new Map<string, Intl.DateTimeFormat>();
const read = new Map<string, LocalDay>();

function localDay(instant: number, zone: string): LocalDay {
  const key = `${zone} ${instant}`;
  const known = read.get(key);
  if (known !== undefined) return known;
  const clock =
    clocks.get(zone) ??
    new Intl.DateTimeFormat("en-CA", {
      timeZone: zone,
      year: "numeric",
      month: "2-digit",
      day: "2-digit",
    });
  clocks.set(zone, clock);
  const [year = 0, month = 0, day = 0] = clock.format(instant).split("-").map(Number);
  const found = { number: Date.UTC(year, month - 1, day) / DAY, month: year * 12 + month, year };
  read.set(key, found);
  return found;
}

/** Jan 1 1970 was a Thursday: 4 of Sunday's week. */
const WEEK_OFFSET = { sunday: 4, monday: 3, saturday: 5 };

function periodOf(instant: number, rule: RetentionRule, period: "weekly" | "monthly" | "yearly") {
  const day = localDay(instant, rule.timezone);
  if (period === "yearly") return day.year;
  if (period === "monthly") return day.month;
  return Math.floor((day.number + WEEK_OFFSET[rule.weekStarts]) / 7);
}

const isData = ({ type }: PolicyPoint) => type === "full" || type === "differential";
/** What restores to its own instant by itself, where all it needs is there. */
const isStart = (point: PolicyPoint) =>
  isData(point) || (point.type === "cdc" && point.reach === null);
const goesByDays = ({ type }: PolicyPoint) => type === "log" || type === "tail";
const later = (a: PolicyPoint, b: PolicyPoint) =>
  a.createdAt > b.createdAt || (a.createdAt === b.createdAt && a.id > b.id);
const ofOneDatabase = (a: PolicyPoint, b: PolicyPoint) =>
  a.database === b.database && a.server === b.server;

/**
 * Why the classes, the hold and dependants keep each point that was made by a moment, at that moment or a later one.
 * Points that were made after it keep what they need, and beat nobody.
 */
export function plainReasons(
  points: readonly PolicyPoint[],
  rule: RetentionRule,
  { made, at }: { readonly made: number; readonly at: number },
): ReadonlyMap<string, Set<string>> {
  const known = points.filter(({ createdAt }) => createdAt <= made);
  const reasons = new Map(
    points.map((point) => {
      const rivals = known.includes(point) ? known : points;
      return [point.id, ownReasons(point, rivals, { rule, at })];
    }),
  );
  spreadToBases(points, reasons);
  return new Map(known.map(({ id }) => [id, reasons.get(id) ?? new Set()]));
}

function ownReasons(
  point: PolicyPoint,
  rivals: readonly PolicyPoint[],
  { rule, at }: { readonly rule: RetentionRule; readonly at: number },
): Set<string> {
  const own = new Set<string>();
  const last = localDay(point.createdAt, rule.timezone).number + rule.daily;
  if (localDay(at, rule.timezone).number <= last) own.add("daily");
  if (rule.legalHold === true) own.add("legal_hold");
  if (goesByDays(point)) return own;
  for (const period of ["weekly", "monthly", "yearly"] as const) {
    const key = periodOf(point.createdAt, rule, period);
    if (rule[period] === 0 || periodOf(at, rule, period) > key + rule[period]) continue;
    const beaten = rivals.some(
      (rival) =>
        rival !== point &&
        !goesByDays(rival) &&
        ofOneDatabase(rival, point) &&
        periodOf(rival.createdAt, rule, period) === key &&
        later(rival, point) === (rule.representative === "latest"),
    );
    if (!beaten) own.add(period);
  }
  return own;
}

function spreadToBases(known: readonly PolicyPoint[], reasons: Map<string, Set<string>>): void {
  const needs = known
    .filter((point) => !goesByDays(point))
    .flatMap((point) => (plainNeeds(point, known) ?? []).map(({ id }) => ({ point, id })));
  for (let changed = true; changed; ) {
    const due = needs.find(({ point, id }) => {
      const isKept = (reasons.get(point.id)?.size ?? 0) > 0;
      return isKept && reasons.get(id)?.has("dependency") === false;
    });
    changed = due !== undefined;
    if (due !== undefined) reasons.get(due.id)?.add("dependency");
  }
}

/** With the newest point of each database, and what it needs. */
export function plainDecisions(
  points: readonly PolicyPoint[],
  rule: RetentionRule,
  at: number,
): ReadonlyMap<string, ReadonlySet<string>> {
  const known = points.filter(({ createdAt }) => createdAt <= at);
  const reasons = plainReasons(points, rule, { made: at, at });
  for (const point of known) {
    if (goesByDays(point)) continue;
    const rivals = known.filter((rival) => !goesByDays(rival) && ofOneDatabase(rival, point));
    const whole = rivals.filter((rival) => isRestorable(rival, points));
    const among = whole.length > 0 ? whole : rivals;
    const isNewest = among.includes(point) && !among.some((rival) => later(rival, point));
    const own = reasons.get(point.id);
    if (isNewest && own?.size === 0) own.add("newest");
  }
  spreadToBases(points, new Map(reasons));
  return reasons;
}

/** Whether some path through the log leads from a full or differential to that moment; logs are tried in every order. */
export function plainRestorable(points: readonly PolicyPoint[], at: number): boolean {
  const starts = points.filter((point) => isStart(point) && isRestorable(point, points));
  if (starts.some(({ createdAt }) => createdAt === at)) return true;
  return starts
    .filter(({ createdAt }) => createdAt < at)
    .some((start) =>
      ["log", "cdc"].some((kind) => {
        const logs = points.filter(
          ({ type }) => !isDataType(type) && (type === "cdc") === (kind === "cdc"),
        );
        const place = start.reach?.to ?? BigInt(start.createdAt);
        return leadsTo(at, { place, time: start.createdAt, fork: start.reach?.fork }, logs);
      }),
    );
}

const isDataType = (type: PolicyPoint["type"]) => type === "full" || type === "differential";

interface Standing {
  readonly place: bigint;
  readonly time: number;
  readonly fork: string | undefined;
}

function leadsTo(
  at: number,
  { place, time, fork }: Standing,
  logs: readonly PolicyPoint[],
): boolean {
  return logs.some(({ reach }) => {
    if (reach === null || (fork !== undefined && reach.fork !== fork)) return false;
    if (reach.from > place || reach.to <= place) return false;
    if (time < at && (reach.onlyEnd ? reach.newest === at : reach.newest >= at)) return true;
    return leadsTo(
      at,
      { place: reach.to, time: Math.max(time, reach.newest), fork: reach.fork },
      logs,
    );
  });
}

/** Logs that no path reaches; empty ones are not judged. */
export function plainDeadLogs(points: readonly PolicyPoint[]): ReadonlySet<string> {
  const dead = new Set<string>();
  for (const log of points) {
    if (!goesByDays(log) || !log.reach || log.reach.from === log.reach.to) continue;
    const own = points.filter((point) => ofOneDatabase(point, log));
    if (!isReached(log, own)) dead.add(log.id);
  }
  return dead;
}

function isReached(log: PolicyPoint, own: readonly PolicyPoint[]): boolean {
  const { reach } = log;
  if (reach === null) return false;
  const holds = (place: bigint) => reach.from <= place && place < reach.to;
  return own.some((point) => {
    if (isStart(point)) {
      if (point.reach !== null && point.reach.fork !== reach.fork) return false;
      return isRestorable(point, own) && holds(point.reach?.to ?? BigInt(point.createdAt));
    }
    if (!goesByDays(point) || !point.reach || point.reach.fork !== reach.fork) return false;
    if (point.reach.from === point.reach.to || !holds(point.reach.to)) return false;
    return isReached(point, own);
  });
}

/** What exists at a moment of all that was made. */
export function plainExisting(
  made: readonly PolicyPoint[],
  rule: RetentionRule,
  at: number,
): readonly PolicyPoint[] {
  const decisions = plainDecisions(made, rule, at);
  const kept = made.filter(({ id }) => (decisions.get(id)?.size ?? 0) > 0);
  if (rule.legalHold === true || rule.deadLogs === "keep") return kept;
  const dead = plainDeadLogs(kept);
  return kept.filter(({ id }) => !dead.has(id));
}

/** The points that a history makes, by the rules of the seeds (A-05, A-49, B-36, B-45, B-52, B-58, B-60, B-62). */
export function plainPoints(
  events: readonly HistoryEvent[],
  rule: RetentionRule,
  at: number,
): readonly PolicyPoint[] {
  const past = events
    .filter(({ completedAt }) => completedAt <= at)
    .toSorted((a, b) => a.completedAt - b.completedAt || a.startedAt - b.startedAt);
  const worlds = new Map<string, PlainDatabase>();
  return past.flatMap((event) => {
    const own = events.filter(({ database }) => database === event.database);
    const world = worlds.get(event.database) ?? new PlainDatabase(own, rule);
    worlds.set(event.database, world);
    return world.record(event) ?? [];
  });
}

class PlainDatabase {
  readonly #rule: RetentionRule;
  readonly #made: PolicyPoint[] = [];
  readonly #bases: PolicyPoint[] = [];
  readonly #attempts: HistoryEvent[];
  #missed = false;
  #capturesFrom = 0;
  /** Of logs and of captured changes, each for themselves. */
  readonly #ends = new Map<"logs" | "changes", number>();

  constructor(events: readonly HistoryEvent[], rule: RetentionRule) {
    this.#rule = rule;
    this.#attempts = events.filter(
      ({ type, copyOnly, status }) => type === "full" && !copyOnly && status !== "skipped",
    );
  }

  record(event: HistoryEvent): PolicyPoint | undefined {
    if (event.status === "skipped") this.#missed = true;
    if (event.status !== "successful") return undefined;
    const base = this.#bases.findLast(({ createdAt }) => createdAt <= event.startedAt);
    const type = this.#typeOf(event, base);
    if (type === undefined) return undefined;
    const point = this.#pointOf(event, type, base);
    this.#made.push(point);
    if (type === "cdc") this.#ends.set("changes", event.completedAt);
    else if (!isDataType(type) && !event.copyOnly) this.#ends.set("logs", event.completedAt);
    if (type === "full" && !event.copyOnly) this.#remember(event, point);
    return point;
  }

  #typeOf(event: HistoryEvent, base: PolicyPoint | undefined): HistoryEvent["type"] | undefined {
    if (event.type === "full") return "full";
    if (event.type === "differential") return this.#converts(event, base) ? "full" : "differential";
    const waits =
      base === undefined ||
      (event.type === "cdc" && (this.#missed || event.startedAt < this.#capturesFrom));
    return waits ? undefined : event.type;
  }

  #converts({ startedAt }: HistoryEvent, base: PolicyPoint | undefined): boolean {
    const attempt = this.#attempts
      .filter((full) => full.startedAt <= startedAt)
      .toSorted((a, b) => a.startedAt - b.startedAt)
      .at(-1);
    if (attempt?.status === "failed") return true;
    if (attempt !== undefined && attempt.completedAt > startedAt) return true;
    // One that is under way keeps its base, as a prune would find.
    const before = this.#made.filter((point) => point.startedAt <= startedAt);
    return !plainExisting(before, this.#rule, startedAt).some(({ id }) => id === base?.id);
  }

  #pointOf(
    { database, startedAt, completedAt }: HistoryEvent,
    type: HistoryEvent["type"],
    base: PolicyPoint | undefined,
  ): PolicyPoint {
    const count = this.#made.filter((point) => point.type === type).length;
    const needed = type === "differential" ? base : this.#made.findLast(isData);
    const from = BigInt(this.#ends.get(type === "cdc" ? "changes" : "logs") ?? completedAt);
    const log = { from, to: BigInt(completedAt), newest: completedAt, fork: database };
    return {
      id: `${database}-${type}-${count + 1}`,
      server: "",
      database,
      type,
      startedAt,
      createdAt: completedAt,
      base: type === "full" ? null : (needed?.id ?? null),
      reach: isDataType(type) ? null : { ...log, onlyEnd: false },
    };
  }

  #remember(event: HistoryEvent, point: PolicyPoint): void {
    if (event.type === "differential") this.#attempts.push(event);
    this.#bases.push(point);
    for (const chain of ["logs", "changes"] as const) {
      const isBroken = chain === "changes" && this.#missed;
      if (isBroken || !this.#ends.has(chain)) this.#ends.set(chain, event.startedAt);
    }
    if (this.#missed) this.#capturesFrom = event.completedAt;
    this.#missed = false;
  }
}
