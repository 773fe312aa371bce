import type { MediaFile, Stoppable } from "./media-file.ts";
import { checkPage, PAGE, type PageAddress, pageAddress } from "./page-checksum.ts";
import { type MediaStream, walkMedia } from "./walk-media.ts";

/** The pages of a data stream begin behind its first two bytes. */
const BEFORE_PAGES = 2;
const PAGES_AT_ONCE = 128;

export interface PageReport {
  /** Pages whose checksum was computed. */
  readonly checked: number;
  /** Pages without checksum (PAGE_VERIFY NONE or TORN_PAGE_DETECTION), and places that hold none. */
  readonly unprotected: number;
  readonly damaged: readonly PageAddress[];
}

/** Holds every page of the data streams of a backup against its checksum. Throws MediaDamage. */
export async function checkPages(file: MediaFile, options: Stoppable = {}): Promise<PageReport> {
  let checked = 0;
  let unprotected = 0;
  const damaged: PageAddress[] = [];
  for await (const page of pagesOf(file, options)) {
    const state = checkPage(page);
    if (state === "unprotected") unprotected += 1;
    else checked += 1;
    if (state === "damaged") damaged.push(pageAddress(page));
  }
  return { checked, unprotected, damaged };
}

async function* pagesOf(file: MediaFile, options: Stoppable): AsyncGenerator<Uint8Array> {
  for await (const block of walkMedia(file, options)) {
    for (const stream of block.streams) {
      if (stream.type === "MQDA" && !stream.compressed && !stream.encrypted) {
        yield* pagesOfStream(file, stream, options);
      }
    }
  }
}

async function* pagesOfStream(
  file: MediaFile,
  stream: MediaStream,
  { signal }: Stoppable,
): AsyncGenerator<Uint8Array> {
  const end = stream.at + stream.length;
  for (let at = stream.at + BEFORE_PAGES; at < end; at += PAGES_AT_ONCE * PAGE) {
    signal?.throwIfAborted();
    const bytes = await file.read(at, Math.min(PAGES_AT_ONCE * PAGE, end - at));
    for (let page = 0; page + PAGE <= bytes.length; page += PAGE) {
      yield bytes.subarray(page, page + PAGE);
    }
  }
}
