import type { Address } from "../address/address.ts";
import type { AzureServerPlace, AzureSqlControl } from "../resource/azure-sql.ts";
import type { Bridge } from "./bridge.ts";

/** What backups by copies need besides what all need. */
export interface CopyPorts {
  readonly control: AzureSqlControl;
  /** Address of the server in the configuration. */
  readonly server: Address;
  /** Where it stands in Azure; the copies stand there too. */
  readonly place: AzureServerPlace;
  readonly backupSet: Address;
  readonly bridge: Bridge;
  /** 32 small hex digits that nobody else has. */
  readonly newRun: () => string;
}
