import type { Abortable } from "../kit/abortable.ts";
import type { ObjectChunk, PointReader } from "../vault/vault.ts";

export interface PlacedChunk {
  readonly chunk: ObjectChunk;
  /** The path of its object. */
  readonly stream: string;
  /** In the object. */
  readonly offset: number;
}

/** The chunks of all backup files of a point, as its listings name them; reads none of them. */
export async function* streamEntries(
  reader: PointReader,
  options: Abortable,
): AsyncGenerator<readonly PlacedChunk[]> {
  const streams = reader.point.objects.filter(({ kind }) => kind === "stream");
  for (const { path: stream } of streams) {
    let offset = 0;
    for await (const chunks of reader.chunksOf(stream, options)) {
      options.signal?.throwIfAborted();
      yield chunks.map((chunk) => {
        const placed = { chunk, stream, offset };
        offset += chunk.length;
        return placed;
      });
    }
  }
}
