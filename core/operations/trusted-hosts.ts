import type { ReadingPorts } from "./ports.ts";

/** Hosts that may be given a token of Entra besides Azure's own: named where Holdfast runs, which no pull request changes. */
const VARIABLE = "HOLDFAST_ENTRA_HOSTS";

/** Whether whoever runs Holdfast names a host as one that may be given a token. */
export function isTrustedHost(
  host: string,
  { environment }: Pick<ReadingPorts, "environment">,
): boolean {
  const allowed = (environment(VARIABLE) ?? "").toLowerCase().split(",");
  return allowed.some((each) => each.trim() === host.toLowerCase());
}
