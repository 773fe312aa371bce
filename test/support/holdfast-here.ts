import { join } from "node:path";
import { runCommandLine } from "../../cmd/command-line.ts";
import { byteStreams } from "../../cmd/wiring/byte-streams.ts";
import { createContext } from "../../cmd/wiring/context.ts";
import { requireFolder } from "../../cmd/wiring/require-folder.ts";
import type { CommandOptions, CommandOutcome } from "./holdfast-process.ts";

/** As a process of its own would be told, but for what says where it runs. */
const OWN_RUN = new Set(["GITHUB_ACTIONS", "TF_BUILD"]);

/**
 * As `runHoldfast`, in this process: the same command line with the real world behind it, from its source. A tenth of the
 * processor time, since nothing is loaded anew. What ends processes or looks at them needs one of its own.
 */
export async function runHere(
  args: readonly string[],
  { directory = ".", environment = {}, input = "" }: CommandOptions = {},
): Promise<CommandOutcome> {
  const output = { stdout: "", stderr: "" };
  const { signal } = new AbortController();
  const piped = () => streamOf(input);
  const variable = (name: string): string | undefined => {
    if (Object.hasOwn(environment, name)) return environment[name];
    return OWN_RUN.has(name) ? undefined : process.env[name];
  };
  const code = await runCommandLine(args, {
    requireFolder: (folder) => requireFolder(join(directory, folder)),
    openContext: (options) => {
      const place = join(directory, options.directory);
      const context = createContext({ ...options, directory: place, version: "0.1.0", signal });
      return {
        ...context,
        ...byteStreams(place, piped),
        terminal: { output: false, error: false, input: false, columns: 80 },
        colour: false,
        stdout: (text) => {
          output.stdout += text;
        },
        stderr: (text) => {
          output.stderr += text;
        },
        input: piped,
        environment: variable,
        ports: async (host) => ({ ...(await context.ports(host)), environment: variable }),
      };
    },
  });
  return { code, ...output };
}

async function* streamOf(text: string): AsyncGenerator<Uint8Array, void, void> {
  if (text !== "") yield new TextEncoder().encode(text);
}
