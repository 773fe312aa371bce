import type { ServerState } from "../storage/server.ts";

/** A setting of `sp_configure`. */
export interface Configuration {
  readonly id: number;
  readonly name: string;
  readonly minimum: number;
  readonly maximum: number;
  readonly initial: number;
  readonly isAdvanced: boolean;
  readonly description: string;
}

/** Number, name, least and greatest value, value at setup, advanced or not, description. */
type Row = readonly [number, string, number, number, number, boolean, string];

/** Bytes of a large value that capture and replication put up with; -1: any. */
const REPLICATED_SIZE = 1536;

const ROWS: readonly Row[] = [
  [101, "recovery interval (min)", 0, 32_767, 0, true, "Maximum recovery interval in minutes"],
  [102, "allow updates", 0, 1, 0, false, "Allow updates to system tables"],
  [103, "user connections", 0, 32_767, 0, true, "Number of user connections allowed"],
  [115, "nested triggers", 0, 1, 1, false, "Allow triggers to be invoked within triggers"],
  [116, "server trigger recursion", 0, 1, 1, false, "Allow recursion for server level triggers"],
  [117, "remote access", 0, 1, 1, false, "Allow remote access"],
  [124, "default language", 0, 9999, 0, false, "default language"],
  [505, "network packet size (B)", 512, 32_767, 4096, true, "Network packet size"],
  [518, "show advanced options", 0, 1, 0, false, "show advanced options"],
  [
    1505,
    "index create memory (KB)",
    704,
    2_147_483_647,
    0,
    true,
    "Memory for index create sorts (kBytes)",
  ],
  [1517, "priority boost", 0, 1, 0, true, "Priority boost"],
  [1519, "remote login timeout (s)", 0, 2_147_483_647, 10, false, "remote login timeout"],
  [1520, "remote query timeout (s)", 0, 2_147_483_647, 600, false, "remote query timeout"],
  [1534, "user options", 0, 32_767, 0, false, "user options"],
  [
    REPLICATED_SIZE,
    "max text repl size (B)",
    -1,
    2_147_483_647,
    65_536,
    false,
    "Maximum size of a text field in replication.",
  ],
  [1538, "cost threshold for parallelism", 0, 32_767, 5, true, "cost threshold for parallelism"],
  [1539, "max degree of parallelism", 0, 32_767, 0, true, "maximum degree of parallelism"],
  [
    1543,
    "min server memory (MB)",
    0,
    2_147_483_647,
    16,
    true,
    "Minimum size of server memory (MB)",
  ],
  [
    1544,
    "max server memory (MB)",
    128,
    2_147_483_647,
    2_147_483_647,
    true,
    "Maximum size of server memory (MB)",
  ],
  [1562, "clr enabled", 0, 1, 0, false, "CLR user code execution enabled in the server"],
  [1579, "backup compression default", 0, 1, 0, false, "Enable compression of backups by default"],
  [
    1581,
    "optimize for ad hoc workloads",
    0,
    1,
    0,
    true,
    "When this option is set, plan cache size is further reduced for single-use adhoc OLTP workload.",
  ],
  [16_390, "xp_cmdshell", 0, 1, 0, true, "Enable or disable command shell"],
  [
    16_391,
    "Ad Hoc Distributed Queries",
    0,
    1,
    0,
    true,
    "Enable or disable Ad Hoc Distributed Queries",
  ],
  [
    16_393,
    "contained database authentication",
    0,
    1,
    0,
    false,
    "Enables contained databases and contained authentication",
  ],
];

export const CONFIGURATIONS: readonly Configuration[] = ROWS.map(
  ([id, name, minimum, maximum, initial, isAdvanced, description]) => ({
    id,
    name,
    minimum,
    maximum,
    initial,
    isAdvanced,
    description,
  }),
);

export function configuredValue(server: ServerState, configuration: Configuration): number {
  return server.configurations.get(configuration.id) ?? configuration.initial;
}

/** `max text repl size`: undefined where there is no limit, as in Azure SQL Database, which has no sp_configure. */
export function largestCapturedValue(server: ServerState): number | undefined {
  const size = server.configurations.get(REPLICATED_SIZE) ?? 65_536;
  return size === -1 || server.flavour === "azure_sql" ? undefined : size;
}
