import { randomBytes } from "node:crypto";
import { type FileHandle, open, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { type DiagnosticError, failure } from "../../core/diagnostics/diagnostic.ts";
import { reasonOfErrno } from "./file-failure.ts";

/**
 * Writes a file by a temporary name beside it, so that readers find the old content or all of the new. Only its owner
 * may read it; `prepare` can change that before the file gets its name.
 */
export async function writeWhole(
  path: string,
  bytes: Uint8Array,
  prepare?: (file: FileHandle) => Promise<void>,
): Promise<void> {
  const temporary = join(dirname(path), `.holdfast-${randomBytes(6).toString("hex")}.tmp`);
  try {
    const file = await open(temporary, "wx", 0o600);
    try {
      await file.writeFile(bytes);
      await prepare?.(file);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

/** FILE_UNREADABLE. */
export function unreadable(path: string, error: unknown): DiagnosticError {
  return failure(
    {
      code: "FILE_UNREADABLE",
      summary: "Unreadable file",
      detail: `${path} cannot be read, because ${reasonOfErrno(error)}. Check the path and who may read it.`,
    },
    error,
  );
}

/** What `work` gives, reading the file at `path`. FILE_UNREADABLE when it fails. */
export async function orUnreadable<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw unreadable(path, error);
  }
}

/** FILE_NOT_WRITABLE. */
export function notWritable(path: string, error: unknown): DiagnosticError {
  return failure(
    {
      code: "FILE_NOT_WRITABLE",
      summary: "File not writable",
      detail: `${path} cannot be written, because ${reasonOfErrno(error)}. Check the folder and who may write to it.`,
    },
    error,
  );
}
