import { failure } from "../../core/diagnostics/diagnostic.ts";
import { runTests, type TestRequest } from "../../core/operations/run-tests.ts";
import type { TestReport, TestResult } from "../../core/testing/test-result.ts";
import { sourceFile } from "./load-text.ts";
import { createWorld } from "./memory-ports.ts";

/** Points of ten days, full backups on Wednesdays at noon, differentials every evening at nine. */
export const FEBRUARY = `
retention "ten_days" {
  daily    = 10
  timezone = "America/Los_Angeles"
}
policy "february" {
  method    = "native"
  retention = retention.ten_days
  full { schedule = "0 12 * * WED" }
  differential { schedule = "0 21 * * *" }
}
`;

/** Two full points, of 1 and 8 February. */
export const TWO_FULLS = `given {
    full {
      started_at   = "2017-02-01T12:00:00"
      completed_at = "2017-02-01T16:00:00"
    }
    full {
      started_at   = "2017-02-08T12:00:00"
      completed_at = "2017-02-08T15:00:00"
    }
  }`;

export interface TestFolder {
  /** The text of main.hcl [FEBRUARY]. */
  readonly configuration?: string;
  /** Files of tests, by name. */
  readonly tests: Readonly<Record<string, string>>;
  /** Other files, by name. */
  readonly others?: Readonly<Record<string, string>>;
}

/** Runs the tests of a folder in memory. */
export function runFolder(
  { configuration = FEBRUARY, tests, others = {} }: TestFolder,
  request: Partial<TestRequest> = {},
): Promise<TestReport> {
  const { ports } = createWorld(configuration);
  const all: Readonly<Record<string, string>> = { ...others, ...tests };
  const files = {
    ...ports.files,
    listTests: () =>
      Promise.resolve({
        files: Object.entries(tests).map(([name, text]) => sourceFile(name, text)),
        diagnostics: [],
      }),
    read: (path: string) =>
      all[path] === undefined
        ? Promise.reject(notThere(path))
        : Promise.resolve(new TextEncoder().encode(all[path])),
  };
  return runTests({ files: [], filters: [], variables: [], ...request }, { ...ports, files });
}

function notThere(path: string) {
  return failure({ code: "FILE_UNREADABLE", summary: "Unreadable file", detail: path });
}

/** The only test of a file with this text. */
export async function runOne(text: string, folder: Partial<TestFolder> = {}): Promise<TestResult> {
  const { files } = await runFolder({ ...folder, tests: { "a.hcltest.hcl": text } });
  const [result, ...more] = files.flatMap(({ tests }) => tests);
  if (result === undefined || more.length > 0) {
    throw new Error(`not one test: ${JSON.stringify(files)}`);
  }
  return result;
}

/** A test over two full points, with what comes behind `given`. */
export function storyOf(rest: string, given = TWO_FULLS): string {
  return `test "story" {\n  policy = policy.february\n  ${given}\n${rest}\n}\n`;
}
