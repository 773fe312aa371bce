import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { openBlobContainer } from "../../providers/azure/blob/open-container.ts";
import { createFolderStore } from "../../providers/local/folder-store.ts";
import { type Azurite, startAzurite } from "./azurite.ts";
import {
  type BreakableWork,
  breakEveryCall,
  EVERYTHING,
  type OpenStore,
} from "./break-every-call.ts";
import { memoryStore } from "./vault.ts";

const noClose = { [Symbol.asyncDispose]: async () => undefined };

export const openMemory: OpenStore = async () => ({ store: memoryStore(), ...noClose });

/** Breaks every call of each work: in memory and in a folder in each way, on Azurite in two of the ways, by turns. */
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
    store: openBlobContainer(await azurite.makeContainer()),
    ...noClose,
  });
  for (const [title, open, ways] of [
    ["memory", openMemory, EVERYTHING.ways],
    ["a folder", openFolder, EVERYTHING.ways],
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
