import type { Address } from "../address/address.ts";
import type { Catalog } from "../catalog/catalog.ts";
import type { Method, PointType, Trigger } from "../catalog/recovery-point.ts";
import type { EventHost } from "../events/host.ts";
import type { Clock } from "../kit/clock.ts";
import type { CdcProfile } from "../policy/chain/cdc-settings.ts";
import type { DatabaseSelection } from "../policy/name-pattern.ts";
import type { DatabaseFacts, DatabaseServer } from "../resource/database-server.ts";
import type { Vault } from "../vault/vault.ts";
import type { DatabaseWork } from "./snapshot-backup.ts";

/** One backup to take: what, from where, to where. */
export interface BackupRequest {
  readonly backupSet: Address;
  readonly server: Address;
  readonly vaultAddress: Address;
  readonly selection: DatabaseSelection;
  readonly method: Method;
  readonly type: PointType;
  readonly trigger: Trigger;
  /** What change data capture must be like; of method cdc. */
  readonly profile?: CdcProfile | undefined;
}

export interface BackupPorts {
  readonly catalog: Catalog;
  readonly vault: Vault;
  readonly openServer: () => Promise<DatabaseServer>;
  readonly clock: Clock;
  readonly host: EventHost;
  /** Waits so many milliseconds; rejects with the signal's reason when that aborts. */
  readonly sleep: (
    milliseconds: number,
    options: { readonly signal?: AbortSignal | undefined },
  ) => Promise<void>;
  readonly signal?: AbortSignal | undefined;
  /** How a database is backed up that is online; [in one snapshot transaction]. Not of method cdc. */
  readonly takeFull?: ((work: DatabaseWork) => Promise<void>) | undefined;
  /** Is told which databases the server has, covered or not. */
  readonly onDatabases?: ((databases: readonly DatabaseFacts[]) => void) | undefined;
}

/** With the server that was opened. */
export interface RunPorts extends BackupPorts {
  readonly server: DatabaseServer;
}
