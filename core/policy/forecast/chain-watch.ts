import type { PolicyRule } from "../model/policy-rule.ts";
import { logExpiry } from "./broken-chain.ts";
import { type Durations, insteadOf, type VirtualRun, type WitnessRun } from "./virtual-runs.ts";

/** Timelines that begin with the last full or differential that could be restored to, and end with the next. */
interface BrokenChains {
  readonly normal: readonly WitnessRun[];
  readonly oneFailure: readonly WitnessRun[];
}

/** Follows the logs of a policy, run after run, and tells where they lead nowhere. */
export interface ChainWatch {
  /** What a full or differential puts an end to. A timeline is empty where nothing was broken. */
  see(run: VirtualRun): BrokenChains;
}

interface Chain {
  readonly base: VirtualRun;
  readonly firstLog: VirtualRun;
}

const NONE: BrokenChains = { normal: [], oneFailure: [] };

/** Logs live by the daily period only (B-65): once the first of a chain is purged, those after it cannot be applied. */
export function createChainWatch({ retention }: PolicyRule, durations: Durations): ChainWatch {
  let base: VirtualRun | undefined;
  let firstLog: VirtualRun | undefined;
  let before: (Chain & { readonly failed: VirtualRun }) | undefined;

  /** From the base over its purged log to `ends`; nothing where the log lives until then. */
  const timelineOf = (chain: Chain, ...ends: readonly WitnessRun[]): readonly WitnessRun[] => {
    const purged = logExpiry(chain.firstLog.completedAt, retention);
    const isBroken = retention.legalHold !== true && purged < (ends.at(-1)?.completedAt ?? 0);
    return isBroken ? [ended(chain.base), { ...chain.firstLog, status: "purged" }, ...ends] : [];
  };

  const endChain = (run: VirtualRun): BrokenChains => {
    const chain = base && firstLog && { base, firstLog };
    const normal = chain === undefined ? [] : timelineOf(chain, ended(run));
    const oneFailure =
      before === undefined
        ? []
        : timelineOf(
            before,
            { ...before.failed, status: "failed" },
            ended(insteadOf(before.failed, run, durations)),
          );
    before = chain && { ...chain, failed: run };
    [base, firstLog] = [run, undefined];
    return { normal, oneFailure };
  };

  return {
    see(run) {
      if (run.type === "log") firstLog ??= run;
      return run.type === "full" || run.type === "differential" ? endChain(run) : NONE;
    },
  };
}

function ended(run: VirtualRun): WitnessRun {
  return { ...run, status: "successful" };
}
