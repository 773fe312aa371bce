import type { EventHost } from "../../core/events/host.ts";
import { parseStatus } from "../../core/gitops/status-file.ts";
import type { Ports } from "../../core/operations/ports.ts";
import { openGitCheckout } from "../../providers/local/git-checkout.ts";
import { openSyncFolder } from "../../providers/local/sync-folder.ts";
import type { SyncPlace } from "../commands/command.ts";

export interface SyncPlaceRequest {
  /** Absolute. */
  readonly directory: string;
  readonly branch: string | undefined;
  readonly signal: AbortSignal;
  readonly portsIn: (directory: string, host: EventHost) => Promise<Ports>;
}

export async function openSync(request: SyncPlaceRequest): Promise<SyncPlace> {
  const { directory, branch, signal, portsIn } = request;
  const folder = openSyncFolder(directory);
  const text = await folder.readStatus();
  const earlierBranch = text === undefined ? undefined : parseStatus(text)?.branch;
  const checkout = await openGitCheckout({ directory, branch, earlierBranch, signal });
  return { checkout, ...folder, ports: (host) => portsIn(directory, host) };
}
