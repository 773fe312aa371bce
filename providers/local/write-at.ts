import type { FileHandle } from "node:fs/promises";

/** Writes all of the bytes at a place of the file. One write may take less than it was given when the disk fills: the rest then tells why. */
export async function writeAt(
  file: FileHandle,
  bytes: Uint8Array,
  position: number,
): Promise<void> {
  for (let at = 0; at < bytes.length; ) {
    at += (await file.write(bytes, at, bytes.length - at, position + at)).bytesWritten;
  }
}
