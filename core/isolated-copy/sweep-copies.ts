import type { Catalog } from "../catalog/catalog.ts";
import type { JobCopy } from "../catalog/job.ts";
import { diagnosticOf } from "../diagnostics/caught.ts";
import { type Diagnostic, warningDiagnostic } from "../diagnostics/diagnostic.ts";
import type { EventHost } from "../events/host.ts";
import type { AzureDatabase, AzureServerPlace, CopyOperation } from "../resource/azure-sql.ts";
import { copyTagsOf } from "../resource/copy-name.ts";
import { isOpen, withStep } from "./copy-book.ts";
import { type DropOutcome, type DropPorts, dropUntilGone } from "./drop-until-gone.ts";
import { isAtWork, type WorkFacts } from "./left-copies.ts";

export interface SweepPorts extends Omit<DropPorts, "control" | "patience">, WorkFacts {
  readonly control: DropPorts["control"] & {
    databases(
      server: AzureServerPlace,
      options?: Pick<DropPorts, "signal">,
    ): Promise<readonly AzureDatabase[]>;
  };
  readonly catalog: Catalog;
  readonly host: EventHost;
  /** For how many milliseconds copies are tried, but for a call under way [all are]. */
  readonly patience?: number | undefined;
}

/** How long a sweep looks whether one copy is gone. */
const PATIENCE_MS = 60_000;

/**
 * Drops the copies that nobody works on any more on one server, and gives their names: by the records of jobs that ended or
 * whose process is gone; and what carries the name and the tags of a copy and has expired, also of catalogs that are lost. What
 * lacks either is never touched. What cannot be dropped, or not in time, is told, and is tried again by the next sweep.
 */
export async function sweepCopies(
  place: AzureServerPlace,
  ports: SweepPorts,
): Promise<readonly string[]> {
  const turn = turnOf(ports);
  const jobs = (await ports.catalog.jobs()).filter(({ copies }) => copies !== undefined);
  const swept: string[] = [];
  const settled = new Set<string>();
  for (const job of jobs) {
    for (const copy of (job.copies ?? []).filter(isOpen)) {
      const isBusy = isAtWork(copy, job, ports);
      const isHere = isSameServer(copy.operation.target, place);
      if (isBusy || isHere) settled.add(runOf(copy));
      if (isBusy || !isHere) continue;
      if (await sweepOne(copy, job.id, { ...ports, turn })) {
        swept.push(copy.operation.target.database);
      }
    }
  }
  const expired = turn.left() > 0 ? await sweepExpired(place, settled, { ...ports, turn }) : [];
  if (turn.late.length > 0) ports.host.emit({ type: "diagnostic", diagnostic: late(turn.late) });
  return [...swept, ...expired];
}

interface Turn {
  /** How long a sweep may still look whether one copy is gone; 0 where its time is over. */
  readonly left: () => number;
  /** Copies whose end was not seen in time. */
  readonly late: string[];
}

function turnOf({ clock, patience = Number.POSITIVE_INFINITY }: SweepPorts): Turn {
  const deadline = clock.now() + patience;
  const left = () => Math.max(0, Math.min(PATIENCE_MS, deadline - clock.now()));
  return { left, late: [] };
}

type TurnPorts = SweepPorts & { readonly turn: Turn };

function runOf({ operation }: JobCopy): string {
  return operation.tags.holdfast;
}

/** Azure compares names without case. */
function isSameServer(one: AzureServerPlace, other: AzureServerPlace): boolean {
  const words = ({ kind, subscriptionId, resourceGroup, server }: AzureServerPlace) =>
    [kind, subscriptionId, resourceGroup, server].join("/").toLowerCase();
  return words(one) === words(other);
}

async function sweepOne(copy: JobCopy, job: string, ports: TurnPorts): Promise<boolean> {
  const outcome = await tryDrop(copy.operation, ports);
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
  ports: TurnPorts,
): Promise<readonly string[]> {
  const { clock, control, signal } = ports;
  const swept: string[] = [];
  for (const database of await control.databases(place, { signal })) {
    const tags = copyTagsOf(database);
    if (tags === undefined || settled.has(tags.holdfast)) continue;
    if (Date.parse(tags.expires) > clock.now()) continue;
    const operation = {
      target: database.place,
      tags,
      operationUrl: null,
      requestedAt: clock.now(),
    };
    const outcome = await tryDrop(operation, ports);
    if (outcome === "gone") swept.push(database.place.database);
  }
  return swept;
}

/** One that cannot be dropped keeps no other from it, and no backup from running. */
async function tryDrop(
  operation: CopyOperation,
  ports: TurnPorts,
): Promise<DropOutcome | undefined> {
  const { host, signal, turn, patience: limit } = ports;
  const name = operation.target.database;
  const patience = turn.left();
  if (patience === 0) {
    turn.late.push(name);
    return undefined;
  }
  try {
    const outcome = await dropUntilGone(operation, { ...ports, patience });
    if (outcome === "left" && limit !== undefined) turn.late.push(name);
    return outcome;
  } catch (error) {
    signal?.throwIfAborted();
    host.emit({ type: "diagnostic", diagnostic: left(name, diagnosticOf(error)) });
    return undefined;
  }
}

const AGAIN =
  "It is tried again by the next backup of this server by copies, and by:\n\n    holdfast apply";

function left(name: string, { detail }: Pick<Diagnostic, "detail">): Diagnostic {
  return warningDiagnostic({
    code: "ISOLATED_COPY_LEFT",
    summary: "Copy of a database left over",
    detail: `The copy ${name} of an earlier job could not be dropped, and Azure bills it: ${detail} ${AGAIN}`,
  });
}

function late(names: readonly string[]): Diagnostic {
  const shown = names.slice(0, 5).join(", ");
  const more = names.length > 5 ? ` and ${names.length - 5} more` : "";
  return warningDiagnostic({
    code: "ISOLATED_COPY_LEFT",
    summary: "Copy of a database left over",
    detail: `Azure did not say in time that these copies of earlier jobs are gone, and bills what is still there: ${shown}${more}. ${AGAIN}`,
  });
}
