import type { Address } from "../address/address.ts";
import type { JobRecord } from "../catalog/job.ts";
import { type Diagnostic, DiagnosticError } from "../diagnostics/diagnostic.ts";
import { listWords, quoteName } from "../drift/subject.ts";
import { createLimiter } from "../kit/limiter.ts";
import type { DatabaseServer, RestoreLeftover } from "../resource/database-server.ts";
import type { ReadingPorts } from "./ports.ts";
import { type RestoreStanding, restoreStanding } from "./restore-standing.ts";
import { factsUnknown } from "./sleeping-databases.ts";

/** A connection each. */
const DATABASES_AT_ONCE = 8;
const MOST_NAMED = 5;

/** Something half made, and what the catalog knows of the restore that makes it. */
export interface UnfinishedRestore
  extends Pick<RestoreLeftover, "kind" | "what" | "since" | "job" | "removal"> {
  readonly server: Address;
  readonly database: string;
  /** The id of the point that is restored; null where the catalog does not know the job. */
  readonly point: string | null;
  readonly standing: RestoreStanding;
}

interface Looked {
  readonly found: readonly UnfinishedRestore[];
  /** SERVER_FACTS_UNKNOWN of the databases that could not be looked into. */
  readonly unknown: readonly Diagnostic[];
}

interface Place {
  readonly address: Address;
  readonly server: DatabaseServer;
  /** Of the catalog. */
  readonly jobs: readonly JobRecord[];
}

/** What restores are making or left in these databases, which must be online. Changes nothing. */
export async function unfinishedRestores(
  names: readonly string[],
  { address, server, jobs }: Place,
  ports: Pick<ReadingPorts, "isAlive" | "signal">,
): Promise<Looked> {
  const { signal } = ports;
  const byId = new Map(jobs.map((job) => [job.id, job]));
  const limit = createLimiter(DATABASES_AT_ONCE);
  const closed: { readonly name: string; readonly error: DiagnosticError }[] = [];
  const look = async (name: string): Promise<readonly UnfinishedRestore[]> => {
    try {
      const left = await server.restoreLeftovers(name, { signal });
      return left.map(({ kind, what, since, job, removal }) => {
        const known = job === null ? undefined : byId.get(job);
        const standing = restoreStanding(known, ports);
        const point = standing === "unknown" ? null : (known?.subject ?? null);
        const facts = { kind, what, since, job, removal };
        return { ...facts, server: address, database: name, point, standing };
      });
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof DiagnosticError)) throw error;
      closed.push({ name, error });
      return [];
    }
  };
  const found = await Promise.all(names.map((name) => limit(() => look(name))));
  const [first] = closed;
  if (first === undefined) return { found: found.flat(), unknown: [] };
  const shown = closed.slice(0, MOST_NAMED).map(({ name }) => quoteName(name));
  const rest = closed.length - shown.length;
  const all = listWords(rest === 0 ? shown : [...shown, `${rest} more`]);
  const words = `whether restores left something in ${all}`;
  return { found: found.flat(), unknown: [factsUnknown(address, first.error.diagnostic, words)] };
}
