import { numberValue, stringValue, type Value } from "../values/value.ts";
import { NUMBER, STRING } from "../values/value-type.ts";
import { formatDate } from "./date-format.ts";
import { parseElapsedTime } from "./elapsed-time.ts";
import { type EagerFunction, type FunctionFault, isFault } from "./function-declaration.ts";
import type { FunctionEnvironment } from "./function-environment.ts";
import { stringParameter, textOf } from "./parameter.ts";
import { formatTimestamp, parseTimestamp, type Timestamp, timestampOf } from "./timestamp.ts";

/** Functions of dates and times, which are texts as RFC 3339 writes them. */
export function dateFunctions(environment: FunctionEnvironment): readonly EagerFunction[] {
  return [
    FORMATDATE,
    TIMEADD,
    TIMECMP,
    clock("timestamp", () => environment.now()),
    clock("plantimestamp", () => environment.planTime),
    cronNext(environment),
  ];
}

function clock(name: string, read: () => number): EagerFunction {
  return {
    kind: "eager",
    name,
    parameters: [],
    returns: STRING,
    neverNull: true,
    call: () => stringValue(formatTimestamp(timestampOf(read()))),
  };
}

/** The timestamp of an argument; its fault is the argument's. */
function timestampArgument(value: Value | undefined, argument: number): Timestamp | FunctionFault {
  const timestamp = parseTimestamp(textOf(value));
  return isFault(timestamp) ? { ...timestamp, argument } : timestamp;
}

const FORMATDATE: EagerFunction = {
  kind: "eager",
  name: "formatdate",
  parameters: [stringParameter("format"), stringParameter("time")],
  returns: STRING,
  neverNull: true,
  call([format, time]) {
    const timestamp = timestampArgument(time, 1);
    if (isFault(timestamp)) return timestamp;
    const text = formatDate(textOf(format), timestamp);
    return typeof text === "string" ? stringValue(text) : text;
  },
};

const TIMEADD: EagerFunction = {
  kind: "eager",
  name: "timeadd",
  parameters: [stringParameter("timestamp"), stringParameter("duration")],
  returns: STRING,
  call([start, duration]) {
    const timestamp = parseTimestamp(textOf(start));
    if (isFault(timestamp)) return timestamp;
    const added = parseElapsedTime(textOf(duration));
    if (typeof added !== "bigint") return added;
    const nanoseconds = timestamp.nanoseconds + added;
    return stringValue(formatTimestamp({ ...timestamp, nanoseconds }));
  },
};

const TIMECMP: EagerFunction = {
  kind: "eager",
  name: "timecmp",
  parameters: [stringParameter("timestamp_a"), stringParameter("timestamp_b")],
  returns: NUMBER,
  neverNull: true,
  call([left, right]) {
    const a = timestampArgument(left, 0);
    if (isFault(a)) return a;
    const b = timestampArgument(right, 1);
    if (isFault(b)) return b;
    if (a.nanoseconds === b.nanoseconds) return numberValue(0);
    return numberValue(a.nanoseconds < b.nanoseconds ? -1 : 1);
  },
};

/** Holdfast's own: when a schedule is due next, as a timestamp in UTC. */
function cronNext(environment: FunctionEnvironment): EagerFunction {
  return {
    kind: "eager",
    name: "cron_next",
    parameters: [stringParameter("schedule"), stringParameter("after_timestamp")],
    rest: stringParameter("timezone"),
    returns: STRING,
    neverNull: true,
    call([schedule, after, timezone, ...others]) {
      if (others.length > 0) return { fault: "it takes a schedule, a timestamp and one time zone" };
      const start = timestampArgument(after, 1);
      if (isFault(start)) return start;
      const milliseconds = Number(start.nanoseconds / 1_000_000n);
      const zone = timezone === undefined ? "UTC" : textOf(timezone);
      const next = environment.nextRun(textOf(schedule), milliseconds, zone);
      return "fault" in next ? next : stringValue(formatTimestamp(timestampOf(next.at)));
    },
  };
}
