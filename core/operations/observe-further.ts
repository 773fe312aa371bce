import type { Address } from "../address/address.ts";
import type { RecoveryPoint } from "../catalog/recovery-point.ts";
import { diagnosticOf } from "../diagnostics/caught.ts";
import { type Diagnostic, DiagnosticError, warningDiagnostic } from "../diagnostics/diagnostic.ts";
import type { FurtherFacts } from "../drift/further-facts.ts";
import { collectPoints, type PointsByDatabase } from "../drift/point-facts.ts";
import type { SetRule } from "../drift/subject.ts";
import type { Observations, ObservedServer } from "../plan/observed.ts";
import type { observeAzure } from "./observe-azure.ts";
import { openServerAt } from "./open-server.ts";
import type { ReadingPorts } from "./ports.ts";
import type { ResourceLookup } from "./resource-lookup.ts";
import { factsUnknown, maySleep, notOpened } from "./sleeping-databases.ts";

interface Wanted {
  readonly resources: ResourceLookup;
  readonly rules: readonly SetRule[];
  /** Under the addresses that servers have now. */
  readonly points: () => readonly RecoveryPoint[];
}

/** What was observed, and what was not: AZURE_FACTS_UNKNOWN, once, DATABASES_NOT_OPENED, SERVER_FACTS_UNKNOWN. */
export interface FurtherObserved {
  readonly observed: Observations;
  readonly warnings: readonly Diagnostic[];
}

/**
 * Asks for change data capture where recovery points rely on it, and Azure of servers that stand there. Of other servers nobody
 * is asked anything.
 */
export async function observeFurther(
  observed: Observations,
  wanted: Wanted,
  ports: ReadingPorts,
): Promise<FurtherObserved> {
  const { rules, resources } = wanted;
  const captured = new Set(rules.filter(({ profile }) => profile !== undefined).map(serverOf));
  const { azureReach } = await import("./observe-azure.ts");
  const reaches = new Map(
    [...observed.keys()].map((each) => [
      each,
      azureReach(resources.tryGet(each, "server"), {
        resources,
        rules: rules.filter(({ server }) => server === each),
      }),
    ]),
  );
  const isPlain = (server: Address) => !captured.has(server) && reaches.get(server) === "none";
  if ([...observed.keys()].every(isPlain)) return { observed, warnings: [] };
  const points = captured.size === 0 ? new Map() : collectPoints(wanted.points(), captured);
  const further = [...observed].map(async ([server, said]) => {
    if (said.status !== "observed" || isPlain(server)) return { server, said };
    const reach = reaches.get(server) ?? "none";
    const own = rules.filter((rule) => rule.server === server);
    return {
      server,
      ...(await ask({ server, said, resources, rules: own, points, reach }, ports)),
    };
  });
  const all = await Promise.all(further);
  return {
    observed: new Map(all.map(({ server, said }) => [server, said])),
    warnings: [
      ...all.flatMap((each) => ("warnings" in each ? each.warnings : [])),
      ...unknownFacts(all.flatMap((each) => ("why" in each ? [each] : []))),
    ],
  };
}

interface Answered {
  readonly said: ObservedServer;
  readonly warnings: readonly Diagnostic[];
  /** Why Azure says nothing. */
  readonly why?: string;
}

interface Asked extends Omit<Wanted, "points"> {
  readonly server: Address;
  readonly said: Extract<ObservedServer, { status: "observed" }>;
  readonly points: PointsByDatabase;
  readonly reach: "none" | "no_identity" | "asked";
}

async function ask(asked: Asked, ports: ReadingPorts): Promise<Answered> {
  const { said, reach } = asked;
  // Azure first: it knows which databases are paused.
  const answer = reach === "none" ? undefined : await azureOf(asked, ports);
  const azure = typeof answer === "string" ? undefined : answer;
  const { captures, warnings } = await capturesOf(asked, azure, ports);
  const why = typeof answer === "string" ? { why: answer } : {};
  return { said: { ...said, further: { captures, azure } }, warnings, ...why };
}

async function capturesOf(
  { server, said, resources, rules, points }: Asked,
  azure: FurtherFacts["azure"],
  ports: ReadingPorts,
): Promise<Pick<Answered, "warnings"> & Pick<FurtherFacts, "captures">> {
  const { CAPTURE_ASKED, observeCaptures, reliedDatabases } = await import("./observe-capture.ts");
  const all = reliedDatabases(said.databases, rules, points.get(server));
  const further: FurtherFacts = { captures: new Map(), azure };
  const asleep = new Set(
    said.databases.filter((each) => maySleep(each, { further })).map(({ name }) => name),
  );
  const relied = all.filter(({ name }) => !asleep.has(name));
  const sleeping = all.filter(({ name }) => asleep.has(name)).map(({ name }) => name);
  const warnings = notOpened(server, sleeping, CAPTURE_ASKED);
  if (relied.length === 0) return { captures: new Map(), warnings };
  try {
    await using opened = await openServerAt(server, resources, ports);
    const captures = await observeCaptures(opened, relied, { signal: ports.signal });
    return { captures, warnings };
  } catch (error) {
    ports.signal.throwIfAborted();
    if (!(error instanceof DiagnosticError)) throw error;
    const unknown = factsUnknown(server, error.diagnostic, CAPTURE_ASKED);
    return { captures: new Map(), warnings: [...warnings, unknown] };
  }
}

/** What Azure says, or a sentence why it says nothing. */
async function azureOf(
  { server, resources, rules, reach }: Asked,
  ports: ReadingPorts,
): Promise<Awaited<ReturnType<typeof observeAzure>> | string> {
  if (reach === "no_identity")
    return "Nobody is named to sign in to Azure as. Write a credential of Entra into the block azure of the server.";
  try {
    const { observeAzure: observe } = await import("./observe-azure.ts");
    return await observe(server, { rules, resources }, ports);
  } catch (error) {
    ports.signal.throwIfAborted();
    if (error instanceof DiagnosticError) return diagnosticOf(error).detail;
    throw error;
  }
}

function unknownFacts(
  silent: readonly { readonly server: Address; readonly why?: string }[],
): readonly Diagnostic[] {
  const [first] = silent;
  if (first === undefined) return [];
  const servers = silent.map(({ server }) => server).join(", ");
  return [
    warningDiagnostic({
      code: "AZURE_FACTS_UNKNOWN",
      summary: "Azure was not asked",
      detail: `Whether tiers, Azure's own retention or left-over copies changed is not known of ${servers}. ${first.why ?? ""} Everything else was compared.`,
      address: first.server,
    }),
  ];
}

function serverOf({ server }: SetRule): Address {
  return server;
}
