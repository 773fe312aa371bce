import { spawnSync } from "node:child_process";
import { mkdtemp, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A disk of its own, in memory. */
export interface SmallDisk extends AsyncDisposable {
  readonly path: string;
  /** Mounts it again with other options: `ro`, `size=8m`. */
  remount(options: string): void;
}

/** A disk of so many MiB; undefined where this process may not mount one. */
export async function mountSmallDisk(mebibytes: number): Promise<SmallDisk | undefined> {
  const path = await realpath(await mkdtemp(join(tmpdir(), "holdfast-small-disk-")));
  const options = ["-t", "tmpfs", "-o", `size=${mebibytes}m`];
  const isMounted = spawnSync("mount", [...options, "tmpfs", path]).status === 0;
  const close = async () => {
    if (isMounted) spawnSync("umount", [path]);
    await rm(path, { recursive: true });
  };
  if (isMounted) {
    const remount = (changed: string) =>
      void spawnSync("mount", ["-o", `remount,${changed}`, path]);
    return { path, remount, [Symbol.asyncDispose]: close };
  }
  await close();
  return undefined;
}
