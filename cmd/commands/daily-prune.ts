import { diagnosticOf } from "../../core/diagnostics/caught.ts";
import { type Instant, toInstant } from "../../core/kit/clock.ts";
import type { Ports } from "../../core/operations/ports.ts";
import type { PrunedVault } from "../../core/operations/prune.ts";

/** Told when a prune has ended. */
type Tell = (vaults: readonly PrunedVault[], at: Instant) => void;

/** The prune that `run` does once a day, beside the backups that become due meanwhile. */
export class DailyPrune implements AsyncDisposable {
  readonly #ports: Ports;
  readonly #tell: Tell;
  #due: Instant;
  #running: Promise<void> | undefined;

  constructor(ports: Ports, due: Instant, tell: Tell) {
    this.#ports = ports;
    this.#due = due;
    this.#tell = tell;
  }

  /** Begins a prune where one is due and none runs; does not wait for it. */
  async startIfDue(): Promise<void> {
    const now = this.#ports.clock.now();
    if (this.#running !== undefined || now < this.#due) return;
    const { nextPrune, pruneEach } = await import("../../core/operations/daily-prune.ts");
    this.#due = nextPrune(now);
    this.#running = this.#run(() => pruneEach(this.#ports));
  }

  async #run(work: () => Promise<readonly PrunedVault[]>): Promise<void> {
    try {
      this.#tell(await work(), toInstant(this.#ports.clock.now()));
    } catch (error) {
      if (this.#ports.signal.aborted) return;
      this.#ports.host.emit({ type: "diagnostic", diagnostic: diagnosticOf(error) });
    } finally {
      this.#running = undefined;
    }
  }

  /** Waits for the prune that runs; the signal ends it. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#running;
  }
}
