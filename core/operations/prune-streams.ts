import { failure } from "../diagnostics/diagnostic.ts";
import { TaskProgress } from "../events/task-progress.ts";
import type { CollectionReport, Vault } from "../vault/vault.ts";
import type { Ports } from "./ports.ts";
import { type NamedStream, openStreamVault, streamsIn } from "./vault-streams.ts";

export interface StreamPruning {
  readonly directory: string;
  /** The names that stay; all, where absent. VAULT_STREAM_NOT_FOUND for one that the vault does not hold. */
  readonly keep?: readonly string[] | undefined;
}

export interface PrunedStreams {
  readonly streams: readonly NamedStream[];
  readonly collection: CollectionReport;
}

/** Removes the streams that are not kept, then what no stream needs. */
export async function pruneStreams(asked: StreamPruning, ports: Ports): Promise<PrunedStreams> {
  await using vault = await openStreamVault(asked.directory, ports);
  const streams = await streamsToGo(vault, asked, ports);
  const { signal } = ports;
  for (const { point } of streams) await vault.removePoint(point.id, { signal });
  const watch = new TaskProgress({ task: "prune", subject: asked.directory }, ports);
  return { streams, collection: await vault.collect({ signal, watch }) };
}

/** What `pruneStreams` would do now. Changes nothing. */
export async function planStreamPruning(
  asked: StreamPruning,
  ports: Ports,
): Promise<PrunedStreams> {
  await using vault = await openStreamVault(asked.directory, ports);
  const streams = await streamsToGo(vault, asked, ports);
  const ids = streams.map(({ point }) => point.id);
  const { signal } = ports;
  const watch = new TaskProgress({ task: "prune", subject: asked.directory }, ports);
  return { streams, collection: await vault.planCollection(ids, { signal, watch }) };
}

/** Other points that the vault holds are never among them. */
async function streamsToGo(
  vault: Vault,
  { directory, keep }: StreamPruning,
  ports: Ports,
): Promise<readonly NamedStream[]> {
  if (keep === undefined) return [];
  const streams = await streamsIn({ vault, directory }, ports);
  const unknown = keep.find((name) => streams.every((stream) => stream.name !== name));
  if (unknown !== undefined) throw nothingToKeep(unknown);
  return streams.filter(({ name }) => !keep.includes(name));
}

function nothingToKeep(name: string): Error {
  return failure({
    code: "VAULT_STREAM_NOT_FOUND",
    summary: "Stream not found",
    detail: `The vault holds no stream ${name} to keep, so perhaps a name is wrong. Nothing was removed. List the streams:\n\n    holdfast vault list DIR`,
  });
}
