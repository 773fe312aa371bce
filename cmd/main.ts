import { runCommandLine } from "./command-line.ts";
import { exitOfCode } from "./commands/exit-code.ts";
import { createContext } from "./wiring/context.ts";
import { requireFolder } from "./wiring/require-folder.ts";

declare const HOLDFAST_VERSION: string;

/** Aborts on the first Ctrl-C or SIGTERM; the second one ends the process at once. */
function abortOnSignals(): AbortSignal {
  const controller = new AbortController();
  for (const name of ["SIGINT", "SIGTERM"] as const) {
    process.on(name, () => {
      if (controller.signal.aborted) process.exit(130);
      controller.abort();
    });
  }
  return controller.signal;
}

/**
 * Lets the work go on when nobody reads the output any more: a backup must not die because `head` has seen enough.
 * An output that could not be written for another reason, such as a full disk, is told on stderr and fails the command.
 */
function outliveReaders(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code === "EPIPE" || error.code === "ERR_STREAM_DESTROYED") return;
      const exit = exitOfCode("FILE_NOT_WRITABLE");
      process.once("exit", (code) => {
        process.exitCode = code === 0 ? exit : code;
      });
      if (stream === process.stderr) return;
      process.stderr.write(
        `Error: The output could not be written (${error.code ?? error.message}). What the command did stands.\n`,
      );
    });
  }
}

outliveReaders();
const signal = abortOnSignals();
process.exitCode = await runCommandLine(process.argv.slice(2), {
  openContext: (options) => createContext({ ...options, version: HOLDFAST_VERSION, signal }),
  requireFolder,
});
