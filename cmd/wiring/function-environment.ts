import { randomBytes } from "node:crypto";
import type { FunctionEnvironment } from "../../core/language/functions/function-environment.ts";
import { nextRun } from "../../core/policy/schedule/next-run.ts";
import { createFunctionFiles } from "../../providers/local/function-files.ts";
import { LATE_PACKAGES } from "./late-packages.ts";
import { readYaml } from "./read-yaml.ts";

/**
 * What functions of the language get from the real world. One environment is one instant of planning, so make a new one
 * for each configuration that is loaded.
 */
export function createFunctionEnvironment(directory: string): FunctionEnvironment {
  return {
    files: createFunctionFiles(directory),
    now: () => Date.now(),
    planTime: Date.now(),
    randomBytes: (length) => randomBytes(length),
    packages: LATE_PACKAGES,
    nextRun,
    readYaml,
  };
}
