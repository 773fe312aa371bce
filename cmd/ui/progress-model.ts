import type {
  DatabaseResult,
  HoldfastEvent,
  JobStatus,
  Phase,
  TaskProgressEvent,
  Totals,
} from "../../core/events/event.ts";

/** What the screen shows of one database. */
export interface DatabaseProgress {
  readonly database: string;
  readonly phase: Phase;
  readonly table: string | undefined;
  readonly tables: number;
  readonly tablesDone: number;
  readonly estimatedRows: number;
  readonly estimatedBytes: number;
  readonly totals: Totals;
  readonly startedAt: number;
  readonly endedAt: number | undefined;
  readonly result: DatabaseResult | undefined;
  readonly point: string | undefined;
}

/** What the screen shows: of a job, or of a task. */
export interface JobProgress {
  /** As it was told last. */
  readonly task: TaskProgressEvent | undefined;
  readonly job: string;
  readonly operation: string;
  readonly subject: string;
  /** Of a restore to one. */
  readonly moment: number | undefined;
  readonly startedAt: number;
  readonly status: JobStatus | undefined;
  readonly databases: readonly DatabaseProgress[];
  readonly resources: readonly {
    readonly address: string;
    readonly action: string;
    readonly isDone: boolean;
  }[];
}

export const NO_PROGRESS: JobProgress = {
  task: undefined,
  job: "",
  operation: "",
  subject: "",
  moment: undefined,
  startedAt: 0,
  status: undefined,
  databases: [],
  resources: [],
};

const NO_TOTALS: Totals = { rows: 0, bytesRead: 0, bytesStored: 0 };

function newDatabase(database: string, at: number): DatabaseProgress {
  return {
    database,
    phase: "check",
    table: undefined,
    tables: 0,
    tablesDone: 0,
    estimatedRows: 0,
    estimatedBytes: 0,
    totals: NO_TOTALS,
    startedAt: at,
    endedAt: undefined,
    result: undefined,
    point: undefined,
  };
}

function changeDatabase(
  progress: JobProgress,
  event: { readonly database: string; readonly at: number },
  change: (before: DatabaseProgress) => Partial<DatabaseProgress>,
): JobProgress {
  const known = progress.databases.some(({ database }) => database === event.database);
  const databases = known
    ? progress.databases
    : [...progress.databases, newDatabase(event.database, event.at)];
  return {
    ...progress,
    databases: databases.map((each) =>
      each.database === event.database ? { ...each, ...change(each) } : each,
    ),
  };
}

type JobFinished = Extract<HoldfastEvent, { type: "job_finished" }>;

/** The next screen after an event. Pure, so that the screen can be tested without a terminal. */
export function advance(progress: JobProgress, event: HoldfastEvent): JobProgress {
  if ("database" in event && event.type !== "note") return advanceDatabase(progress, event);
  switch (event.type) {
    case "job_started": {
      const { job, operation, subject, moment, at } = event;
      return { ...progress, job, operation, subject, moment, startedAt: at };
    }
    case "job_finished":
      return finishJob(progress, event);
    case "resource_started": {
      const resource = { address: event.address, action: event.action, isDone: false };
      return { ...progress, resources: [...progress.resources, resource] };
    }
    case "resource_finished":
      return finishResource(progress, event.address);
    case "task_progress":
      return { ...progress, task: event };
    case "note":
    case "diagnostic":
      return progress;
    default:
      return event satisfies never;
  }
}

type DatabaseEvent = Exclude<Extract<HoldfastEvent, { database: string }>, { type: "note" }>;

function advanceDatabase(progress: JobProgress, event: DatabaseEvent): JobProgress {
  switch (event.type) {
    case "database_started": {
      const { tables, estimatedRows, estimatedBytes } = event;
      return changeDatabase(progress, event, () => ({ tables, estimatedRows, estimatedBytes }));
    }
    case "phase_started":
      return changeDatabase(progress, event, () => ({ phase: event.phase }));
    case "table_started":
      return changeDatabase(progress, event, () => ({ table: event.table }));
    case "table_progress":
      return changeDatabase(progress, event, () => ({ totals: event.totals }));
    case "table_finished":
      return changeDatabase(progress, event, ({ tablesDone }) => ({
        totals: event.totals,
        tablesDone: tablesDone + 1,
      }));
    case "database_finished": {
      const { result, point, totals, at } = event;
      return changeDatabase(progress, event, () => ({
        result,
        point,
        totals,
        endedAt: at,
        table: undefined,
      }));
    }
    default:
      return event satisfies never;
  }
}

/** A database that had no end of its own when its job ended has failed with it. */
function finishJob(progress: JobProgress, event: JobFinished): JobProgress {
  const { status, at } = event;
  const databases = progress.databases.map((each) =>
    each.result === undefined ? { ...each, result: "failed" as const, endedAt: at } : each,
  );
  return { ...progress, status, databases };
}

function finishResource(progress: JobProgress, address: string): JobProgress {
  return {
    ...progress,
    resources: progress.resources.map((each) =>
      each.address === address ? { ...each, isDone: true } : each,
    ),
  };
}

/** What of a list is shown, and how many are not. */
export interface Shown<Item> {
  readonly items: readonly Item[];
  readonly hidden: number;
}

/** At most `most` items in their order: first of all those that matter, then the latest of the others. */
export function fitItems<Item>(
  all: readonly Item[],
  most: number,
  matters: (item: Item) => boolean,
): Shown<Item> {
  const latest = all.toReversed();
  const ranked = [...latest.filter(matters), ...latest.filter((item) => !matters(item))];
  const chosen = new Set(ranked.slice(0, Math.max(1, most)));
  const items = all.filter((item) => chosen.has(item));
  return { items, hidden: all.length - items.length };
}

/** From 0 to 1, and 1 only for what succeeded: by rows where the estimate says how many, by tables otherwise. */
export function shareDone({
  result,
  estimatedRows,
  totals,
  tables,
  tablesDone,
}: DatabaseProgress): number {
  if (result === "backed_up" || result === "restored") return 1;
  if (estimatedRows > 0) return Math.min(0.99, totals.rows / estimatedRows);
  return tables === 0 ? 0 : Math.min(0.99, tablesDone / tables);
}

/** Milliseconds that are left at the rate so far; undefined while there is too little to go by. */
export function timeLeft(database: DatabaseProgress, now: number): number | undefined {
  const share = shareDone(database);
  const passed = now - database.startedAt;
  if (database.result !== undefined || share < 0.02 || passed < 500) return undefined;
  return (passed / share) * (1 - share);
}
