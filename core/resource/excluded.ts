import type { ShortfallKind } from "./database-server.ts";

/** What belongs to a server and is in no recovery point of a database. A manifest names the kinds, `plan` the names. */
export const EXCLUDED: readonly { readonly kind: ShortfallKind; readonly name: string }[] = [
  { kind: "agent_jobs", name: "SQL Agent jobs" },
  { kind: "logins", name: "server logins" },
  { kind: "linked_servers", name: "linked servers" },
  { kind: "system_databases", name: "system databases" },
];
