import { createPorts } from "../../cmd/wiring/ports.ts";
import { toInstant } from "../../core/kit/clock.ts";
import type { Ports } from "../../core/operations/ports.ts";
import { pruneStreams } from "../../core/operations/prune-streams.ts";
import { openStreamVault, putStream, streamsIn } from "../../core/operations/vault-streams.ts";
import { type DeadlyStep, dieAt } from "./deadly-step.ts";
import { sourceOfStream } from "./known-streams.ts";
import { createTurnedFolder } from "./turned-folder.ts";

/** What a process that works on a vault is to do: the commands `vault put` and `vault prune`, with the lanes of the product. */
export interface HandOrder {
  readonly folder: string;
  /** How far the file system's clock is ahead, in milliseconds. */
  readonly ahead: number;
  readonly work:
    | { readonly kind: "put"; readonly name: string }
    /** Removes the streams of these names first. */
    | { readonly kind: "prune"; readonly drop: readonly string[] };
  readonly dies?: DeadlyStep | undefined;
}

const order = JSON.parse(process.argv[2] ?? "") as HandOrder;
const ports = await portsOf(order);
if (order.dies !== undefined) await dieAt(order.dies, order.folder);
process.stdout.write("begins\n");
if (order.work.kind === "put") await put(order.work.name);
else await prune(order.work.drop);
process.stdout.write("done\n");

async function put(name: string): Promise<void> {
  await putStream({ directory: order.folder, name }, sourceOfStream(name), ports);
}

async function prune(drop: readonly string[]): Promise<void> {
  const directory = order.folder;
  await using vault = await openStreamVault(directory, ports);
  for (const { name, point } of await streamsIn({ vault, directory }, ports)) {
    if (drop.includes(name)) await vault.removePoint(point.id);
  }
  await pruneStreams({ directory }, ports);
}

async function portsOf({ folder, ahead }: HandOrder): Promise<Ports> {
  const made = await createPorts({
    version: "0.1.0",
    directory: folder,
    host: { emit: (event) => process.stderr.write(`${JSON.stringify(event)}\n`) },
    signal: new AbortController().signal,
    remember: () => undefined,
  });
  return {
    ...made,
    clock: { now: () => toInstant(Date.now() + ahead) },
    openFolderStore: (path) => Promise.resolve(createTurnedFolder(path, ahead)),
  };
}
