import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { notWritable, writeWhole } from "./whole-file.ts";

const FOLDER = ".holdfast/sync";
const STATUS = "status.json";

/** What a synchronization keeps beside a configuration. */
export interface SyncFolder {
  /** Makes the folder: a commit may lack all of the configuration. FILE_NOT_WRITABLE. */
  prepare(): Promise<void>;
  /** Undefined where there is none, or none that can be read. */
  readStatus(): Promise<string | undefined>;
  /** Whole or not at all. FILE_NOT_WRITABLE. */
  writeStatus(text: string): Promise<void>;
}

export function openSyncFolder(directory: string): SyncFolder {
  const folder = join(directory, FOLDER);
  const status = join(folder, STATUS);
  const orNotWritable = async (path: string, work: Promise<unknown>) => {
    await work.catch((error: unknown) => {
      throw notWritable(path, error);
    });
  };
  return {
    prepare: () => orNotWritable(folder, mkdir(folder, { recursive: true })),
    readStatus: () => readFile(status, "utf8").catch(() => undefined),
    writeStatus: (text) => orNotWritable(status, writeWhole(status, Buffer.from(text))),
  };
}
