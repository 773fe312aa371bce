import type { Address } from "../address/address.ts";
import { isJsonObject, type Json, type JsonObject } from "../kit/json.ts";
import type { Plan, ResourceChange } from "../plan/plan.ts";

/** What somebody would lose by a plan, so that a person should look at it. */
export interface Loss {
  readonly kind: LossKind;
  /** The object, or the backup set whose points are meant. */
  readonly address: Address;
  /** A sentence without a period. */
  readonly text: string;
}

/**
 * `removal`: an object goes, or is made anew. `purge`, `expiry`: recovery points are given up, or sooner than before.
 * `coverage`: databases are left out, or backed up by less. `retention`: less is kept. `protection`: an object may go that might not.
 */
export type LossKind = "removal" | "purge" | "expiry" | "coverage" | "retention" | "protection";

/**
 * What a plan takes from recovery points and from their protection, now or later. A plan without losses adds, or changes how
 * things are reached. It errs towards a loss: what cannot be compared counts as one.
 */
export function lossesOf(plan: Plan): readonly Loss[] {
  return [...plan.changes.flatMap(lossesOfChange), ...pointLosses(plan)];
}

function lossesOfChange(change: ResourceChange): readonly Loss[] {
  const { address, type, action, before, after } = change;
  if (action === "delete") return [{ kind: "removal", address, text: `${address} is removed` }];
  if (action === "forget") return [{ kind: "removal", address, text: `${address} is forgotten` }];
  if (action === "replace") return [{ kind: "removal", address, text: `${address} is replaced` }];
  if (action !== "update" || before === null || after === null) return [];
  if (type === "holdfast")
    return [{ kind: "protection", address, text: "who must approve purges changes" }];
  return [...lessCovered(change, before, after), ...lessKept(change, before, after)];
}

/** Means of a policy, each of which may be absent. */
const MEANS = ["full", "differential", "log", "cdc"] as const;

function lessCovered(
  { type, address, sensitive }: ResourceChange,
  before: JsonObject,
  after: JsonObject,
): readonly Loss[] {
  if (type === "policy") {
    return MEANS.filter((means) => isSet(before[means]) && !isSet(after[means])).map((means) => {
      return { kind: "coverage", address, text: `${address} makes no ${means} backups any more` };
    });
  }
  if (type !== "backup_set") return [];
  const [old, fresh] = [selectionOf(before), selectionOf(after)];
  const dropped = old.include.filter((name) => !fresh.include.includes(name));
  const added = fresh.exclude.filter((name) => !old.exclude.includes(name));
  const names = [...dropped, ...added];
  if (names.length === 0 && (!old.system || fresh.system)) return [];
  const isHidden = sensitive.some(([first]) => first === "databases");
  const what = names.length === 0 ? "system databases" : isHidden ? "databases" : names.join(", ");
  return [{ kind: "coverage", address, text: `${address} leaves out ${what}` }];
}

interface Selection {
  readonly include: readonly string[];
  readonly exclude: readonly string[];
  readonly system: boolean;
}

function selectionOf(attributes: JsonObject): Selection {
  const databases = attributes["databases"];
  const member = (name: string) => (isJsonObject(databases) ? databases[name] : undefined);
  const list = (value: Json | undefined) =>
    Array.isArray(value) ? value.filter((name) => typeof name === "string") : [];
  return {
    include: list(member("include")),
    exclude: list(member("exclude")),
    system: member("system") === true,
  };
}

/** Classes of a retention, in days, weeks, months and years. */
const CLASSES = ["daily", "weekly", "monthly", "yearly"] as const;

function lessKept(
  { type, address }: ResourceChange,
  before: JsonObject,
  after: JsonObject,
): readonly Loss[] {
  if (type === "retention") {
    const periods = CLASSES.map(
      (name) => [name, Number(before[name]), Number(after[name])] as const,
    );
    const losses: Loss[] = periods.flatMap(([name, old, fresh]) => {
      if (fresh >= old) return [];
      return [
        { kind: "retention", address, text: `${address} keeps ${name} ${fresh} and not ${old}` },
      ];
    });
    if (before["legal_hold"] === true && after["legal_hold"] !== true)
      losses.push({ kind: "protection", address, text: `${address} ends its legal hold` });
    return losses;
  }
  if (type !== "vault") return [];
  const days = (side: JsonObject) => {
    const rule = side["immutability"];
    return isJsonObject(rule) ? Number(rule["days"]) : 0;
  };
  if (days(after) >= days(before)) return [];
  const text = `${address} is immutable for ${days(after)} days and not ${days(before)}`;
  return [{ kind: "protection", address, text }];
}

function isSet(value: Json | undefined): boolean {
  return value !== undefined && value !== null;
}

function pointLosses({ recoveryPointChanges }: Plan): readonly Loss[] {
  const bySet = Map.groupBy(recoveryPointChanges, ({ backupSet }) => backupSet);
  return [...bySet].flatMap(([address, changes]) => {
    const purged = changes.filter(({ change }) => change === "purge").length;
    const stranded = changes.filter(({ change }) => change === "strand").length;
    const sooner = changes.filter(
      ({ change, expiresBefore, expiresAfter }) =>
        change === "expiry" && expiresAfter !== null && expiresAfter < (expiresBefore ?? Infinity),
    ).length;
    const losses: readonly (readonly [LossKind, number, string])[] = [
      ["purge", purged, "purged"],
      ["removal", stranded, "out of reach, because their vault leaves"],
      ["expiry", sooner, "kept for less time"],
    ];
    return losses
      .filter(([, count]) => count > 0)
      .map(([kind, count, what]) => {
        const points = count === 1 ? "1 recovery point is" : `${count} recovery points are`;
        return { kind, address, text: `${points} ${what}` };
      });
  });
}
