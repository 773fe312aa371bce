import { attributesOf } from "../../schemas/blocks/resources.ts";
import type { Address } from "../address/address.ts";
import { failure } from "../diagnostics/diagnostic.ts";
import type { Drift } from "../drift/drift.ts";
import { findDrift, type ServerNow } from "../drift/find-drift.ts";
import { factsOf } from "../drift/observed-facts.ts";
import { setRulesOf } from "../drift/set-rules.ts";
import type { SetRule } from "../drift/subject.ts";
import type { Instant } from "../kit/clock.ts";
import { retentionDrift, withoutManaged } from "../plan/azure-retention-drift.ts";
import type { ObservedServer } from "../plan/observed.ts";
import { findAddress } from "./find-address.ts";
import { withoutHidden } from "./hide-system-databases.ts";
import { observeFurther } from "./observe-further.ts";
import { observeRetentions } from "./observe-retentions.ts";
import { observeServers } from "./observe-server.ts";
import { observeUnfinished } from "./observe-unfinished.ts";
import type { Ports } from "./ports.ts";
import { openProjectReader } from "./project.ts";
import { readAccepted } from "./read-accepted.ts";
import { ResourceLookup } from "./resource-lookup.ts";

/** The newest, among which restores are that may have left something. */
const MOST_JOBS = 1000;

interface AskedServer {
  readonly server: Address;
  /** Null: nobody accepted yet what it says, so nothing can be compared. */
  readonly acceptedAt: Instant | null;
  readonly status: "observed" | "failed";
}

export interface DriftReport {
  readonly at: Instant;
  readonly servers: readonly AskedServer[];
  readonly drift: readonly Drift[];
}

/**
 * Asks the servers of the catalog, or the one that is named, and compares what they say with what was accepted. Changes
 * nothing, needs no configuration beyond the place of the catalog, and goes on where a server cannot be asked. What was
 * never accepted and cannot be asked is told as a diagnostic.
 */
export async function lookForDrift(
  { server }: { readonly server?: string | undefined },
  ports: Ports,
): Promise<DriftReport> {
  await using catalog = await openProjectReader(ports);
  const objects = await catalog.objects();
  const points = await catalog.points();
  const observations = new Map((await catalog.observations()).map((each) => [each.server, each]));
  const resources = new ResourceLookup(objects);
  const sets = setRulesOf(objects);
  const asked = serversToAsk(server, { resources, sets });
  const plain = await observeServers(asked, resources, ports);
  const wanted = { resources, rules: sets, points: () => points };
  const { observed: asFar, warnings } = await observeFurther(plain, wanted, ports);
  const readJobs = () => catalog.jobs({ limit: MOST_JOBS });
  const unfinished = await observeUnfinished(asFar, { ...wanted, readJobs }, ports);
  const { observed: said } = unfinished;
  for (const diagnostic of [...warnings, ...unfinished.warnings])
    ports.host.emit({ type: "diagnostic", diagnostic });
  const accepted = await readAccepted([...observations.values()]);
  const observed = withoutHidden(said, { resources, accepted });
  for (const [address, said] of observed) {
    if (said.status === "failed" && !observations.has(address))
      ports.host.emit({ type: "diagnostic", diagnostic: said.diagnostic });
  }
  const own = objects.filter((object) => {
    const managed = attributesOf(object, "azure_retention");
    return managed !== undefined && (server === undefined || asked.includes(managed.server));
  });
  const retentions = await observeRetentions(own, resources, ports);
  for (const said of retentions.values()) {
    if (said.status === "failed")
      ports.host.emit({ type: "diagnostic", diagnostic: said.diagnostic });
  }
  const now = new Map([...observed].map(([address, said]) => [address, nowOf(said)]));
  return {
    at: ports.clock.now(),
    servers: [...observed].map(([address, { status }]) => ({
      server: address,
      acceptedAt: observations.get(address)?.at ?? null,
      status,
    })),
    drift: [
      ...withoutManaged(findDrift({ accepted, now, sets, points }).drift, objects),
      ...retentionDrift(objects, retentions, sets),
    ],
  };
}

function serversToAsk(
  server: string | undefined,
  { resources, sets }: { readonly resources: ResourceLookup; readonly sets: readonly SetRule[] },
): readonly Address[] {
  if (server === undefined) return [...new Set(sets.map((set) => set.server))].sort();
  const address = findAddress(server, "server", resources.all("server"));
  if (address !== undefined) return [address];
  throw failure({
    code: "STATE_NOT_FOUND",
    summary: "No such server",
    detail: `The catalog records no server ${server}. Those that it records:\n\n    holdfast state list`,
  });
}

function nowOf(said: ObservedServer): ServerNow {
  return said.status === "observed"
    ? { status: "observed", facts: factsOf(said), further: said.further }
    : said;
}
