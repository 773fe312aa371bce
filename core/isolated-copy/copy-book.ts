import type { CopyStep, CopyWorker, JobCopy } from "../catalog/job.ts";
import type { JobJournal } from "../jobs/journal.ts";
import type { Clock } from "../kit/clock.ts";
import type { CopyOperation } from "../resource/azure-sql.ts";

/** Keeps the record of one copy within the record of its job, each step as it is done, so that whoever comes after a crash finds it. */
export class CopyBook {
  readonly #journal: JobJournal;
  readonly #clock: Clock;
  #copy: JobCopy;

  constructor(journal: JobJournal, clock: Clock, copy: JobCopy) {
    this.#journal = journal;
    this.#clock = clock;
    this.#copy = copy;
  }

  get copy(): JobCopy {
    return this.#copy;
  }

  /** Records the copy as asked for. Before Azure is: what is not written down cannot be found again. */
  async begin(): Promise<void> {
    await this.#journal.keep({ copies: [...this.#journal.copies, this.#copy] });
  }

  /** Of a copy that Azure refused: there is none, and none will be. */
  async forget(): Promise<void> {
    const copies = this.#journal.copies.filter((other) => !isSame(other, this.#copy));
    await this.#journal.keep({ copies });
  }

  /** How to follow the copy, as Azure answered. */
  async follow(operation: CopyOperation): Promise<void> {
    await this.#write({ ...this.#copy, operation });
  }

  async startWorker(worker: Pick<CopyWorker, "id" | "bridge">): Promise<void> {
    const started = { ...worker, startedAt: this.#clock.now(), endedAt: null };
    await this.#write(withStep({ ...this.#copy, worker: started }, "worker_started", this.#clock));
  }

  async done(step: Exclude<CopyStep, "worker_started">): Promise<void> {
    await this.#write(withStep(this.#copy, step, this.#clock));
  }

  async #write(copy: JobCopy): Promise<void> {
    const copies = this.#journal.copies.map((other) => (isSame(other, copy) ? copy : other));
    await this.#journal.keep({ copies });
    this.#copy = copy;
  }
}

function isSame(one: JobCopy, other: JobCopy): boolean {
  return one.operation.tags.holdfast === other.operation.tags.holdfast;
}

/** With a step that is done now; a step that is recorded stays as it is. The end of a worker is the end of its life, too. */
export function withStep(copy: JobCopy, step: CopyStep, clock: Clock): JobCopy {
  if (hasStep(copy, step)) return copy;
  const at = clock.now();
  const isEnd = step === "worker_ended" && copy.worker !== null;
  const worker = isEnd ? { ...copy.worker, endedAt: at } : copy.worker;
  return { ...copy, worker, steps: [...copy.steps, { step, at }] };
}

function hasStep({ steps }: JobCopy, step: CopyStep): boolean {
  return steps.some((done) => done.step === step);
}

/** Whether something of it may still be there: the copy, or a worker that nobody ended. */
export function isOpen(copy: JobCopy): boolean {
  const lives = copy.worker !== null && copy.worker.endedAt === null;
  return !hasStep(copy, "copy_dropped") || lives;
}
