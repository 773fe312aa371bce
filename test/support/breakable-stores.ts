import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { setTimeout } from "node:timers/promises";
import { toInstant } from "../../core/kit/clock.ts";
import { createMemoryStore } from "../../core/storage/memory-store.ts";
import { retrying } from "../../core/storage/retrying.ts";
import { openBlobContainer } from "../../providers/azure/blob/open-container.ts";
import { createFolderStore } from "../../providers/local/folder-store.ts";
import { type Azurite, startAzurite } from "./azurite.ts";
import {
  type BreakableWork,
  breakEveryCall,
  EVERYTHING,
  type OpenStore,
} from "./break-every-call.ts";

/** As the product has it: on a busy machine the emulator, too, leaves a request unanswered now and then. */
const PATIENCE = {
  clock: { now: () => toInstant(Date.now()) },
  sleep: (milliseconds: number) => setTimeout(milliseconds),
  random: () => 0.5,
};

const noClose = { [Symbol.asyncDispose]: async () => undefined };

/** Memory that has the time of this machine, as folders do. */
export const openMemory: OpenStore = async () => ({
  store: createMemoryStore(PATIENCE.clock),
  ...noClose,
});

/** Breaks every call of each work: in memory in each way, in a folder and on Azurite in two of the ways, by turns. */
export function testEveryCall(works: readonly BreakableWork[]): void {
  let azurite: Azurite;
  before(async () => {
    azurite = await startAzurite();
  });
  after(() => azurite[Symbol.asyncDispose]());
  const openFolder: OpenStore = async () => {
    const path = await mkdtemp(join(tmpdir(), "holdfast-calls-"));
    const close = () => rm(path, { recursive: true });
    return { store: createFolderStore(path), [Symbol.asyncDispose]: close };
  };
  const openAzurite: OpenStore = async () => ({
    store: retrying(openBlobContainer(await azurite.makeContainer()), PATIENCE),
    ...noClose,
  });
  for (const [title, open, ways] of [
    ["memory", openMemory, EVERYTHING.ways],
    ["a folder", openFolder, 2],
    ["a container of Azurite", openAzurite, 2],
  ] as const) {
    describe(title, () => {
      for (const work of works) {
        it(`${work.title} that breaks at any call loses nothing and succeeds when it is done again`, async (t) => {
          const broken = await breakEveryCall(work, open, { ...EVERYTHING, ways });
          t.diagnostic(`${broken} calls broken`);
        });
      }
    });
  }
}
