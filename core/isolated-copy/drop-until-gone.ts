import { hasCode } from "../diagnostics/caught.ts";
import type { Abortable } from "../kit/abortable.ts";
import type { Clock, Instant } from "../kit/clock.ts";
import type { AzureSqlControl, CopyOperation } from "../resource/azure-sql.ts";

/** A copy that Azure took may not be seen for so long. */
const UNSEEN_MS = 2 * 60_000;
const LOOK_MS = 2000;
/** A copy that is still there so long after Azure took the request is dropped once more. */
const AGAIN_MS = 60_000;

export interface DropPorts extends Abortable {
  readonly control: Pick<AzureSqlControl, "copyState" | "dropCopy" | "findDatabase">;
  readonly clock: Clock;
  readonly sleep: (milliseconds: number, options: Abortable) => Promise<void>;
  /** For how many milliseconds it is looked at. */
  readonly patience: number;
}

/**
 * `gone`: nothing of the copy is there, nor comes any more. `not_ours`: a database of that name is there, and it is not the
 * copy. `left`: it is there still, or may come yet.
 */
export type DropOutcome = "gone" | "not_ours" | "left";

/** Drops a copy at whatever stage it is, and looks until it is gone. Rejects as `dropCopy` does, but for AZURE_NOT_OURS. */
export async function dropUntilGone(
  operation: CopyOperation,
  ports: DropPorts,
): Promise<DropOutcome> {
  const { control, clock, sleep, patience, signal } = ports;
  const deadline = clock.now() + patience;
  let dropped: Instant | undefined;
  for (;;) {
    const found = await control.findDatabase(operation.target, { signal });
    if (found === undefined) {
      if (dropped !== undefined || !(await mayComeYet(operation, ports))) return "gone";
    } else if (dropped === undefined || clock.now() - dropped >= AGAIN_MS) {
      if (!(await drop(operation, ports))) return dropped === undefined ? "not_ours" : "gone";
      dropped = clock.now();
    }
    const left = deadline - clock.now();
    if (left <= 0) return "left";
    await sleep(Math.min(LOOK_MS, left), { signal });
  }
}

/** False of a database that is not the copy. */
async function drop(
  { target, tags }: CopyOperation,
  { control, signal }: DropPorts,
): Promise<boolean> {
  try {
    await control.dropCopy(target, tags, { signal });
    return true;
  } catch (error) {
    if (hasCode(error, "AZURE_NOT_OURS")) return false;
    throw error;
  }
}

/** Whether Azure may still make a copy that cannot be seen: its operation runs, or it was asked for a moment ago. */
async function mayComeYet(
  operation: CopyOperation,
  { control, clock, signal }: DropPorts,
): Promise<boolean> {
  const { kind } = await control.copyState(operation, { signal });
  if (kind === "copying" || kind === "online") return true;
  return kind === "missing" && clock.now() - operation.requestedAt < UNSEEN_MS;
}
