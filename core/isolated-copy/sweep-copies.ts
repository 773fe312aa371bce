import type { Catalog } from "../catalog/catalog.ts";
import type { JobCopy, JobRecord, Worker } from "../catalog/job.ts";
import { diagnosticOf } from "../diagnostics/caught.ts";
import { warningDiagnostic } from "../diagnostics/diagnostic.ts";
import type { EventHost } from "../events/host.ts";
import type { AzureDatabase, AzureServerPlace } from "../resource/azure-sql.ts";
import { copyTagsOf } from "../resource/copy-name.ts";
import { isOpen, withStep } from "./copy-book.ts";
import { type DropPorts, dropUntilGone } from "./drop-until-gone.ts";

export interface SweepPorts extends Omit<DropPorts, "control" | "patience"> {
  readonly control: DropPorts["control"] & {
    databases(
      server: AzureServerPlace,
      options?: Pick<DropPorts, "signal">,
    ): Promise<readonly AzureDatabase[]>;
  };
  readonly catalog: Catalog;
  readonly host: EventHost;
  /** Whether the process that ran a job still lives. Nobody knows of other hosts: theirs count as living. */
  readonly isAlive: (worker: Worker) => boolean;
  /** The host of this process. */
  readonly thisHost: string;
}

/** How long a sweep looks whether one copy is gone. */
const PATIENCE_MS = 60_000;

/**
 * Drops the copies that nobody works on any more on one server, and gives their names: by the records of jobs that ended or
 * whose process is gone; and what carries the name and the tags of a copy and has expired, also of catalogs that are lost. What
 * lacks either is never touched. What cannot be dropped is told, and is tried again by the next sweep.
 */
export async function sweepCopies(
  place: AzureServerPlace,
  ports: SweepPorts,
): Promise<readonly string[]> {
  const jobs = (await ports.catalog.jobs()).filter(({ copies }) => copies !== undefined);
  const swept: string[] = [];
  const settled = new Set<string>();
  for (const job of jobs) {
    for (const copy of (job.copies ?? []).filter(isOpen)) {
      const isBusy = isAtWork(copy, job, ports);
      const isHere = isSameServer(copy.operation.target, place);
      if (isBusy || isHere) settled.add(runOf(copy));
      if (isBusy || !isHere) continue;
      if (await sweepOne(copy, job.id, ports)) swept.push(copy.operation.target.database);
    }
  }
  return [...swept, ...(await sweepExpired(place, settled, ports))];
}

function runOf({ operation }: JobCopy): string {
  return operation.tags.holdfast;
}

/** A job of another host counts as gone once its copy has expired: nobody can see from here whether it lives. */
function isAtWork(
  { operation }: JobCopy,
  { status, worker }: JobRecord,
  { isAlive, thisHost, clock }: SweepPorts,
): boolean {
  if (status !== "running" || worker === null || !isAlive(worker)) return false;
  return worker.host === thisHost || Date.parse(operation.tags.expires) > clock.now();
}

/** Azure compares names without case. */
function isSameServer(one: AzureServerPlace, other: AzureServerPlace): boolean {
  const words = ({ kind, subscriptionId, resourceGroup, server }: AzureServerPlace) =>
    [kind, subscriptionId, resourceGroup, server].join("/").toLowerCase();
  return words(one) === words(other);
}

async function sweepOne(copy: JobCopy, job: string, ports: SweepPorts): Promise<boolean> {
  const { operation } = copy;
  const outcome = await tryDrop(operation.target.database, ports, () =>
    dropUntilGone(operation, { ...ports, patience: PATIENCE_MS }),
  );
  if (outcome === undefined || outcome === "left") return false;
  await settle(copy, job, ports);
  return outcome === "gone";
}

/** The worker of a local bridge ended with its process. */
async function settle(copy: JobCopy, id: string, { catalog, clock }: SweepPorts): Promise<void> {
  const job = await catalog.job(id);
  if (job === undefined) return;
  const dropped = withStep(copy, "copy_dropped", clock);
  const settled = copy.worker === null ? dropped : withStep(dropped, "worker_ended", clock);
  const copies = (job.copies ?? []).map((each) => (runOf(each) === runOf(copy) ? settled : each));
  await catalog.write([{ kind: "put_job", job: { ...job, copies } }]);
}

/**
 * A record that says dropped keeps no copy: Azure may have made it later than anybody waited, or its server is written in another
 * resource group by now. `settled`: the runs that are at work, or were just tried.
 */
async function sweepExpired(
  place: AzureServerPlace,
  settled: ReadonlySet<string>,
  ports: SweepPorts,
): Promise<readonly string[]> {
  const { clock, control, signal } = ports;
  const swept: string[] = [];
  for (const database of await control.databases(place, { signal })) {
    const tags = copyTagsOf(database);
    const name = database.place.database;
    if (tags === undefined || settled.has(tags.holdfast)) continue;
    if (Date.parse(tags.expires) > clock.now()) continue;
    const operation = {
      target: database.place,
      tags,
      operationUrl: null,
      requestedAt: clock.now(),
    };
    const outcome = await tryDrop(name, ports, () =>
      dropUntilGone(operation, { ...ports, patience: PATIENCE_MS }),
    );
    if (outcome === "gone") swept.push(name);
  }
  return swept;
}

/** One that cannot be dropped keeps no other from it, and no backup from running. */
async function tryDrop<T>(
  name: string,
  { host, signal }: SweepPorts,
  drop: () => Promise<T>,
): Promise<T | undefined> {
  try {
    return await drop();
  } catch (error) {
    signal?.throwIfAborted();
    const diagnostic = warningDiagnostic({
      code: "ISOLATED_COPY_LEFT",
      summary: "Copy of a database left over",
      detail: `The copy ${name} of an earlier job could not be dropped, and Azure bills it: ${diagnosticOf(error).detail} It is tried again by the next backup of this server by copies, and by:\n\n    holdfast apply`,
    });
    host.emit({ type: "diagnostic", diagnostic });
    return undefined;
  }
}
