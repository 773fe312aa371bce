import { readFileSync } from "node:fs";
import { startHoldfast } from "../support/holdfast-process.ts";

const LOOK_EVERY_MS = 25;

/** A whole process, launcher included. */
export interface Run {
  readonly milliseconds: number;
  /** Of all threads, user and system, to 10 ms; less the last look at it. */
  readonly processorMilliseconds: number;
  readonly megabytes: number;
}

/** The highest resident set that the kernel saw, in MB; 0 once the process is gone. */
function peakOf(pid: number): number {
  try {
    const status = readFileSync(`/proc/${pid}/status`, "utf8");
    return (Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0) * 1024) / 1e6;
  } catch {
    return 0;
  }
}

/** Linux counts in hundredths of a second. */
const TICK_MS = 10;

function processorTimeOf(pid: number): number {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return (Number(fields[11]) + Number(fields[12])) * TICK_MS;
  } catch {
    return 0;
  }
}

export async function run(
  args: readonly string[],
  directory: string,
  environment: Readonly<Record<string, string>> = {},
): Promise<Run> {
  const started = performance.now();
  const command = startHoldfast(args, { directory, environment });
  let megabytes = 0;
  let processorMilliseconds = 0;
  const timer = setInterval(() => {
    megabytes = Math.max(megabytes, peakOf(command.pid));
    processorMilliseconds = Math.max(processorMilliseconds, processorTimeOf(command.pid));
  }, LOOK_EVERY_MS);
  const { code, stderr } = await command.outcome;
  const milliseconds = performance.now() - started;
  clearInterval(timer);
  if (code !== 0) throw new Error(stderr);
  return { milliseconds, processorMilliseconds, megabytes };
}
