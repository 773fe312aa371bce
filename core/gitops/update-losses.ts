import { tryParseByteSize } from "../kit/byte-size.ts";
import { tryParseDuration } from "../kit/duration.ts";
import { isJsonObject, type Json, type JsonObject } from "../kit/json.ts";
import type { ResourceChange } from "../plan/plan.ts";
import type { Loss, LossKind } from "./loss.ts";

type AttributePath = readonly string[];

/*
 * What an update takes is judged argument by argument. An argument that no rule names takes something, whatever it is: one
 * that is added to a block later makes a plan wait until somebody has thought about it.
 */

/** Whether it takes something that one value is in the place of another. */
type Takes = (before: Json, after: Json) => boolean;

interface Rule {
  readonly kind: LossKind;
  readonly takes: Takes;
  /** What is lost, behind the address. A hidden value is in none of these sentences. */
  readonly text: (before: Json, after: Json) => string;
}

const always: Takes = () => true;
const goes: Takes = (before, after) => isSet(before) && !isSet(after);
const comes: Takes = (before, after) => !goes(before, after);

/** Without a value nothing is limited. What cannot be compared counts as more. */
function more(read: (text: string) => number | undefined, absent: number): Takes {
  return (before, after) => {
    const [old, fresh] = [before, after].map((value) => amountOf(value, read, absent));
    return old === undefined || fresh === undefined || !(fresh <= old);
  };
}

function less(read: (text: string) => number | undefined, absent: number): Takes {
  const isMore = more(read, absent);
  return (before, after) => isMore(after, before);
}

function amountOf(
  value: Json,
  read: (text: string) => number | undefined,
  absent: number,
): number | undefined {
  if (!isSet(value)) return absent;
  return typeof value === "string" ? read(value) : typeof value === "number" ? value : undefined;
}

function rule(kind: LossKind, takes: Takes, text: string): Rule {
  return { kind, takes, text: () => text };
}

const NOTHING: Rule = { kind: "protection", takes: () => false, text: () => "" };

function keeps(name: string): Rule {
  return {
    kind: "retention",
    takes: less(Number, 0),
    text: (before, after) => `keeps ${name} ${Number(after)} and not ${Number(before)}`,
  };
}

function means(name: string): Readonly<Record<string, Rule>> {
  const [coverage, backups] = ["coverage" as const, `${name} backups`];
  return {
    [name]: rule(coverage, goes, `makes no ${backups} any more`),
    [`${name}.schedule`]: rule(coverage, always, `makes ${backups} at other times`),
    [`${name}.every`]: rule(coverage, more(tryParseDuration, 0), `makes ${backups} less often`),
  };
}

const PERIODS = rule(
  "retention",
  always,
  "counts its days, weeks, months and years in another way",
);
const IMMUTABLE: Rule = {
  kind: "protection",
  takes: (before, after) => !(daysOf(after) >= daysOf(before)),
  text: (before, after) => `is immutable for ${daysOf(after)} days and not ${daysOf(before)}`,
};
const KEY = rule("protection", always, "finds its key elsewhere");
const WINDOW = rule("coverage", comes, "may begin backups at other times only");
const LOGIN = rule("coverage", always, "signs in as somebody else, who may see fewer databases");
const TRUST = rule("protection", always, "checks the certificate in another way");

/** By type and argument; of several that fit the longest path decides. */
const RULES: Readonly<Record<string, Readonly<Record<string, Rule>>>> = {
  backup_set: {
    // Compared as a whole, not argument by argument.
    databases: NOTHING,
    policy: rule("coverage", always, "is backed up by another policy"),
  },
  policy: {
    ...means("full"),
    ...means("differential"),
    ...means("log"),
    ...means("cdc"),
    "cdc.cdc_profile": rule("coverage", always, "asks for another capture of changes"),
    method: rule("coverage", always, "reads data by another method"),
    retention: rule("retention", always, "keeps points by another retention"),
    timezone: rule("coverage", always, "has its schedules and days in another time zone"),
    jitter: rule("coverage", more(tryParseDuration, 0), "begins backups later"),
    bandwidth_limit: rule(
      "coverage",
      less(tryParseByteSize, Number.POSITIVE_INFINITY),
      "lets backups take longer",
    ),
    window: WINDOW,
  },
  retention: {
    daily: keeps("daily"),
    weekly: keeps("weekly"),
    monthly: keeps("monthly"),
    yearly: keeps("yearly"),
    timezone: PERIODS,
    week_starts: PERIODS,
    representative: PERIODS,
    dead_logs: rule("retention", (_, after) => after !== "keep", "gives dead logs up"),
    legal_hold: rule(
      "protection",
      (before, after) => isSet(before) && before !== false && after !== true,
      "ends its legal hold",
    ),
  },
  vault: {
    immutability: IMMUTABLE,
    encryption: KEY,
    storage: rule("protection", always, "is reached by another identity"),
    "tiers.hot": NOTHING,
    "tiers.cold": rule(
      "protection",
      (_, after) => after !== "none",
      "moves old points to another tier, from which a restore may take hours",
    ),
    "tiers.warm_days": rule("protection", less(Number, 0), "moves points to the cold tier sooner"),
  },
  server: {
    credential: LOGIN,
    tls: TRUST,
    azure: NOTHING,
    bridge: NOTHING,
    agent: NOTHING,
    when_agent_down: rule(
      "coverage",
      (_, after) => after !== "queue",
      "drops backups while its agent is down",
    ),
  },
  credential: {
    "": LOGIN,
    password_env: NOTHING,
    password_file: NOTHING,
    key_vault_secret: NOTHING,
  },
  bridge: { "": NOTHING },
  // Held against what Azure has, not against what is recorded.
  azure_retention: { "": NOTHING },
};

/** What an update takes, by the arguments that it changes; the databases of a backup set apart. */
export function updateLosses(
  { type, address, changed, sensitive }: ResourceChange,
  before: JsonObject,
  after: JsonObject,
): readonly Loss[] {
  const losses = changed.flatMap((path): readonly Loss[] => {
    const { at, judge } = ruleFor(type, path);
    const [old, fresh] = [valueAt(before, at), valueAt(after, at)];
    if (!judge.takes(old, fresh)) return [];
    const isHidden = sensitive.some((hidden) => isWithin(hidden, at) || isWithin(at, hidden));
    const text = isHidden ? `changes ${at.join(".")}` : judge.text(old, fresh);
    return [{ kind: judge.kind, address, text: `${address} ${text}` }];
  });
  return [...new Map(losses.map((loss) => [loss.text, loss])).values()];
}

interface FoundRule {
  readonly at: AttributePath;
  readonly judge: Rule;
}

function ruleFor(type: string, path: AttributePath): FoundRule {
  const rules = RULES[type] ?? {};
  for (let length = path.length; length >= 0; length -= 1) {
    const at = path.slice(0, length);
    const judge = rules[at.join(".")];
    if (judge !== undefined) return { at, judge };
  }
  return { at: path, judge: rule("protection", always, `changes ${path.join(".")}`) };
}

function valueAt(attributes: JsonObject, path: AttributePath): Json {
  let value: Json = attributes;
  for (const name of path) value = isJsonObject(value) ? (value[name] ?? null) : null;
  return value;
}

function isWithin(path: AttributePath, other: AttributePath): boolean {
  return other.every((name, index) => path[index] === name);
}

function daysOf(immutability: Json): number {
  return isJsonObject(immutability) ? Number(immutability["days"]) : 0;
}

function isSet(value: Json): boolean {
  return value !== null;
}
