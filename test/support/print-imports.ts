import { writeSync } from "node:fs";
import { registerHooks } from "node:module";

// Preloaded with --import: prints the address of every module that the process resolves, a line each, to stderr.
registerHooks({
  resolve(specifier, context, next) {
    const resolved = next(specifier, context);
    print(`resolved ${resolved.url}\n`);
    return resolved;
  },
});

/** A pipe that is full for a moment refuses the write (EAGAIN); its reader soon makes room. */
function print(line: string): void {
  for (;;) {
    try {
      writeSync(2, line);
      return;
    } catch (error) {
      if (!(error instanceof Error && "code" in error && error.code === "EAGAIN")) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1);
    }
  }
}
