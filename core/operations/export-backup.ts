import { failure } from "../diagnostics/diagnostic.ts";
import { TaskProgress } from "../events/task-progress.ts";
import type { RehydratePriority } from "../storage/blob-store.ts";
import type { PointReader } from "../vault/vault.ts";
import { findPoint } from "./find-point.ts";
import { openVaultAt } from "./open-vault.ts";
import type { Ports } from "./ports.ts";
import { openProjectReader } from "./project.ts";
import { requireReadable } from "./require-readable.ts";
import { ResourceLookup } from "./resource-lookup.ts";
import { writeStretches } from "./write-stretches.ts";

/** One file of a point, as it was before it came into the vault. */
export interface ExportedFile {
  readonly name: string;
  readonly stripe: number;
  readonly bytes: number;
}

/** Where the bytes of one file go. */
export interface ExportTarget extends AsyncDisposable {
  /** Keeps a copy, or is done with the bytes when it resolves. */
  write(bytes: Uint8Array): Promise<void>;
  finish(): Promise<void>;
}

/** Gives the files of an imported point back, byte for byte and verified. `open` is asked for a target for each; it appears only when it is whole. */
export async function exportBackup(
  command: { readonly point: string; readonly rehydrate?: RehydratePriority | undefined },
  open: (file: ExportedFile, files: number) => Promise<ExportTarget>,
  ports: Ports,
): Promise<readonly ExportedFile[]> {
  await using catalog = await openProjectReader(ports);
  const resources = new ResourceLookup(await catalog.objects());
  const point = findPoint(command.point, await catalog.points());
  await using vault = await openVaultAt(point.vault, resources, ports);
  const { signal } = ports;
  await requireReadable(vault, { ...command, point: point.id }, ports);
  const { id, bytesRead: expectedBytes } = point;
  await using reader = await vault.openPoint(id, { signal, expectedBytes });
  const files = filesOf(reader);
  if (files.length === 0) throw notNative(point.id);
  const progress = new TaskProgress({ task: "export", subject: point.id }, ports);
  const total = files.reduce((sum, { bytes }) => sum + bytes, 0);
  progress.begin("read", { unit: "bytes", total });
  for (const file of files) {
    await using target = await open(file, files.length);
    const stretches = reader.readStretches(`stripe/${file.stripe}`, { signal });
    await writeStretches({ stretches, lent: reader.lentStretches }, async (stretch) => {
      await target.write(stretch);
      progress.add(stretch.length);
    });
    await target.finish();
  }
  return files;
}

function filesOf({ point }: PointReader): readonly ExportedFile[] {
  return point.objects.flatMap(({ path, bytes, attributes }) => {
    const [, stripe] = /^stripe\/(\d+)$/.exec(path) ?? [];
    if (stripe === undefined) return [];
    return [{ name: String(attributes["file_name"] ?? path), stripe: Number(stripe), bytes }];
  });
}

function notNative(id: string): Error {
  return failure({
    code: "POINT_NOT_EXPORTABLE",
    summary: "Recovery point without backup files",
    detail: `The recovery point ${id} was not made from backup files, so there is no file to give back. Restore it as a database:\n\n    holdfast restore ${id.slice(0, 8)} -to SERVER -as NAME`,
  });
}
