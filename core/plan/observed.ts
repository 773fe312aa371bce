import { createHash } from "node:crypto";
import type { Address } from "../address/address.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { FurtherFacts } from "../drift/further-facts.ts";
import { canonicalJson, type Json } from "../kit/json.ts";
import type { DatabaseFacts, ServerFacts } from "../resource/database-server.ts";

/** What a server said when it was asked, or why it did not. */
export type ObservedServer =
  | {
      readonly status: "observed";
      readonly facts: ServerFacts;
      readonly databases: readonly DatabaseFacts[];
      /** What was asked besides, where backups depend on it. */
      readonly further?: FurtherFacts | undefined;
    }
  | { readonly status: "failed"; readonly diagnostic: Diagnostic };

export type Observations = ReadonlyMap<Address, ObservedServer>;

/**
 * SHA-256 of the facts and of what data blocks gave, in hexadecimal; equal facts give an equal digest, in whatever order
 * servers, databases and data came.
 */
export function digestOfObservations(
  observed: Observations,
  data: ReadonlyMap<string, Json> = new Map(),
): string {
  const facts = [...observed]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([address, server]) => [address, server.status === "observed" ? factsOf(server) : null]);
  const all = data.size === 0 ? facts : { servers: facts, data: Object.fromEntries(data) };
  return createHash("sha256").update(canonicalJson(all)).digest("hex");
}

function factsOf({ databases }: Extract<ObservedServer, { status: "observed" }>) {
  return databases
    .map(({ capturesChanges = null, service: _service, ...database }) => ({
      ...database,
      capturesChanges,
    }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}
