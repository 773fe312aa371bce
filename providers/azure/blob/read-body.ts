import type { BlobDownloadResponseParsed } from "@azure/storage-blob";
import { spanPastEnd } from "../../../core/storage/store-failure.ts";

/** The connection ended before the body did. */
export class BrokenBody extends Error {
  override readonly name = "BrokenBody";
}

/**
 * Reads the body of a download into memory of exactly its size. STORE_TOO_SHORT when the blob ends within the span of
 * `length` bytes, which Azure answers with what there is; `BrokenBody` when fewer bytes come than were announced.
 */
export async function readBody(
  answer: BlobDownloadResponseParsed,
  wanted: { readonly name: string; readonly length: number | undefined },
): Promise<Uint8Array> {
  const { contentLength = 0, contentRange, readableStreamBody } = answer;
  const { name, length = contentLength } = wanted;
  const chunks = readableStreamBody as AsyncIterable<Uint8Array> | undefined;
  if (chunks === undefined) throw new BrokenBody("no body");
  const bytes = Buffer.allocUnsafeSlow(contentLength);
  let filled = 0;
  try {
    for await (const chunk of chunks) {
      bytes.set(chunk, filled);
      filled += chunk.length;
    }
  } catch (error) {
    throw new BrokenBody(`${filled} of ${contentLength} bytes came`, { cause: error });
  }
  if (filled < contentLength) throw new BrokenBody(`${filled} of ${contentLength} bytes came`);
  if (contentLength < length) throw spanPastEnd(name, sizeOf(contentRange) ?? contentLength);
  return bytes;
}

/** `bytes 8-9/10` is of a blob of 10 bytes. */
function sizeOf(contentRange: string | undefined): number | undefined {
  const [, size] = /\/(\d+)$/.exec(contentRange ?? "") ?? [];
  return size === undefined ? undefined : Number(size);
}
