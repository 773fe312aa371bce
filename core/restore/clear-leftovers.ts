import { DiagnosticError } from "../diagnostics/diagnostic.ts";
import type { Abortable } from "../kit/abortable.ts";
import type {
  DatabaseServer,
  RestoreLeftover,
  RestoreRequest,
} from "../resource/database-server.ts";

export interface LeftoverPorts extends Abortable {
  /** Whether the job is a restore of this catalog that has ended, or whose process is gone. */
  readonly isOver: (job: string) => Promise<boolean>;
  readonly note: (text: string) => void;
}

/** What earlier restores to the same place left half made: a database, or with `into` schemas of one in use. */
export async function leftoversAt(
  server: DatabaseServer,
  { database, into, signal }: Pick<RestoreRequest, "database" | "into" | "signal">,
): Promise<readonly RestoreLeftover[]> {
  const facts = (await server.databases({ signal })).find(({ name }) => name === database);
  if (facts?.state !== "online" || facts.isSystem) return [];
  const wanted: RestoreLeftover["kind"] = into === undefined ? "database" : "schema";
  try {
    const all = await server.restoreLeftovers(database, { signal });
    return all.filter(({ kind }) => kind === wanted);
  } catch (error) {
    signal?.throwIfAborted();
    // A database that cannot be looked into tells nothing: the obstacles say what is wrong with it.
    if (error instanceof DiagnosticError) return [];
    throw error;
  }
}

/**
 * Removes what restores of this catalog left half made where the next one is to go, and says so. What another catalog
 * made, or a restore that may still run, is only told: nobody here knows whether it is at work.
 */
export async function clearLeftovers(
  leftovers: readonly RestoreLeftover[],
  { isOver, note, signal }: LeftoverPorts,
): Promise<void> {
  for (const leftover of leftovers) {
    const { what, since, job, kind } = leftover;
    const began = `began at ${since}`;
    if (job !== null && (await isOver(job))) {
      await leftover.remove({ signal });
      note(`Removed ${what}: it was not whole, left by the restore ${job} that ${began}.`);
    } else if (kind === "schema") {
      const name = job === null ? "" : ` ${job}`;
      note(
        `There is ${what}, of a restore${name} that ${began} and is not known here to be over. It was left as it is.`,
      );
    }
  }
}
