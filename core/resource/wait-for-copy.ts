import { type DiagnosticError, failure } from "../diagnostics/diagnostic.ts";
import type { Abortable } from "../kit/abortable.ts";
import type { Clock, Instant } from "../kit/clock.ts";
import { formatDuration } from "../kit/duration.ts";
import type { AzureDatabase, AzureSqlControl, CopyOperation, CopyState } from "./azure-sql.ts";

/** A copy that Azure took may not be seen for so long. */
const UNSEEN_MS = 2 * 60_000;

export interface CopyWait extends Abortable {
  readonly clock: Clock;
  readonly sleep: (milliseconds: number, options: Abortable) => Promise<void>;
  /** The copy is given up then, whatever Azure says: its own operations have been seen to never end. */
  readonly deadline: Instant;
  /** Told each look's answer. */
  readonly onLook?: ((state: CopyState) => void) | undefined;
}

/**
 * Looks at a copy until it is online. AZURE_COPY_FAILED, AZURE_COPY_TOO_LONG: a half-made database may be left then, which
 * the caller drops.
 */
export async function waitForCopy(
  control: Pick<AzureSqlControl, "copyState">,
  operation: CopyOperation,
  { clock, sleep, deadline, onLook, signal }: CopyWait,
): Promise<AzureDatabase> {
  for (;;) {
    signal?.throwIfAborted();
    const state = await control.copyState(operation, { signal });
    onLook?.(state);
    const now = clock.now();
    if (state.kind === "online") return state.database;
    if (state.kind === "failed") throw failed(operation, `${state.code}: ${state.message}`);
    const isUnseen = state.kind === "missing";
    if (isUnseen && now - operation.requestedAt > UNSEEN_MS) {
      throw failed(operation, "there is no such database, and nothing makes it");
    }
    if (now >= deadline) throw tooLong(operation, now - operation.requestedAt);
    const wait = isUnseen ? 5000 : state.waitFor;
    await sleep(Math.min(wait, deadline - now), { signal });
  }
}

function failed({ target }: CopyOperation, reason: string): DiagnosticError {
  return failure({
    code: "AZURE_COPY_FAILED",
    summary: "Copy of a database failed",
    detail: `Azure did not make the copy ${target.database} on ${target.server} (${reason}). The source was not touched, and no recovery point was made. Run the backup again; a larger service objective helps where the copy could not keep up.`,
  });
}

function tooLong({ target }: CopyOperation, waited: number): DiagnosticError {
  return failure({
    code: "AZURE_COPY_TOO_LONG",
    summary: "Copy of a database too slow",
    detail: `The copy ${target.database} on ${target.server} was not ready after ${formatDuration(waited)}, and was given up. The source was not touched, and no recovery point was made. Run the backup again, with a longer deadline or a larger service objective.`,
  });
}
