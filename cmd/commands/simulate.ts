import { tryParseDuration } from "../../core/kit/duration.ts";
import { forecastPolicy } from "../../core/operations/forecast.ts";
import { simulatePolicy } from "../../core/operations/simulate.ts";
import type { SimulationRequest } from "../../core/operations/simulation-request.ts";
import { formatForecast } from "../views/forecast-text.ts";
import { formatSimulation } from "../views/simulation-text.ts";
import type { Command } from "./command.ts";
import { type Flags, usageError } from "./flags.ts";
import { VARIABLE_FLAGS, variableOptions } from "./plan-flags.ts";
import { diagnosticsHost, JSON_FLAG, printJson, tableWidth } from "./tell.ts";

export const command: Command = {
  name: "simulate",
  summary: "Say what would exist and be restorable under a policy",
  usage:
    "POLICY -from TIME -at TIME [-history FILE] [-forecast DAYS] [-duration TYPE=TIME]… [-database NAME]… [-json]",
  description:
    "Runs a policy of the configuration in virtual time, beginning at -from with nothing, and says what ran, which recovery points exist at -at, what keeps each of them and until when, and what can be restored. With -history the file says what ran, one backup a line, and nothing else is scheduled; it has its own times, so -duration has no place beside it, and -from, which may then be absent, leaves out what started earlier. Times without an offset are by the policy's clock. Needs no server, no catalog and no secret. With -forecast it says instead how many points and bytes the policy comes to in the next days, and what they cost where prices are declared: from now on, with the sizes of what the catalog has of its backup sets, or from -at on, with the bytes_stored of a -history.",
  flags: [
    {
      name: "from",
      kind: "value",
      placeholder: "TIME",
      description: "When the schedule begins: 2017-02-01, or 2017-02-01T00:00:00-08:00.",
    },
    {
      name: "at",
      kind: "value",
      placeholder: "TIME",
      description: "The moment to look at; what ends later does not count.",
    },
    {
      name: "history",
      kind: "value",
      placeholder: "FILE",
      description: "What ran, as NDJSON, instead of the schedule.",
    },
    {
      name: "forecast",
      kind: "value",
      placeholder: "DAYS",
      description: "Say what the next days come to in points, bytes and money; up to 3650.",
    },
    {
      name: "duration",
      kind: "list",
      placeholder: "TYPE=TIME",
      description: "How long a type of backup takes: full=4h. No time where not given. Repeatable.",
    },
    {
      name: "database",
      kind: "list",
      placeholder: "NAME",
      description:
        "Simulate this database; those that backup sets of the policy name where not given, or one that stands for any. Repeatable.",
    },
    ...VARIABLE_FLAGS,
    JSON_FLAG,
  ],
  most: 1,
  examples: [
    "holdfast simulate gold -from 2017-02-01 -at 2017-02-13T11:00 -duration full=4h",
    "holdfast simulate policy.gold -at 2017-02-13T11:00 -history february.ndjson -json",
    "holdfast simulate gold -forecast 90",
  ],
  async run(flags, context) {
    // Only the document goes to stdout.
    const ports = await context.ports(diagnosticsHost(false, context));
    const [policy] = flags.positionals;
    if (policy === undefined) {
      throw usageError("simulate needs a policy: holdfast simulate POLICY -from TIME -at TIME.");
    }
    const request = {
      policy,
      variables: await variableOptions(flags, ports),
      from: flags.value("from"),
      history: flags.value("history"),
      durations: readDurations(flags),
      databases: flags.list("database"),
    };
    const days = readDays(flags);
    if (days === undefined) {
      const at = flags.required("at", "the moment to look at");
      const listing = await simulatePolicy({ ...request, at }, ports);
      if (flags.isOn("json")) printJson(listing, context);
      else context.stdout(formatSimulation(listing, tableWidth(context)));
      return 0;
    }
    const forecast = await forecastPolicy({ ...request, at: flags.value("at"), days }, ports);
    if (flags.isOn("json")) printJson(forecast, context);
    else context.stdout(formatForecast(forecast, tableWidth(context)));
    return 0;
  },
};

const MOST_DAYS = 3650;

function readDays(flags: Flags): number | undefined {
  const text = flags.value("forecast");
  if (text === undefined) return undefined;
  const days = /^[1-9]\d{0,3}$/.test(text) ? Number(text) : Number.NaN;
  if (days <= MOST_DAYS) return days;
  throw usageError(`-forecast ${text} is no number of days. Write one from 1 to ${MOST_DAYS}.`);
}

type Durations = SimulationRequest["durations"];

const TYPES = ["full", "differential", "log", "cdc"] as const;

function readDurations(flags: Flags): Durations {
  const durations = flags.list("duration").map((text): Durations => {
    const [, name = "", length = ""] = /^([^=]+)=(.+)$/.exec(text) ?? [];
    const type = TYPES.find((each) => each === name);
    const duration = tryParseDuration(length);
    if (type === undefined || duration === undefined) {
      throw usageError(
        `-duration ${text} is no duration of a type. Write one of ${TYPES.join(", ")} with its length: full=4h, log=90s.`,
      );
    }
    return { [type]: duration };
  });
  return Object.assign({}, ...durations) as Durations;
}
