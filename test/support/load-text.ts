import type { ConfigurationInput } from "../../core/config/configuration.ts";
import { loadConfiguration } from "../../core/config/load-configuration.ts";
import { standardFunctions } from "../../core/language/functions/standard-functions.ts";
import { checkSchedule } from "../../core/policy/schedule/schedule.ts";
import { createTestEnvironment } from "./function-environment.ts";

/** Loads configuration files given as text, by name. */
export function loadText(
  files: Readonly<Record<string, string>>,
  rest: Partial<ConfigurationInput> = {},
) {
  return loadConfiguration({
    files: Object.entries(files).map(([filename, text]) => sourceFile(filename, text)),
    directory: ".",
    version: "0.1.0",
    functions: standardFunctions(createTestEnvironment()),
    checkSchedule,
    ...rest,
  });
}

export function sourceFile(filename: string, text: string) {
  return { filename, bytes: new TextEncoder().encode(text) };
}
