import { stat } from "node:fs/promises";
import { setFlagsFromString } from "node:v8";

/** Bytes of a catalog of some 200,000 recovery points. */
const MANY_POINTS = 64 * 1024 * 1024;

/**
 * Keeps V8's space for young objects as small as it starts. Bytes that pass through a backup hang on young objects until the
 * next scavenge, and a space that grows to 32 MB is scavenged seldom: 320 MB at the peak instead of 265 (docs/performance.md).
 */
export function keepYoungSpaceSmall(): void {
  setFlagsFromString("--semi-space-growth-factor=1");
}

/**
 * Lets that space grow again, as V8 does by itself, where the catalog at `path` has points by the hundred thousand: they
 * take more memory than a space that grows, and in a small one each of them is copied twice before it is old.
 */
export async function fitYoungSpace(path: string): Promise<void> {
  const file = await stat(path).catch(() => undefined);
  if (file !== undefined && file.size >= MANY_POINTS) {
    setFlagsFromString("--semi-space-growth-factor=2");
  }
}
