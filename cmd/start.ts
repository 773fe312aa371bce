#!/usr/bin/env node
import { enableCompileCache } from "node:module";
import { join } from "node:path";

// What V8 compiled is kept beside the program, so that the next start need not compile it again; it is filled when the
// program is built. Where the folder cannot be written, nothing is kept, and nobody else can put anything there.
enableCompileCache(join(import.meta.dirname, "cache"));

await import("./main.ts");
