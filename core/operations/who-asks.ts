import type { Ports } from "./ports.ts";

/** Who runs this command, as far as the machine knows: `user@host`. */
export function whoAsks(ports: Ports): string {
  const names = ["USER", "LOGNAME", "USERNAME"].map((name) => ports.environment(name));
  const named = names.find((name) => name !== undefined && name !== "");
  const user = named ?? ports.account?.();
  return `${user ?? "unknown"}@${ports.worker.host}`;
}
