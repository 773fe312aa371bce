import type { Address } from "../address/address.ts";
import { type Diagnostic, warningDiagnostic } from "../diagnostics/diagnostic.ts";
import { quoteName } from "../drift/subject.ts";
import type { ObservedServer } from "../plan/observed.ts";
import type { DatabaseFacts } from "../resource/database-server.ts";

/** `GP_S_Gen5_2`: the service pauses such a database when nobody uses it, and each connection wakes it. */
const SERVERLESS = /^[A-Z]+_S_/;

const ASLEEP: ReadonlySet<string> = new Set(["Paused", "Pausing"]);

/**
 * Whether to open a database would wake it, as far as is known. The server itself calls a paused database online; only Azure
 * Resource Manager tells it (learn.microsoft.com: azure-sql/database/serverless-tier-overview, "Performance configuration"), so
 * that of a serverless database without its word it is taken to be so.
 */
export function maySleep(
  { name, service }: DatabaseFacts,
  { further }: Pick<Extract<ObservedServer, { status: "observed" }>, "further">,
): boolean {
  const status = further?.azure?.databases.get(name)?.status;
  if (status !== undefined) return ASLEEP.has(status);
  return service !== undefined && SERVERLESS.test(service.objective);
}

/** DATABASES_NOT_OPENED, with what is therefore not known, as the end of a sentence. Nothing where all were opened. */
export function notOpened(
  server: Address,
  names: Iterable<string>,
  unknown: string,
): readonly Diagnostic[] {
  const all = [...new Set(names)].sort();
  if (all.length === 0) return [];
  return [
    warningDiagnostic({
      code: "DATABASES_NOT_OPENED",
      summary: "Paused databases were not opened",
      detail: `${all.map(quoteName).join(", ")} of ${server} ${all.length === 1 ? "is" : "are"} serverless and paused, or Azure did not say otherwise. To open a paused database wakes it, and Azure bills the time, so it is not known ${unknown}. The next backup opens what it covers.`,
      address: server,
    }),
  ];
}

/** SERVER_FACTS_UNKNOWN: the server answered once, and then not to the end. */
export function factsUnknown(
  address: Address,
  { detail }: Pick<Diagnostic, "detail">,
  unknown: string,
): Diagnostic {
  return warningDiagnostic({
    code: "SERVER_FACTS_UNKNOWN",
    summary: "Server did not tell everything",
    detail: `It is not known of ${address} ${unknown}. ${detail} Everything else was looked at.`,
    address,
  });
}
