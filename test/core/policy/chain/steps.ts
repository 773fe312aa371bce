import { type Instant, toInstant } from "../../../../core/kit/clock.ts";
import { isImpossible, type RestoreAnswer } from "../../../../core/policy/chain/restore-target.ts";
import type { Step } from "./simulated-server.ts";

export const minute = (count: number): Instant => toInstant(count * 60_000);

/** `full commit:release log:bulk restore:1`: one step a minute. */
export function parseSteps(text: string): readonly Step[] {
  return text.split(" ").map((word): Step => {
    const [name = "", argument = ""] = word.split(":");
    switch (name) {
      case "commit":
        return { do: "commit", mark: argument || undefined };
      case "restore":
        return { do: "restore", back: Number(argument) };
      case "full":
      case "differential":
      case "log":
        return { do: name, copyOnly: argument === "copy", bulkLogged: argument === "bulk" };
      default:
        throw new Error(`no step ${name}`);
    }
  });
}

/** `full 1 > log 4 stop 5`: the minutes at which the sets were made. */
export function show(answer: RestoreAnswer): string {
  if (isImpossible(answer)) return answer.reason;
  const { full, differential, logs, stop } = answer;
  const sets = [full, ...(differential === null ? [] : [differential]), ...logs];
  const shown = sets.map(({ type, finishedAt }) => `${type} ${finishedAt / 60_000}`).join(" > ");
  if (stop === null) return shown;
  return stop.kind === "instant"
    ? `${shown} stop ${stop.at / 60_000}`
    : `${shown} stop ${stop.stop} ${stop.name}`;
}
