import { stat } from "node:fs/promises";
import { failure } from "../../core/diagnostics/diagnostic.ts";

/** FILE_UNREADABLE unless the folder that `-chdir` names is there: no command may take its absence for an empty folder. */
export async function requireFolder(path: string): Promise<void> {
  const found = await stat(path).catch(() => undefined);
  if (found?.isDirectory() === true) return;
  const reason =
    found === undefined ? "there is no such folder, or it may not be read" : "it is no folder";
  throw failure({
    code: "FILE_UNREADABLE",
    summary: "Unreadable folder",
    detail: `${path} cannot be used, because ${reason}. Check what follows -chdir=.`,
  });
}
