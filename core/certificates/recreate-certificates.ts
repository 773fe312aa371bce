import type { ServerCertificates } from "../resource/server-certificates.ts";
import type { Abortable } from "../storage/blob-store.ts";
import type { PointReader } from "../vault/vault.ts";
import { decodeCertificate } from "./stored-certificate.ts";

/**
 * Makes again what the points' databases were encrypted under and the server lacks: before the restore that needs it (A-55). Gives the
 * names of those that it made.
 */
export async function recreateCertificates(
  certificates: ServerCertificates,
  readers: readonly PointReader[],
  options: Abortable,
): Promise<readonly string[]> {
  const made: string[] = [];
  const seen = new Set<string>();
  for (const reader of readers) {
    for (const { path, kind } of reader.point.objects) {
      if (kind !== "certificate" || seen.has(path)) continue;
      seen.add(path);
      const certificate = await decodeCertificate(await readWhole(reader, path, options));
      const outcome = await certificates.recreate(certificate, options);
      if (outcome === "created") made.push(certificate.name);
    }
  }
  return made;
}

async function readWhole(
  reader: PointReader,
  path: string,
  options: Abortable,
): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  for await (const piece of reader.read(path, options)) pieces.push(Uint8Array.from(piece));
  return Buffer.concat(pieces);
}
