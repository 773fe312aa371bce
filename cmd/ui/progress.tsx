import { Box, render, Static, Text } from "ink";
import type { ReactElement } from "react";
import type { Diagnostic } from "../../core/diagnostics/diagnostic.ts";
import type { HoldfastEvent, JobStatus } from "../../core/events/event.ts";
import type { EventHost } from "../../core/events/host.ts";
import { formatBytes } from "../../core/kit/bytes.ts";
import { formatDuration } from "../../core/kit/duration.ts";
import { formatCounted } from "../views/count-text.ts";
import { asOf, PHASE_TEXT, pastOf } from "../views/event-lines.ts";
import { countsOf, STEP_TEXT, shareOfTask, taskTimeLeft } from "../views/task-text.ts";
import {
  advance,
  type DatabaseProgress,
  fitItems,
  type JobProgress,
  NO_PROGRESS,
  shareDone,
  timeLeft,
} from "./progress-model.ts";

const BAR = 24;
/** Milliseconds; each picture takes 3 ms of a processor that the work could use. */
export const REDRAW_OF_JOB = 80;
export const REDRAW_OF_TASK = 500;

function Bar({ share }: { readonly share: number }): ReactElement {
  const full = Math.floor(share * BAR);
  return (
    <Text>
      <Text color="cyan">{"█".repeat(full)}</Text>
      <Text dimColor>{"░".repeat(BAR - full)}</Text>
    </Text>
  );
}

const MARKS = {
  backed_up: ["✓", "green"],
  restored: ["✓", "green"],
  skipped: ["–", "yellow"],
  down: ["–", "yellow"],
  failed: ["✗", "red"],
} as const;

function Mark({ database }: { readonly database: DatabaseProgress }): ReactElement {
  const [mark, colour] =
    database.result === undefined ? (["●", "cyan"] as const) : MARKS[database.result];
  return <Text color={colour}>{mark}</Text>;
}

function rateText(database: DatabaseProgress, now: number): string {
  const seconds = Math.max(0.001, ((database.endedAt ?? now) - database.startedAt) / 1000);
  return `${formatBytes(database.totals.bytesRead / seconds)}/s`;
}

/** What matters most stands first, since a narrow terminal cuts the end off. */
function detail(database: DatabaseProgress, operation: string, now: number): string {
  const { totals, result, point, tables, tablesDone, table, phase } = database;
  if (result === "failed") return operation === "backup" ? "failed, no new point" : "failed";
  if (result === "down") return "down, skipped, no new point";
  if (result === "skipped") return "skipped, no new point";
  const counts = [formatCounted(totals.rows, "row"), `${formatBytes(totals.bytesRead)} read`];
  if (operation === "backup") counts.push(`${formatBytes(totals.bytesStored)} stored`);
  counts.push(rateText(database, now));
  const done = point === undefined ? [] : [`point ${point.slice(0, 12)}`];
  if (result !== undefined) return [...done, ...counts].join(" · ");
  const isInTable = table !== undefined && tablesDone < tables;
  const where = isInTable ? `${table} (${tablesDone + 1} of ${tables})` : PHASE_TEXT[phase];
  return [...counts, where].join(" · ");
}

interface DatabaseLinesProps {
  readonly database: DatabaseProgress;
  readonly operation: string;
  readonly width: number;
  readonly now: number;
}

/** The bar, and under it the numbers. What failed has no bar: there is nothing to fill it for. */
function DatabaseLines({ database, operation, width, now }: DatabaseLinesProps): ReactElement {
  const share = shareDone(database);
  const left = timeLeft(database, now);
  const isLost = database.result !== undefined && MARKS[database.result][1] !== "green";
  return (
    <Box flexDirection="column">
      <Text wrap="truncate">
        <Mark database={database} /> {isLost ? database.database : database.database.padEnd(width)}
        {isLost ? null : (
          <>
            {" "}
            <Bar share={share} />
            {` ${String(Math.floor(share * 100)).padStart(3)} %`}
            {left === undefined ? "" : `  ${formatDuration(Math.max(1000, left))} left`}
          </>
        )}
      </Text>
      <Text wrap="truncate" dimColor>{`  ${detail(database, operation, now)}`}</Text>
    </Box>
  );
}

type Task = NonNullable<JobProgress["task"]>;

/** What is done, the bar where the end is known, and under them the numbers. */
function TaskLines({ task, now }: { readonly task: Task; readonly now: number }): ReactElement {
  const share = shareOfTask(task);
  const left = taskTimeLeft(task);
  const passed = formatDuration(Math.max(1000, now - task.startedAt));
  return (
    <Box flexDirection="column">
      <Text wrap="truncate">
        <Text bold>{`${task.task} ${shortSubject(task.subject)}`}</Text>
        <Text dimColor>{`  ${STEP_TEXT[task.step]}  ${passed}`}</Text>
      </Text>
      {share === undefined ? null : (
        <Text wrap="truncate">
          <Bar share={share} />
          {` ${String(Math.floor(share * 100)).padStart(3)} %`}
          {left === undefined ? "" : `  ${formatDuration(Math.max(1000, left))} left`}
        </Text>
      )}
      <Text wrap="truncate" dimColor>
        {[...countsOf(task), ...(task.item === undefined ? [] : [task.item])].join(" · ")}
      </Text>
    </Box>
  );
}

type Resource = JobProgress["resources"][number];

function ResourceLine({ resource }: { readonly resource: Resource }): ReactElement {
  const { address, action, isDone } = resource;
  return (
    <Text wrap="truncate">
      <Text color={isDone ? "green" : "cyan"}>{isDone ? "✓" : "●"}</Text>
      {` ${address} `}
      <Text dimColor>{isDone ? pastOf(action) : action}</Text>
    </Text>
  );
}

/** Says of how many nothing is shown. */
function Hidden({ count, noun }: { readonly count: number; readonly noun: string }): ReactElement {
  return <Text dimColor>{`  and ${formatCounted(count, `more ${noun}`)}`}</Text>;
}

const STATUS_COLOURS: Readonly<Record<JobStatus, string>> = {
  queued: "cyan",
  running: "cyan",
  successful: "green",
  successful_with_errors: "yellow",
  cancelled: "yellow",
  skipped: "yellow",
  failed: "red",
};

interface ScreenProps {
  readonly progress: JobProgress;
  readonly diagnostics: readonly string[];
  readonly now: number;
  /** The height of the terminal: a picture that is taller would flicker and wipe what stands above it. */
  readonly rows: number;
}

/** A point's id is cut to what a command line needs. */
function shortSubject(subject: string): string {
  return /^[0-9a-f]{32}$/.test(subject) ? subject.slice(0, 12) : subject;
}

/** The lines around the lists: heading, what is hidden, status, and the line of the cursor. */
const OTHER_ROWS = 6;

function Screen({ progress, diagnostics, now, rows }: ScreenProps): ReactElement {
  const { task, job, operation, subject, moment, startedAt, status } = progress;
  const room = rows - OTHER_ROWS;
  const isOpen = ({ result }: DatabaseProgress) => result !== "backed_up" && result !== "restored";
  const databases = fitItems(progress.databases, Math.floor(room / 2), isOpen);
  const resources = fitItems(progress.resources, room, ({ isDone }) => !isDone);
  const width = Math.max(0, ...databases.items.map(({ database }) => database.length));
  return (
    <>
      <Static items={[...diagnostics]}>{(text, index) => <Text key={index}>{text}</Text>}</Static>
      <Box flexDirection="column">
        {task === undefined ? null : <TaskLines task={task} now={now} />}
        {job === "" ? null : (
          <Text wrap="truncate">
            <Text bold>{`${operation} ${shortSubject(subject)}${asOf(moment)}`}</Text>
            <Text dimColor>{`  ${job}  ${formatDuration(now - startedAt)}`}</Text>
          </Text>
        )}
        {databases.items.map((database) => (
          <DatabaseLines key={database.database} {...{ database, operation, width, now }} />
        ))}
        {databases.hidden === 0 ? null : <Hidden count={databases.hidden} noun="database" />}
        {resources.items.map((resource) => (
          <ResourceLine key={resource.address} resource={resource} />
        ))}
        {resources.hidden === 0 ? null : <Hidden count={resources.hidden} noun="object" />}
        {status === undefined ? null : (
          <Text bold color={STATUS_COLOURS[status]}>
            {`${operation || "job"} ${status.replaceAll("_", " ")}`}
          </Text>
        )}
      </Box>
    </>
  );
}

/** Draws progress on stderr until disposed; the last screen of a job stays, and that of a task goes. */
export function openInkProgress(options: {
  readonly formatDiagnostic: (diagnostic: Diagnostic) => string;
  readonly redrawEvery: number;
}): AsyncDisposable & { readonly host: EventHost } {
  let progress = NO_PROGRESS;
  let diagnostics: readonly string[] = [];
  let isClosed = false;
  const screen = () => (
    <Screen
      progress={progress}
      diagnostics={diagnostics}
      now={Date.now()}
      rows={process.stderr.rows}
    />
  );
  const app = render(screen(), {
    stdout: process.stderr,
    stdin: process.stdin,
    exitOnCtrlC: false,
    patchConsole: false,
  });
  const timer = setInterval(() => app.rerender(screen()), options.redrawEvery);
  const emit = (event: HoldfastEvent) => {
    progress = advance(progress, event);
    if (event.type === "diagnostic")
      diagnostics = [...diagnostics, options.formatDiagnostic(event.diagnostic).trimEnd()];
  };
  return {
    host: { emit },
    async [Symbol.asyncDispose]() {
      if (isClosed) return;
      isClosed = true;
      clearInterval(timer);
      progress = { ...progress, task: undefined };
      app.rerender(screen());
      app.unmount();
      await app.waitUntilExit();
    },
  };
}
