import { isJsonObject, type Json, type JsonObject } from "../kit/json.ts";
import { isSooner } from "../plan/approvals/approval-rule.ts";
import { lossesOfRetention } from "../plan/azure-retention-warnings.ts";
import type { Plan, ResourceChange } from "../plan/plan.ts";
import type { Loss, LossKind } from "./loss.ts";
import { updateLosses } from "./update-losses.ts";

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
  if (type === "azure_retention")
    return lossesOfRetention(change).map((loss) => ({
      kind: "retention",
      address,
      text: `${address}: ${loss}`,
    }));
  if (action !== "update" || before === null || after === null) return [];
  if (type === "holdfast")
    return [{ kind: "protection", address, text: "who must approve purges changes" }];
  return [
    ...unprotected(change),
    ...leftOut(change, before, after),
    ...updateLosses(change, before, after),
  ];
}

function unprotected({ address, wasProtected, preventDestroy }: ResourceChange): readonly Loss[] {
  if (wasProtected !== true || preventDestroy) return [];
  return [{ kind: "protection", address, text: `${address} may be removed from then on` }];
}

function leftOut(
  { type, address, sensitive }: ResourceChange,
  before: JsonObject,
  after: JsonObject,
): readonly Loss[] {
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

function pointLosses({ recoveryPointChanges }: Plan): readonly Loss[] {
  const bySet = Map.groupBy(recoveryPointChanges, ({ backupSet }) => backupSet);
  return [...bySet].flatMap(([address, changes]) => {
    const purged = changes.filter(({ change }) => change === "purge").length;
    const stranded = changes.filter(({ change }) => change === "strand").length;
    const sooner = changes.filter(isSooner).length;
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
