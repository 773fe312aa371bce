import { formatDuration } from "../../kit/duration.ts";
import type { CdcViolation } from "../../policy/chain/cdc-settings.ts";
import { type CaptureProblem, captureProblems } from "../capture-problem.ts";
import { ACCEPT, type DriftKind, type RepairCommand, shell, sql } from "../drift.ts";
import {
  type ComparedDatabase,
  formatTime,
  listSets,
  listWords,
  quoteName,
  quoteWord,
} from "../subject.ts";

type Word = CaptureProblem["kind"];

const MANY = 5;

function problems(subject: ComparedDatabase, kind: Word): readonly CaptureProblem[] {
  return captureProblems(subject).filter((problem) => problem.kind === kind);
}

function setsOf(found: readonly CaptureProblem[]): string {
  return listSets(found.map(({ set }) => set));
}

function list(names: readonly string[]): string {
  const rest = names.length - MANY;
  return rest > 0 ? `${names.slice(0, MANY).join(", ")} and ${rest} more` : listWords(names);
}

const DESCRIPTIONS: Readonly<Record<CdcViolation, (subject: ComparedDatabase) => string>> = {
  capture_job_not_continuous: () =>
    "the capture job is missing, or not as continuous as the profile says",
  cleanup_retention_too_short: ({ after, sets }) => {
    const wanted = sets.find(({ profile }) => profile !== undefined)?.profile?.retention ?? 0;
    return `changes stay for ${formatDuration(after?.capture?.retention ?? 0)} instead of ${formatDuration(wanted)}`;
  },
  tables_not_tracked: ({ after }) =>
    `not captured at all: ${list(after?.capture?.untrackedTables ?? [])}`,
  columns_not_tracked: ({ after }) =>
    `not captured with all columns: ${list(after?.capture?.partlyTrackedTables ?? [])}`,
};

function describeAll(found: readonly CaptureProblem[], subject: ComparedDatabase): string {
  const violations = new Set(found.flatMap((problem) => problem.violations));
  return [...violations].map((each) => DESCRIPTIONS[each](subject)).join("; ");
}

/** What the next backup does, as `decideNextCdc` has it. */
function consequenceOf(found: readonly CaptureProblem[], subject: ComparedDatabase): string {
  const [first] = found;
  if (first === undefined) return "";
  const { decision, reliance } = first;
  const sets = setsOf(found);
  const newest = formatTime(reliance.changes.reachedAt);
  const gap = `No moment between ${newest} and that backup can be restored.`;
  if (decision.action === "fail")
    return `The login ${quoteName(subject.login)} may not enable it, so every backup of the database by ${sets} fails until somebody does. Points up to ${newest} stay restorable.`;
  if (decision.action === "skip")
    return `Holdfast never changes what it did not enable: each backup of ${sets} skips the database and completes with errors, because ${describeAll(found, subject)}. Points up to ${newest} stay restorable.`;
  const prepares = decision.prepare.includes("disable")
    ? ", which disables capture and enables it anew"
    : decision.prepare.includes("enable")
      ? ", which enables capture again"
      : "";
  const whose =
    decision.enabledBy === "human" && reliance.changes.enabledBy === "engine"
      ? " From then on capture counts as enabled by a person: Holdfast neither changes it nor removes stored changes."
      : "";
  return `The next backup of the database by ${sets} becomes a full${prepares}. ${gap}${whose}`;
}

function backups(found: readonly CaptureProblem[], { name }: ComparedDatabase) {
  return shell(
    ...found.map(
      ({ set: { address } }) =>
        `holdfast backup ${quoteWord(address)} -database ${quoteWord(name)}`,
    ),
  );
}

/** T-SQL as the provider writes it, a statement a line. */
function remedy({ capture }: ComparedDatabase): readonly RepairCommand[] {
  const text = capture?.remedy ?? null;
  return text === null ? [] : sql(...text.split("\n").filter((line) => line.trim() !== ""));
}

function repairOf(found: readonly CaptureProblem[], subject: ComparedDatabase) {
  const isBlocked = found.some(({ decision }) => decision.action !== "run");
  return isBlocked
    ? {
        advice: "Put it right, by somebody who may, and back up:",
        commands: [...remedy(subject), ...backups(found, subject)],
      }
    : {
        advice:
          "Back up now, so that the gap stays short; or leave it to the schedule, and accept it:",
        commands: [...backups(found, subject), ...shell(ACCEPT)],
      };
}

function kindOf(
  kind: string,
  word: Word,
  what: (subject: ComparedDatabase, found: readonly CaptureProblem[]) => string,
): DriftKind<ComparedDatabase> {
  return {
    kind,
    differs: (subject) => problems(subject, word).length > 0,
    what: (subject) => what(subject, problems(subject, word)),
    consequence: (subject) => consequenceOf(problems(subject, word), subject),
    repair: (subject) => repairOf(problems(subject, word), subject),
  };
}

function captureOf({ name, server }: ComparedDatabase): string {
  return `Change data capture of database ${quoteName(name)} of ${server}`;
}

/** Change data capture that recovery points rely on. */
export const CAPTURE_KINDS: readonly DriftKind<ComparedDatabase>[] = [
  {
    ...kindOf(
      "cdc_disabled",
      "disabled",
      (subject, found) =>
        `${captureOf(subject)} is off; the recovery points of ${setsOf(found)} rely on it.`,
    ),
    warning: ({ capture, name }) =>
      capture?.state.enabled === false
        ? {
            code: capture.state.mayEnable ? "CDC_WILL_BE_ENABLED" : "CDC_PERMISSION_MISSING",
            database: name,
          }
        : undefined,
  },
  kindOf(
    "cdc_changed",
    "settings",
    (subject, found) =>
      `${captureOf(subject)} is not as cdc_profile of ${setsOf(found)} wants it: ${describeAll(found, subject)}.`,
  ),
  kindOf(
    "cdc_replaced",
    "replaced",
    (subject, found) =>
      `${captureOf(subject)} is another than that of the recovery points of ${setsOf(found)}: somebody enabled it anew, or restored the database over.`,
  ),
  kindOf(
    "cdc_changes_lost",
    "lost",
    (subject, found) =>
      `${captureOf(subject)} lost changes before a backup of ${setsOf(found)} took them: they were cleaned up.`,
  ),
  {
    kind: "cdc_database_dropped",
    differs: ({ after, points, setsBefore }) =>
      after === undefined &&
      points?.reliances !== undefined &&
      setsBefore.some(({ serverKind }) => serverKind === "managed_instance"),
    what: ({ name, server }) =>
      `Database ${quoteName(name)} of ${server} was dropped while backups relied on its change data capture.`,
    consequence: () =>
      "If capture was not disabled before, the managed instance keeps its capture and clean-up jobs, which fail from now on.",
    repair: ({ name }) => ({
      advice: "See which jobs are left, and delete them by their names:",
      commands: sql(
        `EXEC msdb.dbo.sp_help_job;`,
        `EXEC msdb.dbo.sp_delete_job @job_name = ${quoteText(`cdc.${name}_capture`)};`,
        `EXEC msdb.dbo.sp_delete_job @job_name = ${quoteText(`cdc.${name}_cleanup`)};`,
      ),
    }),
  },
];

function quoteText(text: string): string {
  return `N'${text.replaceAll("'", "''")}'`;
}
