/** The types that a policy can schedule, each a nested block of it. */
export const SCHEDULED_TYPES = ["full", "differential", "log", "cdc"] as const;

type ScheduledType = (typeof SCHEDULED_TYPES)[number];
type Method = "snapshot" | "cdc" | "isolated_copy" | "native" | "files";
type ServerKind = "azure_sql" | "managed_instance" | "azure_vm" | "sql_server";

const FULL: readonly ScheduledType[] = ["full"];
const CDC: readonly ScheduledType[] = ["full", "cdc"];
const NATIVE: readonly ScheduledType[] = ["full", "differential", "log"];

/** What each method can run on which kind of server; a kind that is absent cannot use the method. */
export const METHODS: Readonly<
  Record<Method, Readonly<Partial<Record<ServerKind, readonly ScheduledType[]>>>>
> = {
  snapshot: { azure_sql: FULL, managed_instance: FULL, azure_vm: FULL, sql_server: FULL },
  cdc: { azure_sql: CDC, managed_instance: CDC, azure_vm: CDC, sql_server: CDC },
  isolated_copy: { azure_sql: FULL },
  native: { managed_instance: FULL, azure_vm: NATIVE, sql_server: NATIVE },
  files: { azure_vm: NATIVE, sql_server: NATIVE },
};
