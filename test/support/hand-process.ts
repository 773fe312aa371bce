import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { setTimeout } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import type { HandOrder } from "./vault-hand.ts";

const PROGRAM = fileURLToPath(new URL("./vault-hand.ts", import.meta.url));
/** That of `TEST_KEY`. */
const KEY = "7e57".repeat(16);

export interface HandOutcome {
  readonly order: HandOrder;
  /** `killed` by a signal, whoever sent it; `failed` has ended with an error. */
  readonly end: "done" | "failed" | "killed";
  readonly stderr: string;
}

/** Runs a process that works on a vault; kills it so many milliseconds after it began to, where that is given. */
export async function runHand(order: HandOrder, killAfter?: number): Promise<HandOutcome> {
  const child = spawn(process.execPath, [PROGRAM, JSON.stringify(order)], {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, HOLDFAST_VAULT_KEY: KEY },
  });
  const closed = once(child, "close");
  const stderr = text(child.stderr);
  const output: string[] = [];
  child.stdout.setEncoding("utf8").on("data", (some: string) => {
    const isFirst = output.push(some) === 1;
    if (isFirst && killAfter !== undefined) void killSoon(child, killAfter);
  });
  await closed;
  // Whoever said that it was done has returned success, even when a signal came before it could leave.
  const isDone = output.join("").includes("done\n");
  const isKilled = child.signalCode === "SIGKILL";
  const end = isDone ? "done" : isKilled ? "killed" : "failed";
  return { order, end, stderr: await stderr };
}

async function killSoon(child: ChildProcess, after: number): Promise<void> {
  await setTimeout(after);
  child.kill("SIGKILL");
}
