import type { ReadingPorts } from "./ports.ts";

/** Hosts that may be given a token of Entra besides Azure's own: named where Holdfast runs, which no pull request changes. */
const ENTRA = "HOLDFAST_ENTRA_HOSTS";
/** Hosts that may be given a shared access signature, or a request that an account key signed. */
const STORAGE = "HOLDFAST_STORAGE_HOSTS";

type Environment = Pick<ReadingPorts, "environment">;

/** Whether whoever runs Holdfast names a host as one that may be given a token of Entra. */
export function isTrustedHost(host: string, ports: Environment): boolean {
  return isNamed(ENTRA, host, ports);
}

/** Whether a host may be given what opens one storage account. Who may have a token may have that. */
export function isTrustedStorageHost(host: string, ports: Environment): boolean {
  return isNamed(STORAGE, host, ports) || isNamed(ENTRA, host, ports);
}

function isNamed(variable: string, host: string, { environment }: Environment): boolean {
  const allowed = (environment(variable) ?? "").toLowerCase().split(",");
  return allowed.some((each) => each.trim() === host.toLowerCase());
}
