import { open } from "node:fs/promises";
import { orUnreadable } from "./whole-file.ts";

/** A file that is read from its beginning to its end. */
export interface FileSource extends AsyncDisposable {
  /** Fills `into`, or a part of it from its beginning, and gives how many bytes came; 0 at the end. Rejects with FILE_UNREADABLE. */
  read(into: Uint8Array): Promise<number>;
  /** Bytes; undefined of what is no plain file, such as a named pipe. */
  readonly size: number | undefined;
}

/** FILE_UNREADABLE. */
export async function openFileSource(path: string): Promise<FileSource> {
  const attempt = <T>(work: () => Promise<T>) => orUnreadable(path, work);
  const file = await attempt(() => open(path, "r"));
  const facts = await attempt(() => file.stat());
  return {
    size: facts.isFile() ? facts.size : undefined,
    read: (into) => attempt(async () => (await file.read(into, 0, into.length)).bytesRead),
    [Symbol.asyncDispose]: () => file.close(),
  };
}
