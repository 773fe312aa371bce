import type { Instant } from "../../kit/clock.ts";
import { historyReason } from "../chain/decide-differential.ts";
import type { FullHistory } from "../chain/differential-facts.ts";
import { firstWhere } from "../chain/first-where.ts";
import type { HistoryEvent } from "../model/history.ts";
import type { LogReach, PointType, PolicyPoint } from "../model/policy-point.ts";

/** A point that a simulated backup made. */
export interface SimulatedPoint extends PolicyPoint {
  /** What was asked for where something else was made. */
  readonly convertedFrom: PointType | null;
  /** The code of why. */
  readonly conversionReason: string | null;
}

/** What a backup that is asked for becomes: of which type, converted for which reason; or nothing, for which reason. */
type Ruling =
  | { readonly runs: true; readonly type: PointType; readonly reason: string | null }
  | { readonly runs: false; readonly reason: string };

/** What one event did. */
interface Judged {
  /** The event, skipped where it could not have run. */
  readonly event: HistoryEvent;
  readonly point: SimulatedPoint | null;
}

/** A full that somebody tried to take: when, and how it ended. One that was skipped never began. */
export type FullAttempt = Pick<HistoryEvent, "startedAt" | "completedAt" | "status">;

/** What a chain must know of the world around it. */
export interface ChainFacts {
  readonly server: string;
  readonly database: string;
  /** Fulls that are recorded later, so that one that runs is known before its end; by their starts. */
  readonly attempts?: readonly FullAttempt[] | undefined;
  /** Whether a point that was made is still there. */
  readonly exists: (id: string, at: Instant) => boolean;
}

interface DataPoint {
  readonly id: string;
  readonly createdAt: Instant;
  /** Whether differentials may build on it. */
  readonly isBase: boolean;
}

/**
 * The backups of one database in the order of their ends, and what each of them builds on: a differential on the full
 * right before its start (B-36), a log on the data point before its end. Logs follow each other without a gap from the
 * first full on, whatever fulls and differentials come between; their sequence numbers are instants here. So do backups of
 * captured changes among themselves, until one is skipped: then they begin again with the next full.
 */
export class DatabaseChain {
  readonly #facts: ChainFacts;
  /** By their starts. */
  readonly #attempts: FullAttempt[];
  readonly #data: DataPoint[] = [];
  readonly #counts = new Map<PointType, number>();
  /** The end of the log that is backed up; undefined before the first full. */
  #logEnd: bigint | undefined;
  /** The end of the captured changes that are backed up. */
  #changesEnd: bigint | undefined;
  /** Skipped since the newest full: changes were missed (A-49, I6). */
  #missedChanges = false;
  /** When a full ended that let changes be captured again. */
  #capturesFrom = 0;
  /** A data point was newer than the base without needing it. */
  #baseMayGo = false;

  constructor(facts: ChainFacts) {
    this.#facts = facts;
    this.#attempts = (facts.attempts ?? [])
      .filter(({ status }) => status !== "skipped")
      .sort((a, b) => a.startedAt - b.startedAt);
  }

  /** What a backup that starts at that instant becomes. Everything that ended before was recorded. */
  rule(type: PointType, startedAt: Instant): Ruling {
    const hasFull = this.#newest(startedAt, ({ isBase }) => isBase) !== undefined;
    switch (type) {
      case "full":
        return { runs: true, type, reason: null };
      case "differential": {
        const reason = historyReason(this.#fullHistory(startedAt));
        return reason === undefined
          ? { runs: true, type, reason: null }
          : { runs: true, type: "full", reason };
      }
      case "cdc":
        return hasFull && !this.#missedChanges && startedAt >= this.#capturesFrom
          ? { runs: true, type, reason: null }
          : { runs: false, reason: "waiting_for_full" };
      case "log":
      case "tail":
        return hasFull
          ? { runs: true, type, reason: null }
          : { runs: false, reason: "waiting_for_full" };
      default:
        return type satisfies never;
    }
  }

  /** Records a backup that ended, and gives the point that it made. */
  record(event: HistoryEvent): Judged {
    if (event.status !== "successful") {
      if (event.type === "full") this.#note(event);
      if (event.status === "skipped") this.#missedChanges = true;
      return { event, point: null };
    }
    const ruling = this.rule(event.type, event.startedAt);
    if (!ruling.runs) {
      return { event: { ...event, status: "skipped", reason: ruling.reason }, point: null };
    }
    return { event, point: this.#makePoint(event, ruling) };
  }

  #makePoint(
    event: HistoryEvent,
    { type, reason }: { readonly type: PointType; readonly reason: string | null },
  ): SimulatedPoint {
    const count = (this.#counts.get(type) ?? 0) + 1;
    this.#counts.set(type, count);
    const id = `${this.#facts.database}-${type}-${count}`;
    const isData = type === "full" || type === "differential";
    const base = this.#baseOf(type, event);
    if (isData) this.#addData(event, { id, isBase: type === "full" && !event.copyOnly });
    return {
      id,
      server: this.#facts.server,
      database: this.#facts.database,
      type,
      startedAt: event.startedAt,
      createdAt: event.completedAt,
      base: base?.id ?? null,
      reach: isData ? null : this.#reachOf(type, event),
      convertedFrom: reason === null ? null : event.type,
      conversionReason: reason,
    };
  }

  #baseOf(type: PointType, event: HistoryEvent): DataPoint | undefined {
    if (type === "full") return undefined;
    if (type === "differential") return this.#newest(event.startedAt, ({ isBase }) => isBase);
    return this.#newest(event.completedAt, () => true);
  }

  #addData(event: HistoryEvent, { id, isBase }: Pick<DataPoint, "id" | "isBase">): void {
    this.#data.push({ id, createdAt: event.completedAt, isBase });
    if (!isBase) {
      if (event.copyOnly || this.#isOvertaken(event)) this.#baseMayGo = true;
      return;
    }
    this.#note(event);
    this.#logEnd ??= BigInt(event.startedAt);
    this.#changesEnd ??= BigInt(event.startedAt);
    if (!this.#missedChanges) return;
    this.#missedChanges = false;
    this.#changesEnd = BigInt(event.startedAt);
    this.#capturesFrom = event.completedAt;
  }

  /** A log reaches to its end; one that is copy-only leaves the chain as it was. */
  #reachOf(type: PointType, event: HistoryEvent): LogReach {
    const to = BigInt(event.completedAt);
    const from = (type === "cdc" ? this.#changesEnd : this.#logEnd) ?? to;
    if (type === "cdc") this.#changesEnd = to;
    else if (!event.copyOnly) this.#logEnd = to;
    return { from, to, newest: event.completedAt, fork: this.#facts.database, onlyEnd: false };
  }

  /** Fulls that the history has are known; a differential that ran as a full is news. */
  #note({ type, startedAt, completedAt, status }: HistoryEvent): void {
    if (type === "full" && this.#facts.attempts !== undefined) return;
    if (status === "skipped") return;
    this.#attempts.splice(this.#startedBy(startedAt), 0, { startedAt, completedAt, status });
  }

  /** What a differential that starts at that instant finds. */
  #fullHistory(at: Instant): FullHistory {
    const newest = this.#attempts[this.#startedBy(at) - 1];
    return {
      everBackedUp: this.#data.length > 0,
      trigger: "schedule",
      newestFull: stateOf(newest, at),
      fullExists: this.#baseExists(at),
    };
  }

  /** How many fulls were attempted until then. */
  #startedBy(at: Instant): number {
    return firstWhere(this.#attempts, ({ startedAt }) => startedAt > at);
  }

  /** A full ended while the backup ran. */
  #isOvertaken({ startedAt, completedAt }: HistoryEvent): boolean {
    const base = this.#newest(completedAt, ({ isBase }) => isBase);
    return base !== undefined && base.createdAt > startedAt;
  }

  /** Newer differentials keep their base; a copy-only full, or a differential that a full overtook, lets it go. */
  #baseExists(at: Instant): boolean {
    const base = this.#newest(at, ({ isBase }) => isBase);
    if (base === undefined || !this.#baseMayGo) return base !== undefined;
    return this.#facts.exists(base.id, at);
  }

  #newest(until: Instant, suits: (point: DataPoint) => boolean): DataPoint | undefined {
    return this.#data.findLast((point) => point.createdAt <= until && suits(point));
  }
}

function stateOf(attempt: FullAttempt | undefined, at: Instant): FullHistory["newestFull"] {
  if (attempt === undefined) return "none";
  if (attempt.completedAt > at) return "running";
  return attempt.status === "failed" ? "failed" : "completed";
}
