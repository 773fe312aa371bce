import type { SessionSettings } from "../../expressions/compiled.ts";
import type { SqlValue } from "../../values/sql-type.ts";
import type { EngineRun } from "../query/plan.ts";
import type { Activation } from "./activation.ts";
import { sessionFact } from "./facts.ts";
import { openReader, type StatementSnapshot } from "./readers.ts";

const TURN = 5;

export interface StatementRun extends EngineRun {
  readonly activation: Activation;
  readonly snapshot: StatementSnapshot;
}

export function settingsOf({ core, moduleSettings }: Activation): SessionSettings {
  return moduleSettings === undefined ? core.settings : { ...core.settings, ...moduleSettings };
}

/** The same statement, seen anew: work that {@link repeated} may begin again. */
export function repeatable(run: StatementRun): StatementRun {
  return { ...run, repeats: true, once: new Map(), cache: new Map() };
}

/** The run of one statement. Whoever makes it ends it with `endRun`. */
export function createRun(activation: Activation): StatementRun {
  const { core } = activation;
  const { parts } = core;
  const snapshot: StatementSnapshot = { stamp: undefined };
  let turnEnds = parts.ticks() + TURN;
  const run: StatementRun = {
    activation,
    snapshot,
    variables: activation.variables.values,
    settings: settingsOf(activation),
    session: {
      fact: (name: string, parameters: readonly SqlValue[]) =>
        sessionFact(activation, name, parameters),
    },
    now: { utcTicks: parts.now(), offsetMinutes: 0 },
    random: () => parts.random(),
    randomBytes: (count) => parts.randomBytes(count),
    warnings: new Set(),
    once: new Map(),
    cache: new Map(),
    suspension: undefined,
    repeats: false,
    filling: undefined,
    reader: (access) => openReader(access, run),
    pauseIsDue: () => {
      const now = parts.ticks();
      if (now < turnEnds) return false;
      turnEnds = now + TURN;
      return true;
    },
  };
  return run;
}

export function endRun({ activation, snapshot }: StatementRun): void {
  if (snapshot.stamp === undefined) return;
  activation.core.server.log.releaseSnapshot(snapshot.stamp);
  snapshot.stamp = undefined;
}
