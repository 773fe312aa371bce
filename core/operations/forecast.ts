import type { ForecastListing } from "../../schemas/forecast-listing.ts";
import { failure } from "../diagnostics/diagnostic.ts";
import type { Instant } from "../kit/clock.ts";
import { forecastInSlices } from "../policy/forecast/growth.ts";
import type { PolicyRule } from "../policy/model/policy-rule.ts";
import { pointsToPurge } from "../policy/retention/expiries-between.ts";
import { simulateHistory } from "../policy/simulate/simulate.ts";
import { freezesOf } from "../policy/tripwire/freeze.ts";
import { freezeDiagnostic } from "../policy/tripwire/freeze-diagnostic.ts";
import { findSimulatedPolicy, type SimulatedPolicy } from "./find-simulated-policy.ts";
import { listForecast, type SetForecast } from "./forecast-listing.ts";
import { type ObservedPoints, recordedPoints, replayedPoints } from "./observed-points.ts";
import type { Ports } from "./ports.ts";
import { openProjectReader } from "./project.ts";
import { readEvents } from "./read-events.ts";
import { runSlices } from "./run-slices.ts";
import { chosenOf, readTime, type SimulationRequest, wrongWords } from "./simulation-request.ts";

export interface ForecastRequest extends Omit<SimulationRequest, "at"> {
  /** At least 1. */
  readonly days: number;
  /** When the forecast of a history begins. Without a history it begins now. */
  readonly at: string | undefined;
}

/** The points of one backup set, or of a history. */
interface ObservedSet extends Pick<SetForecast, "backupSet">, ObservedPoints {
  readonly rule: PolicyRule;
}

/**
 * How many points, bytes and how much money a policy of the configuration comes to in the next days, from the sizes of the
 * points that the catalog has of its backup sets, or of a history. A set that a suspect point freezes is taken to stay so: PURGES_FROZEN is told. Asks no server. POLICY_NOT_FOUND, HISTORY_INVALID,
 * FORECAST_NOTHING_OBSERVED where there is no size to go by, CLI_USAGE, CATALOG_*. Rejects with the reason of the ports'
 * signal when that is aborted meanwhile.
 */
export async function forecastPolicy(
  request: ForecastRequest,
  ports: Ports,
): Promise<ForecastListing> {
  const { days, durations, databases: wanted } = request;
  const policy = await findSimulatedPolicy(request.policy, request.variables, ports);
  const { at, sets } = await observed(request, policy, ports);
  const { storageGibMonth } = policy;
  const forecasts: SetForecast[] = [];
  for (const { backupSet, rule, points, gone } of sets) {
    const seen = { at, points, gone, durations };
    const slices = forecastInSlices(rule, seen, { days, storageGibMonth });
    const growth = await runSlices(slices, ports.signal);
    const databases = new Set(points.map(({ database }) => database));
    forecasts.push({ backupSet, databases, growth });
  }
  return listForecast(forecasts, { policy, at, days, wanted });
}

interface Beginning {
  readonly at: Instant;
  readonly sets: readonly ObservedSet[];
}

async function observed(
  request: ForecastRequest,
  policy: SimulatedPolicy,
  ports: Ports,
): Promise<Beginning> {
  const { history, databases: wanted } = request;
  const beginning =
    history === undefined
      ? await inCatalog(request, policy, ports)
      : await inHistory({ ...request, history }, policy, ports);
  const sets = beginning.sets.map((set) => ({ ...set, points: chosenOf(set.points, wanted) }));
  const names = new Set(beginning.sets.flatMap(({ points }) => points.map((one) => one.database)));
  if (names.size === 0) throw nothingObserved(policy, history);
  const missing = wanted.find((name) => !names.has(name));
  if (missing !== undefined) {
    const has = [...names].sort().join(", ");
    throw wrongWords(`-database ${missing}: no point of such a database exists; there are ${has}.`);
  }
  return { at: beginning.at, sets: sets.filter(({ points }) => points.length > 0) };
}

async function inCatalog(
  { at: given, from }: ForecastRequest,
  policy: SimulatedPolicy,
  ports: Ports,
): Promise<Beginning> {
  if (given !== undefined || from !== undefined) {
    const flag = given === undefined ? "from" : "at";
    throw wrongWords(
      `-${flag} means nothing here: a forecast goes by what the catalog has, and begins now. Leave it out, or give -history FILE.`,
    );
  }
  await using catalog = await openProjectReader(ports);
  const at = ports.clock.now();
  const known = await catalog.points();
  const freezes = freezesOf(known, at);
  const sets = policy.sets.map(({ address, rule }) => {
    const { points, gone } = recordedPoints(known, { backupSet: address, at });
    const freeze = freezes.get(address);
    if (freeze === undefined) return { backupSet: address, rule, points, gone };
    const held = pointsToPurge(points, { ...rule.retention, deadLogs: "keep" }, at).size;
    ports.host.emit({ type: "diagnostic", diagnostic: freezeDiagnostic(freeze, held) });
    const frozen = { ...rule, retention: { ...rule.retention, frozen: true } };
    return { backupSet: address, rule: frozen, points, gone };
  });
  return { at, sets };
}

async function inHistory(
  request: ForecastRequest & { readonly history: string },
  { rule, backupSet }: SimulatedPolicy,
  ports: Ports,
): Promise<Beginning> {
  const { timezone } = rule;
  if (request.at === undefined) {
    throw wrongWords("-at is missing: it says when the forecast of a history begins.");
  }
  const at = readTime("at", request.at, timezone);
  const from = request.from === undefined ? null : readTime("from", request.from, timezone);
  if (from !== null && from > at) throw wrongWords("-from is later than -at.");
  const events = await readEvents(request.history, { timezone, from, at }, ports);
  const replayed = replayedPoints(simulateHistory(rule, events, at));
  return { at, sets: [{ backupSet, rule, ...replayed }] };
}

function nothingObserved({ address, sets }: SimulatedPolicy, history: string | undefined): Error {
  const summary = "Nothing to foretell from";
  const [set] = sets;
  const detail =
    history !== undefined
      ? `At the beginning of the forecast no point of ${history} exists, so nothing says how large a backup is. Choose another -at, or another file.`
      : set === undefined
        ? `No backup set has ${address}, so nothing says how large its backups are. Give a history that has bytes_stored in its lines:\n\n    holdfast simulate ${address} -forecast 30 -history FILE -at TIME`
        : `The catalog has no recovery point of a backup set with ${address}, so nothing says how large its backups are. Take one first:\n\n    holdfast backup ${set.address}\n\nOr give a history that has bytes_stored in its lines: -history FILE -at TIME.`;
  return failure({ code: "FORECAST_NOTHING_OBSERVED", summary, detail });
}
