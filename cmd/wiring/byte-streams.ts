import { resolve } from "node:path";
import { finished } from "node:stream/promises";
import { type DiagnosticError, failure } from "../../core/diagnostics/diagnostic.ts";
import type { ByteSource, CommandContext } from "../commands/command.ts";

/** Files of the directory, and the standard streams. */
export function byteStreams(
  directory: string,
  input: () => AsyncIterable<Uint8Array>,
): Pick<CommandContext, "openByteSource" | "openByteTarget"> {
  return {
    async openByteSource(file) {
      if (file === "-") return sourceOfStream(input());
      const { openFileSource } = await import("../../providers/local/file-source.ts");
      return openFileSource(resolve(directory, file));
    },
    async openByteTarget(file) {
      if (file !== "-") {
        const { createFileTarget } = await import("../../providers/local/file-target.ts");
        return createFileTarget(resolve(directory, file));
      }
      const write = writerTo(process.stdout);
      return { write, finish: nothing, [Symbol.asyncDispose]: nothing };
    },
  };
}

function nothing(): Promise<void> {
  return Promise.resolve();
}

/** Gives what arrives at a stream, such as the standard input. */
function sourceOfStream(stream: AsyncIterable<Uint8Array>): ByteSource {
  const chunks = stream[Symbol.asyncIterator]();
  let rest = new Uint8Array();
  return {
    async read(into) {
      while (rest.length === 0) {
        const next = await chunks.next();
        if (next.done === true) return 0;
        rest = new Uint8Array(next.value);
      }
      const some = rest.subarray(0, into.length);
      into.set(some);
      rest = rest.subarray(some.length);
      return some.length;
    },
    [Symbol.asyncDispose]: nothing,
  };
}

/** Writes to a stream, such as the standard output, and waits while it is full. FILE_NOT_WRITABLE when its reader ends. */
export function writerTo(stream: NodeJS.WritableStream): (bytes: Uint8Array) => Promise<void> {
  const closed = finished(stream, { readable: false }).catch((error: unknown) => {
    throw outputClosed(error);
  });
  closed.catch(() => undefined);
  return async (bytes) => {
    // A copy: what the stream keeps in its queue must not change behind it.
    if (stream.write(new Uint8Array(bytes))) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    stream.once("drain", resolve);
    await Promise.race([promise, closed]);
    stream.off("drain", resolve);
  };
}

function outputClosed(cause: unknown): DiagnosticError {
  return failure(
    {
      code: "FILE_NOT_WRITABLE",
      summary: "Output closed",
      detail:
        "Whoever reads the standard output ended before all of the bytes were written, so they are not whole there. Nothing else was changed. Let the reader take everything, or write into a file with -o FILE.",
    },
    cause,
  );
}
