#!/usr/bin/env node
// As a whole, because an older Node stops at the name of a function that it lacks, before it could say why.
import nodeModule from "node:module";
import { join } from "node:path";
import { tryExplainOldNode } from "./required-node.ts";

const problem = tryExplainOldNode(process.versions.node);
if (problem === undefined) {
  // What V8 compiled is kept beside the program, so that the next start need not compile it again; it is filled when the
  // program is built. Where the folder cannot be written, nothing is kept, and nobody else can put anything there.
  nodeModule.enableCompileCache(join(import.meta.dirname, "cache"));
  await import("./main.ts");
} else {
  process.stderr.write(`${problem}\n`);
  process.exitCode = 1;
}
