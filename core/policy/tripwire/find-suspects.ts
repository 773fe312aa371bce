import type { Instant } from "../../kit/clock.ts";
import { type MeasuredPoint, orderOf } from "./measured-point.ts";
import { judge, type Sample, type Samples, type Suspicion } from "./suspicion.ts";

const MIB = 1024 * 1024;

/** Less new bytes than this say nothing of entropy: a segment is compressed by the MiB. */
const LEAST_JUDGED = MIB;
/** Nor do new bytes that are a small part of what was read: some pictures among rows. */
const LEAST_SHARE = 0.1;
/** As a sample of what is usual, less will do. */
const LEAST_SAMPLED = MIB / 16;
/** A small database is rewritten by every load of data. */
const LEAST_REWRITTEN = 16 * MIB;

/** So many samples of each kind count: a month of daily backups. */
const WINDOW = 30;

interface GrowingSamples extends Samples {
  readonly all: number[];
  readonly heavy: number[];
}

/** What is remembered of the points before, of one database, type and method. */
interface Past {
  readonly density: GrowingSamples;
  readonly rewritten: GrowingSamples;
  /** Bytes read by the last one. */
  lastRead: number | null;
}

/**
 * By id, the points that a tripwire makes suspect at `at`, and why. Each is held against those before it; a suspect point
 * is no example of what is usual until a person has cleared it. Points that were purged still are: the catalog keeps what
 * was measured of them. Points that nobody measured are neither.
 */
export function findSuspects(
  points: readonly MeasuredPoint[],
  at: Instant,
): ReadonlyMap<string, Suspicion> {
  const suspects = new Map<string, Suspicion>();
  const pasts = new Map<string, Kin[]>();
  const made = points.filter(({ state, added }) => state !== "pending" && !!added);
  for (const point of made.toSorted(byOrder)) {
    const past = pastOf(point, pasts);
    const sample = sampleOf(point, past.lastRead);
    past.lastRead = point.bytesRead;
    const judged = judgedPart(sample, point);
    const suspicion = judge(judged, past);
    const isCleared = !!point.cleared && point.cleared.at <= at;
    if (suspicion !== null && !isCleared) {
      suspects.set(point.id, suspicion);
      continue;
    }
    for (const kind of ["density", "rewritten"] as const) {
      remember(past[kind].all, sample[kind]);
      remember(past[kind].heavy, judged[kind]);
    }
  }
  return suspects;
}

function newPast(): Past {
  return {
    density: { all: [], heavy: [] },
    rewritten: { all: [], heavy: [] },
    lastRead: null,
  };
}

function remember(samples: number[], sample: number | null): void {
  if (sample === null) return;
  samples.push(sample);
  if (samples.length > WINDOW) samples.shift();
}

function byOrder(one: MeasuredPoint, other: MeasuredPoint): number {
  return orderOf(one) - orderOf(other) || (one.id < other.id ? -1 : 1);
}

/** The points of one database, type and method, in one place. */
interface Kin {
  readonly of: MeasuredPoint;
  readonly past: Past;
}

/** By the name of the database first, which is enough to leave few to compare with. */
function pastOf(point: MeasuredPoint, pasts: Map<string, Kin[]>): Past {
  let kins = pasts.get(point.database);
  if (kins === undefined) {
    kins = [];
    pasts.set(point.database, kins);
  }
  const known = kins.find(({ of }) => isKin(of, point));
  if (known !== undefined) return known.past;
  const past = newPast();
  kins.push({ of: point, past });
  return past;
}

function isKin(one: MeasuredPoint, other: MeasuredPoint): boolean {
  const isPlace = one.backupSet === other.backupSet && one.server === other.server;
  if (!isPlace || one.vault !== other.vault) return false;
  return one.type === other.type && one.method === other.method;
}

/** The first full is all new, and so no measure of what is usually rewritten. */
function sampleOf({ added, bytesRead, type }: MeasuredPoint, lastRead: number | null): Sample {
  const raw = added?.raw ?? 0;
  const density = raw < LEAST_SAMPLED ? null : (added?.stored ?? 0) / raw;
  if (type !== "full" || lastRead === null || bytesRead === 0) return { density, rewritten: null };
  const growth = Math.max(0, bytesRead - lastRead);
  return { density, rewritten: Math.max(0, raw - growth) / bytesRead };
}

/** Of a sample that which weighs enough to make its point suspect. */
function judgedPart({ density, rewritten }: Sample, { added, bytesRead }: MeasuredPoint): Sample {
  const raw = added?.raw ?? 0;
  return {
    density: raw >= LEAST_JUDGED && raw >= bytesRead * LEAST_SHARE ? density : null,
    rewritten: raw >= LEAST_REWRITTEN ? rewritten : null,
  };
}
