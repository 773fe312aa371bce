import { readFileSync } from "node:fs";

/**
 * What tells a process from a later one of the same id: its start in clock ticks since boot (field 22 of
 * /proc/PID/stat, see proc(5); the fields follow the last parenthesis). Null where the system does not tell.
 */
export function processStart(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? null;
  } catch {
    return null;
  }
}

/** Whether the process that had this id and this start still runs on this host. */
export function isRunning(pid: number, start: string | null): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    const isAlien = error instanceof Error && "code" in error && error.code === "EPERM";
    if (!isAlien) return false;
  }
  const current = processStart(pid);
  return start === null || current === null || start === current;
}
