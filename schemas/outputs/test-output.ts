import { z } from "zod";
import { diagnosticOutput } from "./diagnostic-output.ts";

const failure = z.object({
  at: z.string().describe("By the policy's clock."),
  what: z.string(),
  line: z.int(),
  expected: z.array(z.string()),
  found: z.array(z.string()),
});

/** `test -json`. */
export const testOutput = z.object({
  format_version: z.literal("1.0"),
  status: z.enum(["pass", "fail"]),
  passed: z.int(),
  failed: z.int(),
  errors: z.int().describe("Tests, files and configurations that are at fault themselves."),
  diagnostics: z.array(diagnosticOutput),
  files: z.array(
    z.object({
      filename: z.string(),
      diagnostics: z.array(diagnosticOutput),
      tests: z.array(
        z.object({
          title: z.string(),
          line: z.int(),
          status: z.enum(["pass", "fail", "error"]),
          failures: z.array(failure),
          diagnostics: z.array(diagnosticOutput),
        }),
      ),
    }),
  ),
});
