import type { SimulationListing } from "../../schemas/simulation-listing.ts";
import type { Instant } from "../kit/clock.ts";
import type { HistoryEvent } from "../policy/model/history.ts";
import { type Outcome, simulateHistory, simulateInSlices } from "../policy/simulate/simulate.ts";
import { listDataLoss } from "./data-loss-listing.ts";
import { findSimulatedPolicy, type SimulatedPolicy } from "./find-simulated-policy.ts";
import type { Ports } from "./ports.ts";
import { readEvents } from "./read-events.ts";
import { runSlices } from "./run-slices.ts";
import { listSimulation } from "./simulation-listing.ts";
import { chosenOf, readTime, type SimulationRequest, wrongWords } from "./simulation-request.ts";

/** Stands for any database where the configuration names none. */
const ANY_DATABASE = "database";

/**
 * What a policy of the configuration leads to at an instant. Needs no catalog, no server and no secret.
 * POLICY_NOT_FOUND, HISTORY_INVALID, SIMULATION_TOO_LONG, CLI_USAGE for a time that is none and for what a history has no
 * use for. Rejects with the reason of the ports' signal when that is aborted meanwhile.
 */
export async function simulatePolicy(
  request: SimulationRequest,
  ports: Ports,
): Promise<SimulationListing> {
  const policy = await findSimulatedPolicy(request.policy, request.variables, ports);
  const { timezone } = policy.rule;
  if (request.databases.includes("")) throw wrongWords("-database needs the name of a database.");
  const at = readTime("at", request.at, timezone);
  const from = request.from === undefined ? null : readTime("from", request.from, timezone);
  if (from !== null && from > at) throw wrongWords("-from is later than -at.");
  const { history } = request;
  if (history !== undefined) {
    const outcome = await replayed(request, { policy, from, at, history }, ports);
    return { ...listSimulation(outcome, { policy, from, trigger: null }), data_loss: null };
  }
  if (from === null) {
    throw wrongWords("-from is missing: the schedule needs a beginning. Or give -history FILE.");
  }
  const outcome = await scheduled(request, { policy, from, at }, ports);
  return {
    ...listSimulation(outcome, { policy, from, trigger: "schedule" }),
    data_loss: listDataLoss(policy.rule, { from, durations: request.durations }),
  };
}

interface ReplayedFacts {
  readonly policy: SimulatedPolicy;
  readonly from: Instant | null;
  readonly at: Instant;
  readonly history: string;
}

async function replayed(
  request: SimulationRequest,
  { policy, from, at, history }: ReplayedFacts,
  ports: Ports,
): Promise<Outcome> {
  const [type] = Object.keys(request.durations);
  if (type !== undefined) {
    throw wrongWords(
      `-duration ${type} means nothing beside -history: the history says when each backup ended. Leave one of the two out.`,
    );
  }
  const { timezone } = policy.rule;
  const events = await readEvents(history, { timezone, from, at }, ports);
  if (events.length > 0) checkDatabases(request.databases, events);
  return simulateHistory(policy.rule, chosenOf(events, request.databases), at);
}

interface ScheduledFacts {
  readonly policy: SimulatedPolicy;
  readonly from: Instant;
  readonly at: Instant;
}

function scheduled(
  request: SimulationRequest,
  { policy, from, at }: ScheduledFacts,
  { signal }: Ports,
): Promise<Outcome> {
  const given = request.databases.length > 0 ? request.databases : policy.databases;
  const databases = given.length > 0 ? [...new Set(given)] : [ANY_DATABASE];
  const span = { from, at, databases, durations: request.durations };
  return runSlices(simulateInSlices(policy.rule, span), signal);
}

/** CLI_USAGE where the history has nothing of a database. */
function checkDatabases(databases: readonly string[], events: readonly HistoryEvent[]): void {
  const known = new Set(events.map(({ database }) => database));
  const missing = databases.find((name) => !known.has(name));
  if (missing === undefined) return;
  const has = [...known].sort().join(", ");
  throw wrongWords(`-database ${missing}: the history has no such database; it has ${has}.`);
}
