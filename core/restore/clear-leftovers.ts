import type { Abortable } from "../kit/abortable.ts";
import type { RestoreLeftover } from "../resource/database-server.ts";

export interface LeftoverPorts extends Abortable {
  /** Whether the job is a restore of this catalog that has ended, or whose process is gone. */
  readonly isOver: (job: string) => Promise<boolean>;
  readonly note: (text: string) => void;
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
    const { what, since, job, isInTheWay } = leftover;
    const began = `began at ${since} (UTC)`;
    if (job !== null && (await isOver(job))) {
      await leftover.remove({ signal });
      note(`Removed ${what}: it was not whole, left by the restore ${job} that ${began}.`);
    } else if (!isInTheWay) {
      const name = job === null ? "" : ` ${job}`;
      note(
        `There is ${what}, of a restore${name} that ${began} and is not known here to be over. It was left as it is.`,
      );
    }
  }
}
