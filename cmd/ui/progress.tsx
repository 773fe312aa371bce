import { Box, render, Static, Text } from "ink";
import type { ReactElement } from "react";
import type { Diagnostic } from "../../core/diagnostics/diagnostic.ts";
import type { HoldfastEvent } from "../../core/events/event.ts";
import type { EventHost } from "../../core/events/host.ts";
import { formatBytes } from "../../core/kit/bytes.ts";
import { formatDuration } from "../../core/kit/duration.ts";
import { formatCount } from "../views/count-text.ts";
import { PHASE_TEXT } from "../views/event-lines.ts";
import {
  advance,
  type DatabaseProgress,
  type JobProgress,
  NO_PROGRESS,
  shareDone,
  timeLeft,
} from "./progress-model.ts";

const BAR = 24;
const REDRAW_MS = 80;

function Bar({ share }: { readonly share: number }): ReactElement {
  const full = Math.round(share * BAR);
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

function detail(database: DatabaseProgress, operation: string, now: number): string {
  const { totals, result, point, tables, tablesDone, table, phase } = database;
  const counts = [`${formatCount(totals.rows)} rows`, `${formatBytes(totals.bytesRead)} read`];
  if (operation === "backup") counts.push(`${formatBytes(totals.bytesStored)} stored`);
  counts.push(rateText(database, now));
  if (result !== undefined)
    return [...counts, ...(point === undefined ? [] : [`point ${point.slice(0, 12)}`])].join(" · ");
  const left = timeLeft(database, now);
  const where =
    table !== undefined && tablesDone < tables
      ? `${table} (${tablesDone + 1} of ${tables})`
      : PHASE_TEXT[phase];
  return [where, ...counts, ...(left === undefined ? [] : [`${formatDuration(left)} left`])].join(
    " · ",
  );
}

interface ScreenProps {
  readonly progress: JobProgress;
  readonly diagnostics: readonly string[];
  readonly now: number;
}

function Screen({ progress, diagnostics, now }: ScreenProps): ReactElement {
  const width = Math.max(0, ...progress.databases.map(({ database }) => database.length));
  return (
    <>
      <Static items={[...diagnostics]}>{(text, index) => <Text key={index}>{text}</Text>}</Static>
      <Box flexDirection="column">
        {progress.job === "" ? null : (
          <Text>
            <Text bold>{`${progress.operation} ${progress.subject}`}</Text>
            <Text dimColor>{`  ${progress.job}  ${formatDuration(now - progress.startedAt)}`}</Text>
          </Text>
        )}
        {progress.databases.map((database) => (
          <Box key={database.database} flexDirection="column">
            <Text wrap="truncate">
              <Mark database={database} /> {database.database.padEnd(width)}{" "}
              <Bar share={shareDone(database)} />
              {` ${String(Math.floor(shareDone(database) * 100)).padStart(3)} %`}
            </Text>
            <Text wrap="truncate" dimColor>{`  ${detail(database, progress.operation, now)}`}</Text>
          </Box>
        ))}
        {progress.resources.map(({ address, action, isDone }) => (
          <Text key={address}>
            <Text color={isDone ? "green" : "cyan"}>{isDone ? "✓" : "●"}</Text>
            {` ${address} `}
            <Text dimColor>{action}</Text>
          </Text>
        ))}
        {progress.status === undefined ? null : (
          <Text bold>{`${progress.operation} ${progress.status.replaceAll("_", " ")}`}</Text>
        )}
      </Box>
    </>
  );
}

/** Draws progress on stderr until disposed; the last screen stays. */
export function openInkProgress(options: {
  readonly formatDiagnostic: (diagnostic: Diagnostic) => string;
}): AsyncDisposable & { readonly host: EventHost } {
  let progress = NO_PROGRESS;
  let diagnostics: readonly string[] = [];
  let isClosed = false;
  const screen = () => <Screen progress={progress} diagnostics={diagnostics} now={Date.now()} />;
  const app = render(screen(), {
    stdout: process.stderr,
    stdin: process.stdin,
    exitOnCtrlC: false,
    patchConsole: false,
  });
  const timer = setInterval(() => app.rerender(screen()), REDRAW_MS);
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
      app.rerender(screen());
      app.unmount();
      await app.waitUntilExit();
    },
  };
}
