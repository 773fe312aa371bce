import { captureJobOf, type DatabaseWork } from "../backup/snapshot-backup.ts";
import type { JobCopy } from "../catalog/job.ts";
import { diagnosticOf } from "../diagnostics/caught.ts";
import { DiagnosticError, failure, warningDiagnostic } from "../diagnostics/diagnostic.ts";
import { toInstant } from "../kit/clock.ts";
import { formatDuration } from "../kit/duration.ts";
import type { AzureDatabase, CopyOperation } from "../resource/azure-sql.ts";
import { copyNameOf } from "../resource/copy-name.ts";
import { waitForCopy } from "../resource/wait-for-copy.ts";
import type { RunningWorker } from "./bridge.ts";
import { CopyBook } from "./copy-book.ts";
import type { CopyPorts } from "./copy-ports.ts";
import { dropUntilGone } from "./drop-until-gone.ts";

/** A copy is given up when it is not online by then: operations have been seen that never end (azure-sdk-for-go#21860). */
const COPY_DEADLINE_MS = 24 * 3_600_000;
/** Then a copy counts as left over, whoever made it: longer than a copy and its transfer take. */
const EXPIRES_MS = 4 * 24 * 3_600_000;
/** How long is looked whether a copy is really gone; and so long only where somebody waits for the end of the command. */
const PATIENCE_MS = 5 * 60_000;
const HURRIED_MS = 20_000;
/** How often it is looked whether somebody asked to cancel. */
const CANCEL_LOOK_MS = 1000;

/** One copy of a database from the request to its end. Disposed, it is dropped, then its worker ends: at whatever stage it is. */
export class IsolatedCopy implements AsyncDisposable {
  readonly #work: DatabaseWork;
  readonly #copies: CopyPorts;
  readonly #book: CopyBook;
  #worker: RunningWorker | undefined;
  /** Nothing was asked for before, and nothing is left after. */
  #isOpen = false;

  constructor(work: DatabaseWork, copies: CopyPorts, copy: JobCopy) {
    this.#work = work;
    this.#copies = copies;
    this.#book = new CopyBook(work.journal, work.ports.clock, copy);
  }

  get name(): string {
    return this.#book.copy.operation.target.database;
  }

  /** Asks Azure for it and waits until it is online. AZURE_COPY_FAILED, AZURE_COPY_TOO_LONG, JOB_CANCELLED. */
  async make(source: AzureDatabase): Promise<void> {
    await this.#book.begin();
    this.#isOpen = true;
    const { control } = this.#copies;
    const { signal } = this.#work.ports;
    const { target, tags } = this.#book.copy.operation;
    const service = source.pool === null ? undefined : { pool: source.pool };
    this.#note(`Azure makes the copy ${this.name} ${placeWords(source)}.`);
    const request = { source: source.place, target, tags, service, signal };
    const started = await control.startCopy(request).catch((error: unknown) => this.#refuse(error));
    await this.#book.follow(started);
    await this.#wait(started);
    await this.#book.done("copy_online");
  }

  /** What Azure may have taken all the same is no refusal: `startCopy` gives an operation then. */
  async #refuse(error: unknown): Promise<never> {
    if (error instanceof DiagnosticError) {
      this.#isOpen = false;
      await this.#book.forget();
    }
    throw error;
  }

  async #wait(operation: CopyOperation): Promise<void> {
    const { clock, sleep, signal } = this.#work.ports;
    const deadline = toInstant(operation.requestedAt + COPY_DEADLINE_MS);
    const watched: typeof sleep = async (milliseconds, options) => {
      for (let left = milliseconds; left > 0; left -= CANCEL_LOOK_MS) {
        await this.#work.journal.throwIfCancelled();
        await sleep(Math.min(left, CANCEL_LOOK_MS), options);
      }
    };
    await waitForCopy(this.#copies.control, operation, { clock, sleep: watched, deadline, signal });
    const took = formatDuration(clock.now() - operation.requestedAt);
    this.#note(`The copy ${this.name} is online after ${took}.`);
  }

  /** Only now: a worker has nothing to do before the copy is there (A-28). */
  async startWorker(): Promise<RunningWorker> {
    const { bridge } = this.#copies;
    this.#worker = await bridge.startWorker();
    await this.#book.startWorker({ id: this.#worker.id, bridge: bridge.address });
    return this.#worker;
  }

  async done(step: "transferred" | "verified"): Promise<void> {
    await this.#book.done(step);
  }

  /** Never rejects: what could not be dropped is told, stays in the job's record, and is dropped by the next run. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    await this.#guarded(() => this.#drop());
    const worker = this.#worker;
    if (worker === undefined) return;
    await this.#guarded(async () => {
      await worker[Symbol.asyncDispose]();
      await this.#book.done("worker_ended");
    });
  }

  /** Also after Ctrl-C, which ends the waiting but not the duty: so without the signal. */
  async #drop(): Promise<void> {
    const { clock, sleep, signal } = this.#work.ports;
    const { control } = this.#copies;
    const patience = signal?.aborted === true ? HURRIED_MS : PATIENCE_MS;
    const { operation } = this.#book.copy;
    const outcome = await dropUntilGone(operation, { control, clock, sleep, patience });
    if (outcome === "left") throw stillThere(operation);
    await this.#book.done("copy_dropped");
    if (outcome === "gone") this.#note(`The copy ${this.name} is dropped.`);
    else throw replaced(operation);
  }

  async #guarded(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      const { host } = this.#work.ports;
      host.emit({
        type: "diagnostic",
        diagnostic: leftBehind(this.name, diagnosticOf(error).detail),
      });
    }
  }

  #note(text: string): void {
    const { job, database, clock, host } = captureJobOf(this.#work);
    host.emit({ type: "note", job, at: clock.now(), database, text });
  }
}

/** A copy that is to be made of a database, on its own server and in its own pool (A-27). Nothing was asked for yet. */
export function planCopy(
  work: DatabaseWork,
  copies: CopyPorts,
  source: AzureDatabase,
): IsolatedCopy {
  const run = copies.newRun();
  const requestedAt = work.ports.clock.now();
  const target = { ...copies.place, database: copyNameOf(work.database, run) };
  const expires = new Date(requestedAt + EXPIRES_MS).toISOString();
  const tags = { holdfast: run, set: copies.backupSet, expires };
  const { subscriptionId, resourceGroup, server } = copies.place;
  return new IsolatedCopy(work, copies, {
    database: work.database,
    server: copies.server,
    operation: { target, tags, operationUrl: null, requestedAt },
    resourceId: `/subscriptions/${subscriptionId}/resourceGroups/${resourceGroup}/providers/Microsoft.Sql/servers/${server}/databases/${target.database}`,
    objective: source.objective,
    pool: source.pool,
    worker: null,
    steps: [{ step: "copy_requested", at: requestedAt }],
  });
}

function placeWords({ pool, objective }: AzureDatabase): string {
  if (pool !== null) return `in the elastic pool ${pool}, whose limits it shares`;
  return `on the same server${objective === null ? "" : `, as ${objective}`}`;
}

function leftBehind(name: string, reason: string) {
  return warningDiagnostic({
    code: "ISOLATED_COPY_LEFT",
    summary: "Copy of a database left over",
    detail: `The copy ${name} may still be there, and Azure bills it: ${reason} The next backup of this server by copies, the next apply and the start of run drop it. To drop it now:\n\n    holdfast apply`,
  });
}

function stillThere({ target }: CopyOperation): DiagnosticError {
  return failure({
    code: "AZURE_OPERATION_UNFINISHED",
    summary: "Operation of Azure not finished",
    detail: `Azure was told to drop ${target.database} on ${target.server}, and it was not gone in time.`,
  });
}

function replaced({ target }: CopyOperation): DiagnosticError {
  return failure({
    code: "AZURE_NOT_OURS",
    summary: "Database not made by Holdfast",
    detail: `${target.server} has a database ${target.database} without the tags of the copy; it was left alone.`,
  });
}
