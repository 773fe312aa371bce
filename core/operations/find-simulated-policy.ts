import { attributesOf, type ResourceAttributes } from "../../schemas/blocks/resources.ts";
import type { Address } from "../address/address.ts";
import type { DesiredResource, VariableOption } from "../config/configuration.ts";
import { failure } from "../diagnostics/diagnostic.ts";
import type { Milliseconds, PolicyRule } from "../policy/model/policy-rule.ts";
import { jitterOf, policyRuleOf } from "../policy/model/policy-rule-of.ts";
import { findAddress } from "./find-address.ts";
import type { Ports } from "./ports.ts";
import { loadProject, requireConfiguration } from "./project.ts";
import { ResourceLookup } from "./resource-lookup.ts";

/** A policy of the configuration, and what its backup sets say of where it works. */
export interface SimulatedPolicy {
  readonly address: Address;
  readonly rule: PolicyRule;
  /** The only backup set that has the policy; null where there are several, or none. */
  readonly backupSet: Address | null;
  readonly server: Address | null;
  /** Plain names that its backup sets include; what a pattern covers only the server knows. */
  readonly databases: readonly string[];
  /** Every backup set that has the policy. */
  readonly sets: readonly SimulatedSet[];
  /** How much later the only backup set starts; null where there is a jitter, and no set or several that it delays. */
  readonly startDelay: Milliseconds | null;
  readonly tiers: { readonly warmDays: number; readonly hasCold: boolean };
  /** What one GiB costs for one month, as `prices` has it; null where it is not declared. */
  readonly storageGibMonth: number | null;
}

/** A backup set that has the policy. */
interface SimulatedSet {
  readonly address: Address;
  readonly server: Address;
  /** Plain names that it includes. */
  readonly databases: readonly string[];
  /** With its own share of the jitter. */
  readonly rule: PolicyRule;
}

/** Of the vault's `tiers` where there is no vault to ask. */
const USUAL_TIERS = { warmDays: 90, hasCold: false } as const;

/** Finds a policy in the configuration by its address or bare name. POLICY_NOT_FOUND, RESOURCE_AMBIGUOUS. */
export async function findSimulatedPolicy(
  text: string,
  variables: readonly VariableOption[],
  ports: Ports,
): Promise<SimulatedPolicy> {
  const loaded = await loadProject(ports, variables, { purpose: "plan" });
  const hasError = loaded.diagnostics.some(({ severity }) => severity === "error");
  const { resources } = hasError ? requireConfiguration(loaded, ports) : loaded.known;
  const lookup = new ResourceLookup(resources);
  const known = lookup.all("policy");
  const address = findAddress(text, "policy", known);
  if (address === undefined) {
    if (loaded.pendingData.length > 0) requireConfiguration(loaded, ports);
    throw policyNotFound(text, known);
  }
  return simulatedPolicyOf(address, resources, loaded.settings?.prices?.storage_gib_month ?? null);
}

function simulatedPolicyOf(
  address: Address,
  resources: readonly DesiredResource[],
  storageGibMonth: number | null,
): SimulatedPolicy {
  const lookup = new ResourceLookup(resources);
  const policy = lookup.get(address, "policy");
  const retention = lookup.get(policy.retention, "retention");
  const found = setsOf(address, resources);
  const sets = found.map(({ address: backupSet, set }) => ({
    address: backupSet,
    server: set.server as string as Address,
    databases: set.databases.include.filter((name) => !/[*?]/.test(name)),
    rule: policyRuleOf(policy, retention, backupSet),
  }));
  const [only] = sets.length === 1 ? sets : [];
  const isSpread = only === undefined && jitterOf(policy) > 0;
  return {
    address,
    rule: only?.rule ?? policyRuleOf(policy, retention),
    backupSet: only?.address ?? null,
    server: only?.server ?? null,
    databases: sets.flatMap(({ databases }) => databases),
    sets,
    startDelay: isSpread ? null : (only?.rule.delay ?? NO_TIME),
    tiers: tiersOf(found, lookup),
    storageGibMonth,
  };
}

const NO_TIME = 0 as Milliseconds;

/** Of the vault of the only set. */
function tiersOf(sets: readonly FoundSet[], lookup: ResourceLookup): SimulatedPolicy["tiers"] {
  const [only] = sets.length === 1 ? sets : [];
  const tiers = only && lookup.tryGet(only.set.vault, "vault")?.tiers;
  if (tiers === undefined) return USUAL_TIERS;
  return { warmDays: tiers.warm_days, hasCold: tiers.cold !== "none" };
}

interface FoundSet {
  readonly address: Address;
  readonly set: ResourceAttributes<"backup_set">;
}

function setsOf(policy: Address, resources: readonly DesiredResource[]): readonly FoundSet[] {
  return resources.flatMap((resource) => {
    const set = attributesOf(resource, "backup_set");
    const has = set !== undefined && (set.policy as string) === (policy as string);
    return has ? [{ address: resource.address, set }] : [];
  });
}

function policyNotFound(text: string, known: readonly Address[]): Error {
  const others =
    known.length === 0
      ? "It has no policy at all."
      : `It has:\n\n${known.map((each) => `    ${each}`).join("\n")}`;
  return failure({
    code: "POLICY_NOT_FOUND",
    summary: "Policy not found",
    detail: `The configuration has no policy ${text}. ${others}`,
  });
}
