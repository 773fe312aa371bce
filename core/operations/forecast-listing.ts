import type { ForecastListing, ForecastSet } from "../../schemas/forecast-listing.ts";
import type { Address } from "../address/address.ts";
import type { Instant } from "../kit/clock.ts";
import type { GrowthForecast } from "../policy/forecast/growth.ts";
import { formatInZone } from "../policy/time/zone-time.ts";
import type { SimulatedPolicy } from "./find-simulated-policy.ts";

/** What comes of one backup set; null stands for what a history says, whose set is not known. */
export interface SetForecast {
  readonly backupSet: Address | null;
  /** Names of the databases that points were observed of. */
  readonly databases: ReadonlySet<string>;
  readonly growth: GrowthForecast;
}

interface ForecastFacts {
  readonly policy: SimulatedPolicy;
  readonly at: Instant;
  readonly days: number;
  /** The databases that were asked for; all where empty. */
  readonly wanted: readonly string[];
}

const DAY = 86_400_000;

/** Forecasts in the shape that scripts read. */
export function listForecast(
  sets: readonly SetForecast[],
  { policy, at, days, wanted }: ForecastFacts,
): ForecastListing {
  const inZone = (instant: Instant) => formatInZone(instant, policy.rule.timezone);
  return {
    policy: policy.address,
    at: inZone(at),
    until: inZone((at + days * DAY) as Instant),
    days,
    storage_gib_month: policy.storageGibMonth,
    backup_sets: sets.map((set) => toRow(set, inZone)),
    unobserved: unobservedIn(policy, sets, wanted),
  };
}

function toRow(
  { backupSet, growth }: SetForecast,
  inZone: (instant: Instant) => string,
): ForecastSet {
  return {
    backup_set: backupSet,
    steps: growth.steps.map(({ at, points, bytes, monthlyCost }) => ({
      at: inZone(at),
      points,
      bytes: Math.round(bytes),
      monthly_cost: monthlyCost,
    })),
    sizes: growth.sizes.map(({ server, database, type, bytes, observed }) => ({
      server: server === "" ? null : server,
      database,
      type,
      bytes: bytes === null ? null : Math.round(bytes),
      observed,
    })),
    cost: growth.cost,
    is_whole: growth.isWhole,
  };
}

/** What patterns cover only the server knows, so only plain names are looked for. A history is of no set. */
function unobservedIn(
  { sets }: SimulatedPolicy,
  forecasts: readonly SetForecast[],
  wanted: readonly string[],
): ForecastListing["unobserved"] {
  if (forecasts.some(({ backupSet }) => backupSet === null)) return [];
  return sets.flatMap(({ address, databases }) => {
    const found = forecasts.find(({ backupSet }) => backupSet === address);
    const known = new Set([...(found?.databases ?? [])].map((name) => name.toLowerCase()));
    return databases
      .filter((name) => wanted.length === 0 || wanted.includes(name))
      .filter((name) => !known.has(name.toLowerCase()))
      .map((database) => ({ backup_set: address, database }));
  });
}
