import {
  afterStream,
  BLOCK_HEADER,
  type BlockHeader,
  parseBlockHeader,
  parseStreamHeader,
  STREAM_HEADER,
  type StreamHeader,
} from "./descriptor-block.ts";
import { MediaDamage } from "./media-damage.ts";
import type { MediaFile, Stoppable } from "./media-file.ts";

/** A block has a handful of streams, however large they are. */
const MOST_STREAMS = 100_000;
/** Soft filemarks hold a table of places in the rest of their block, and no stream. */
const WITHOUT_STREAMS = new Set(["SFMB"]);

export interface MediaStream extends StreamHeader {
  /** Where its content begins in the file. */
  readonly at: number;
}

export interface MediaBlock extends BlockHeader {
  readonly at: number;
  readonly streams: readonly MediaStream[];
}

/** Every block of the file in order, by its headers alone: contents of streams are stepped over. Throws MediaDamage. */
export async function* walkMedia(
  file: MediaFile,
  { signal }: Stoppable = {},
): AsyncGenerator<MediaBlock> {
  let at = 0;
  while (at < file.size) {
    signal?.throwIfAborted();
    const header = parseBlockHeader(await exactly(file, at, BLOCK_HEADER), at);
    const { streams, end } = await streamsOf(file, at, header);
    if (end > file.size) throw new MediaDamage(at, "the file was cut off within a block");
    if (end <= at) throw new MediaDamage(at, "a block ends where it begins");
    yield { ...header, at, streams };
    at = end;
  }
}

async function streamsOf(
  file: MediaFile,
  block: number,
  header: BlockHeader,
): Promise<{ readonly streams: readonly MediaStream[]; readonly end: number }> {
  const streams: MediaStream[] = [];
  let at = block + header.firstStream;
  if (WITHOUT_STREAMS.has(header.type)) return { streams, end: at };
  while (streams.length < MOST_STREAMS) {
    const stream = parseStreamHeader(await exactly(file, at, STREAM_HEADER), at);
    streams.push({ ...stream, at: at + STREAM_HEADER });
    const end = afterStream(at, stream);
    if (end > file.size) throw new MediaDamage(at, `the file ends within ${endOf(stream)}`);
    at = end;
    if (stream.type === "SPAD") return { streams, end };
  }
  throw new MediaDamage(block, `a block has more than ${MOST_STREAMS} streams`);
}

function endOf({ type, length }: StreamHeader): string {
  return `a stream ${type} of ${length} bytes: it was cut off`;
}

async function exactly(file: MediaFile, at: number, length: number): Promise<Uint8Array> {
  if (at + length > file.size) throw new MediaDamage(at, "the file was cut off");
  return file.read(at, length);
}
