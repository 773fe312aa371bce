import { type Address, formatAddress } from "../../address/address.ts";
import type { CatalogObject } from "../../catalog/catalog.ts";
import type { DesiredResource, Settings } from "../../config/configuration.ts";
import { NO_LIFECYCLE } from "../../config/lifecycle.ts";
import type { JsonObject } from "../../kit/json.ts";
import type { Plan } from "../plan.ts";
import type { RecoveryPointChange } from "../points/outlook.ts";

/** How many people must approve a purge, and who may: lines of public SSH keys. */
export type ApprovalRule = Settings["approvals"];

/*
 * The rule is recorded in the catalog like an object, so that it is not the configuration under review that says who
 * reviews it: what weakens it needs the approvals that it asks for before. It leaves the catalog never; a configuration
 * without it changes it to one that asks for none.
 */

/** Where the catalog records the rule. No block has this address. */
export const APPROVALS: Address = formatAddress("holdfast", "approvals");

const NOWHERE = { line: 1, column: 1, byte: 0 };

/** The rule as an object that is wanted; undefined where neither the configuration nor the catalog has one. */
export function approvalsObject(
  rule: ApprovalRule,
  isRecorded: boolean,
): DesiredResource | undefined {
  if (!isRecorded && rule.purge === 0 && rule.keys.length === 0) return undefined;
  return {
    address: APPROVALS,
    type: "holdfast",
    name: "approvals",
    lifecycle: NO_LIFECYCLE,
    attributes: { purge: rule.purge, keys: [...rule.keys] },
    sensitive: [],
    dependsOn: [],
    range: { filename: "", start: NOWHERE, end: NOWHERE },
  };
}

export function recordedRule(objects: readonly CatalogObject[]): ApprovalRule | undefined {
  return ruleOf(objects.find(({ address }) => address === APPROVALS)?.attributes);
}

/** The rule that holds once the plan is applied; undefined where the plan says nothing of it. */
function plannedRule({ changes }: Plan): ApprovalRule | undefined {
  return ruleOf(changes.find(({ address }) => address === APPROVALS)?.after);
}

/** The cast holds because `approvalsObject` made what is recorded. */
function ruleOf(attributes: JsonObject | null | undefined): ApprovalRule | undefined {
  return attributes === null ? undefined : (attributes as ApprovalRule | undefined);
}

/** The rules in force when a plan is applied: as recorded, and as the configuration says now, where that can be told. */
export interface RulesInForce {
  readonly recorded: ApprovalRule | undefined;
  readonly configured: ApprovalRule | undefined;
}

/** How many recovery points a plan gives up: now, or on an earlier day than before, if there was one. */
export interface GivenUp {
  readonly now: number;
  readonly sooner: number;
}

export function givenUpBy({ recoveryPointChanges }: Plan): GivenUp {
  const now = recoveryPointChanges.filter(({ change }) => change === "purge").length;
  return { now, sooner: recoveryPointChanges.filter(isSooner).length };
}

/**
 * Also of an orphan that gets an end, and of a point that its new rule gives up and something else keeps for now: once there
 * is a newer backup, or a suspect point is cleared, it goes. A legal hold ends by a plan only.
 */
export function isSooner({
  change,
  pinnedBy,
  expiresBefore,
  expiresAfter,
}: RecoveryPointChange): boolean {
  if (change !== "expiry" && change !== "return" && change !== "pin") return false;
  if (pinnedBy.some(({ by }) => by === "legal_hold")) return false;
  if (expiresAfter === null) return change === "pin";
  return expiresBefore === null || expiresAfter < expiresBefore;
}

/**
 * The rules that must all be met before a plan is applied: none where it neither gives points up nor changes the rule. A
 * purge must meet every rule there is; a change of the rule meets the one that it changes.
 */
export function rulesToMeet(plan: Plan, rules: RulesInForce): readonly ApprovalRule[] {
  const { now, sooner } = givenUpBy(plan);
  const isPurge = now + sooner > 0;
  const isRuleChanged = plan.changes.some(
    ({ address, previousAddress, action }) =>
      previousAddress === APPROVALS || (address === APPROVALS && action !== "no-op"),
  );
  if (!isPurge && !isRuleChanged) return [];
  const asked = isPurge ? [rules.recorded, plannedRule(plan), rules.configured] : [rules.recorded];
  return asked.filter((each) => each !== undefined).filter(({ purge }) => purge > 0);
}
