import type { SimulationListing } from "../../schemas/simulation-listing.ts";
import type { VariableOption } from "../config/configuration.ts";
import { type DiagnosticError, failure } from "../diagnostics/diagnostic.ts";
import type { Instant } from "../kit/clock.ts";
import type { HistoryEvent } from "../policy/model/history.ts";
import type { PointType } from "../policy/model/policy-point.ts";
import type { Milliseconds } from "../policy/model/policy-rule.ts";
import { instantFault, tryParseInstant } from "../policy/simulate/read-instant.ts";
import { type Outcome, simulateHistory, simulateInSlices } from "../policy/simulate/simulate.ts";
import { listDataLoss } from "./data-loss-listing.ts";
import { findSimulatedPolicy, type SimulatedPolicy } from "./find-simulated-policy.ts";
import type { Ports } from "./ports.ts";
import { readEvents } from "./read-events.ts";
import { runSlices } from "./run-slices.ts";
import { listSimulation } from "./simulation-listing.ts";

export interface SimulationRequest {
  /** A policy's address or bare name. */
  readonly policy: string;
  readonly variables: readonly VariableOption[];
  /**
   * As typed: with an offset, or by the policy's clock. Needed unless a history says what ran; of a history, what started
   * earlier does not count.
   */
  readonly from: string | undefined;
  readonly at: string;
  /** The path of a history. */
  readonly history: string | undefined;
  /** Of scheduled backups; a history has its own. */
  readonly durations: Partial<Record<PointType, Milliseconds>>;
  /** Empty: those that the policy's backup sets name, or one that stands for any. */
  readonly databases: readonly string[];
}

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

function readTime(flag: string, text: string, zone: string): Instant {
  const instant = tryParseInstant(text, zone);
  if (instant !== undefined) return instant;
  const fault = instantFault(text, zone);
  const clock = fault.includes(zone) ? "" : ` (${zone})`;
  throw wrongWords(`-${flag} ${text} ${fault}${clock}.`);
}

function wrongWords(detail: string): DiagnosticError {
  return failure({ code: "CLI_USAGE", summary: "Wrong command line", detail });
}

/** CLI_USAGE where the history has nothing of a database. */
function chosenOf(
  events: readonly HistoryEvent[],
  databases: readonly string[],
): readonly HistoryEvent[] {
  if (databases.length === 0 || events.length === 0) return events;
  const known = new Set(events.map(({ database }) => database));
  const missing = databases.find((name) => !known.has(name));
  if (missing !== undefined) {
    const has = [...known].sort().join(", ");
    throw wrongWords(`-database ${missing}: the history has no such database; it has ${has}.`);
  }
  return events.filter(({ database }) => databases.includes(database));
}
