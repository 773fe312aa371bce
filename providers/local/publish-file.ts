import { createHash } from "node:crypto";
import { link, open, rename, stat, unlink } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { removeIfThere, syncFolder } from "./durable-file.ts";
import { errnoOf } from "./file-failure.ts";

/** What systems answer where a file cannot have two names: FAT and exFAT, some network shares. */
const NO_HARD_LINKS: readonly (string | undefined)[] = ["EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS"];

/**
 * Gives a flushed file its final name, durably, or rejects with EEXIST when the name is taken. Readers see all of the
 * file or nothing. The temporary name is gone afterwards.
 */
export async function publishFile(temporary: string, final: string): Promise<void> {
  try {
    await link(temporary, final);
  } catch (error) {
    if (!NO_HARD_LINKS.includes(errnoOf(error))) throw error;
    return publishByClaim(temporary, final);
  }
  await unlink(temporary);
  await syncFolder(dirname(final));
}

/**
 * The same without hard links. Renaming would replace a file that has the name already, so who holds the claim, an
 * exclusive file beside the temporary one, looks first. A process that dies in between leaves the claim, which blocks
 * this one name until temporary files are swept.
 */
export async function publishByClaim(temporary: string, final: string): Promise<void> {
  const digest = createHash("sha256")
    .update(`${dirname(final)}/${basename(final)}`)
    .digest("hex");
  const claim = join(dirname(temporary), `claim-${digest.slice(0, 32)}`);
  const file = await open(claim, "wx", 0o600);
  await file.close();
  try {
    if (await isThere(final)) throw nameTaken(final);
    await rename(temporary, final);
    await syncFolder(dirname(final));
  } finally {
    await removeIfThere(claim);
  }
}

async function isThere(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch (error) {
    if (errnoOf(error) === "ENOENT") return false;
    throw error;
  }
}

function nameTaken(path: string): Error {
  return Object.assign(new Error(`EEXIST: ${path}`), { code: "EEXIST", syscall: "rename" });
}
