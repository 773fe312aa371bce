import { FIRST_WITH_VDI, isVersionAtLeast } from "./agent-version.ts";

export interface AgentFacts {
  readonly agentVersion: string;
  /** Whether a full succeeded since the agent became what it is. */
  readonly fullSinceUpgrade: boolean;
  readonly policyHasFull: boolean;
}

/**
 * How a differential reads what changed: from SQL Server through its virtual device interface, which is faster, or by
 * comparing a shadow copy. The first needs an agent that can, a full that this agent took, and a policy that goes on
 * taking fulls (B-30).
 */
export function differentialMeans(facts: AgentFacts): "vdi" | "vss" {
  const { agentVersion, fullSinceUpgrade, policyHasFull } = facts;
  const able = isVersionAtLeast(agentVersion, FIRST_WITH_VDI);
  return able && fullSinceUpgrade && policyHasFull ? "vdi" : "vss";
}

/**
 * The databases whose pages a differential reads, and which it freezes for that (C-13). The others get a point too,
 * without bytes, that refers to its base: every slot of a schedule can be restored.
 */
export function databasesToRead(
  databases: readonly { readonly name: string; readonly changedPages: number | "unknown" }[],
): readonly string[] {
  return databases.filter(({ changedPages }) => changedPages !== 0).map(({ name }) => name);
}

/** A backup by hand takes all the bandwidth there is, whatever the policy says (B-29). Bytes a second. */
export function bandwidthOf(
  trigger: "manual" | "schedule",
  limit: number | null,
): "unlimited" | number {
  return trigger === "manual" ? "unlimited" : (limit ?? "unlimited");
}
