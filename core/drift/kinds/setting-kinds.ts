import type { DatabaseState } from "../../resource/database-server.ts";
import { ACCEPT, type DriftKind, type Repair, shell, sql } from "../drift.ts";
import type { KnownDatabase } from "../observed-facts.ts";
import { type ComparedDatabase, listSets, quoteName, quoteWord } from "../subject.ts";
import { fullBackups } from "./full-backups.ts";

function differsIn(member: keyof KnownDatabase): (subject: ComparedDatabase) => boolean {
  return ({ before, after }) =>
    before !== undefined && after !== undefined && before[member] !== after[member];
}

function was({ before }: ComparedDatabase, member: "state" | "recoveryModel"): string {
  return (before?.[member] ?? "").replaceAll("_", " ");
}

function is({ after }: ComparedDatabase, member: "state" | "recoveryModel"): string {
  return (after?.[member] ?? "").replaceAll("_", " ");
}

/** What to do about a state; where nothing stands here, it passes by itself or is not Holdfast's to judge. */
const STATE_REPAIRS: Partial<Record<DatabaseState, (subject: ComparedDatabase) => Repair>> = {
  online: () => ({ advice: "Nothing is to be done. Accept it:", commands: shell(ACCEPT) }),
  offline: ({ name }) => ({
    advice: "If nobody took it offline on purpose, bring it back:",
    commands: sql(`ALTER DATABASE ${quoteName(name)} SET ONLINE;`),
  }),
  restoring: ({ name }) => ({
    advice:
      "A restore runs, or one ended WITH NORECOVERY, as on a standby or the other side of an availability group. If no more is to be restored to it, end that:",
    commands: sql(`RESTORE DATABASE ${quoteName(name)} WITH RECOVERY;`),
  }),
  suspect: broken,
  emergency: broken,
  recovery_pending: broken,
};

function broken({ name, points, server }: ComparedDatabase): Repair {
  const look = sql(`DBCC CHECKDB (${quoteName(name)}) WITH NO_INFOMSGS, ALL_ERRORMSGS;`);
  if (points === undefined)
    return { advice: "Read the server's error log, and see what is damaged:", commands: look };
  const beside = quoteWord(`${name}_restored`);
  return {
    advice:
      "Read the server's error log, and see what is damaged. Restore the newest point beside it meanwhile:",
    commands: [
      ...look,
      ...shell(`holdfast restore ${points.newest.id} -to ${quoteWord(server)} -as ${beside}`),
    ],
  };
}

function logSets({ sets }: ComparedDatabase) {
  return sets.filter(({ hasLog }) => hasLog);
}

function snapshotSets({ sets }: ComparedDatabase) {
  return sets.filter(({ method }) => method === "snapshot");
}

/** How a database is set, and in which state. */
export const SETTING_KINDS: readonly DriftKind<ComparedDatabase>[] = [
  {
    kind: "database_state",
    warning: ({ after, name }) =>
      after?.state === "online" ? undefined : { code: "DATABASE_NOT_READY", database: name },
    differs: differsIn("state"),
    what: (subject) =>
      `Database ${quoteName(subject.name)} of ${subject.server} is ${is(subject, "state")}; it was ${was(subject, "state")}.`,
    consequence: ({ after, sets }) => {
      if (after?.state === "online") return "Backups take it again.";
      const who =
        sets.length === 0
          ? "Nothing backs it up."
          : `${listSets(sets)} skips it, and completes with errors, until it is online again.`;
      return `${who} Recovery points made before stay restorable.`;
    },
    repair: (subject) => {
      const state = subject.after?.state ?? "unknown";
      return (
        STATE_REPAIRS[state]?.(subject) ?? {
          advice: "Wait until it is online, and look again:",
          commands: shell("holdfast drift"),
        }
      );
    },
  },
  {
    kind: "recovery_model",
    warning: (subject) =>
      subject.after?.recoveryModel === "simple" && logSets(subject).length > 0
        ? { code: "PLAN_LOG_NEEDS_FULL_RECOVERY", database: subject.name }
        : undefined,
    differs: differsIn("recoveryModel"),
    what: (subject) =>
      `Database ${quoteName(subject.name)} of ${subject.server} is in the recovery model ${is(subject, "recoveryModel")}; it was in ${was(subject, "recoveryModel")}.`,
    consequence: (subject) => {
      const logs = logSets(subject);
      const model = subject.after?.recoveryModel;
      if (logs.length === 0)
        return "No backup set takes logs of it, so its recovery points are as good as before.";
      if (model === "simple")
        return `The log chain is broken. The instants after the last log backup cannot be restored, and ${listSets(logs)} can take no log until the model is full again and a full was taken.`;
      if (model === "bulk_logged")
        return `Logs of ${listSets(logs)} go on, but a log that holds a bulk-logged operation restores to its end only, not to an instant within.`;
      if (subject.before?.recoveryModel === "bulk_logged")
        return `From the next log backup of ${listSets(logs)} on, every instant can be restored again.`;
      return `It takes logs only after a full: until then the next log of ${listSets(logs)} becomes a full.`;
    },
    repair: (subject) => {
      const model = subject.after?.recoveryModel;
      const full = fullBackups(subject.name, logSets(subject));
      const back = sql(
        `ALTER DATABASE ${quoteName(subject.name)} SET RECOVERY ${(subject.before?.recoveryModel ?? "full").toUpperCase()};`,
      );
      if (logSets(subject).length === 0 || model === "bulk_logged")
        return {
          advice: "If it is meant, accept it; otherwise set it back:",
          commands: [...shell(ACCEPT), ...back],
        };
      if (model === "full")
        return {
          advice: "Take a full, and accept the change:",
          commands: [...full, ...shell(ACCEPT)],
        };
      return {
        advice: "Set it back, and take a full at once, which begins a new chain:",
        commands: [...back, ...full],
      };
    },
  },
  {
    kind: "snapshot_isolation",
    warning: (subject) =>
      subject.after?.snapshotIsolation !== "on" && snapshotSets(subject).length > 0
        ? { code: "SNAPSHOT_ISOLATION_OFF", database: subject.name }
        : undefined,
    differs: differsIn("snapshotIsolation"),
    what: ({ name, server, after }) => {
      const now =
        after?.snapshotIsolation === "in_transition"
          ? "is being switched"
          : `is ${after?.snapshotIsolation}`;
      return `Snapshot isolation of database ${quoteName(name)} of ${server} ${now}.`;
    },
    consequence: (subject) => {
      const sets = snapshotSets(subject);
      if (sets.length === 0)
        return "No backup set reads it by the method snapshot, so nothing depends on it.";
      return subject.after?.snapshotIsolation === "on"
        ? `${listSets(sets)} can back it up.`
        : `Every backup of it by ${listSets(sets)} fails, because the method snapshot reads consistently only with it.`;
    },
    repair: (subject) =>
      subject.after?.snapshotIsolation === "on" || snapshotSets(subject).length === 0
        ? { advice: "Nothing is to be done. Accept it:", commands: shell(ACCEPT) }
        : {
            advice: "Holdfast never switches it. If the database may have it, run:",
            commands: sql(
              `ALTER DATABASE ${quoteName(subject.name)} SET ALLOW_SNAPSHOT_ISOLATION ON;`,
            ),
          },
  },
];
