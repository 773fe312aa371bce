import { writeSync } from "node:fs";
import { registerHooks } from "node:module";

// Preloaded with --import: prints the address of every module that the process resolves, a line each, to stderr.
registerHooks({
  resolve(specifier, context, next) {
    const resolved = next(specifier, context);
    writeSync(2, `resolved ${resolved.url}\n`);
    return resolved;
  },
});
