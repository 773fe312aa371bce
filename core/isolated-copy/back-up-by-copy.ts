import { DatabaseCopy } from "../backup/backup-database.ts";
import { TRIES } from "../backup/retried.ts";
import {
  captureJobOf,
  type DatabaseWork,
  requirePermissions,
  tellStart,
} from "../backup/snapshot-backup.ts";
import { tellStoredAnew } from "../backup/tell-stored-anew.ts";
import { hasCode } from "../diagnostics/caught.ts";
import { type DiagnosticError, failure } from "../diagnostics/diagnostic.ts";
import type { CopyPorts } from "./copy-ports.ts";
import { type IsolatedCopy, planCopy } from "./isolated-copy.ts";
import { type Transfer, verifyTransfer } from "./verify-transfer.ts";

/**
 * Backs up one database through a copy that Azure makes of it: the source is asked for its catalog and for the copy, and none of
 * its tables is read. The point has the name of the source. Whatever happens, the copy is dropped, then the worker ends;
 * what a killed process leaves, `sweepCopies` drops. A copy is never taken up again: its job is gone, and a new one costs less
 * than doubt.
 */
export async function backUpByCopy(work: DatabaseWork, copies: CopyPorts): Promise<void> {
  const { ports, journal, database } = work;
  const { clock, host, signal } = ports;
  const startedAt = clock.now();
  host.emit({ type: "phase_started", job: journal.id, at: startedAt, database, phase: "check" });
  await requirePermissions(work);
  const place = { ...copies.place, database };
  const source = await copies.control.findDatabase(place, { signal });
  if (source === undefined) throw notInAzure(database, copies);
  await using copy = planCopy(work, copies, source);
  await copy.make(source);
  await transfer(work, copy, startedAt);
}

async function transfer(
  work: DatabaseWork,
  copy: IsolatedCopy,
  startedAt: ReturnType<DatabaseWork["ports"]["clock"]["now"]>,
): Promise<void> {
  const { vault, signal, host } = work.ports;
  const { server } = await copy.startWorker();
  await using capture = await server.openCapture(copy.name, { signal, isStill: true });
  tellStart(work, capture);
  const similar = await work.book.similarTo(work.database);
  await using writer = await vault.beginPoint({ signal, similar });
  tellStoredAnew(writer, host);
  const plan = work.book.planOf(startedAt);
  const reading = new DatabaseCopy(captureJobOf(work), writer);
  await using pending = await work.book.begin(writer.id, work.database, { plan, copy: reading });
  await reading.schema(capture.schema, capture.tables.length);
  await reading.rows(capture, TRIES);
  await reading.again(() => capture.complete({ signal }));
  const { stored, scans } = await reading.commit(plan);
  await copy.done("transferred");
  await verify(work, { vault, point: writer.id, capture, scans, signal });
  await copy.done("verified");
  await work.book.succeed(pending.point, { stored, scans, totals: reading.totals });
}

/** A point that is not what was read is taken back, before anybody can list it. */
async function verify({ ports }: DatabaseWork, written: Transfer): Promise<void> {
  try {
    await verifyTransfer(written);
  } catch (error) {
    if (!isNotVerified(error)) throw error;
    const { point } = written;
    await ports.catalog.write([{ kind: "remove_point", id: point }]);
    await ports.vault.removePoint(point);
    throw error;
  }
}

function isNotVerified(error: unknown): boolean {
  return hasCode(error, "ISOLATED_COPY_NOT_VERIFIED");
}

function notInAzure(database: string, { place }: CopyPorts): DiagnosticError {
  return failure({
    code: "AZURE_NOT_FOUND",
    summary: "Not found in Azure",
    detail: `Azure knows no database ${database} on ${place.server} in the resource group ${place.resourceGroup}, although the server has one. Correct resource_group and name in the block azure of the server, or give the identity the role Reader.`,
  });
}
