import type { HoldfastEvent, TaskProgressEvent } from "../../core/events/event.ts";
import type { EventHost } from "../../core/events/host.ts";
import type { Ports } from "../../core/operations/ports.ts";
import { toEventJson } from "../views/event-json.ts";
import { formatTask } from "../views/task-text.ts";
import type { CommandContext } from "./command.ts";
import { diagnosticsHost, diagnosticText, type ProgressView, printJson } from "./tell.ts";

/**
 * How a command tells of a task: to people; in lines of JSON of which the last is its summary; in one document of JSON,
 * before which only diagnostics stand; or not at all, because people read the bytes themselves.
 */
export type TaskView = "people" | "json_lines" | "json_document" | "nothing";

/** What is over sooner needs no picture. */
const PICTURE_AFTER_MS = 1000;

/** For whom reads lines: a log of hours stays short. */
const LINE_EVERY_MS = 10_000;

/** Does the work of a task and shows how far it has come. What is shown is gone or whole when this resolves. */
export async function withProgress<T>(
  view: TaskView,
  context: CommandContext,
  work: (ports: Ports) => Promise<T>,
): Promise<T> {
  await using progress = openTaskView(view, context);
  return await work(await context.ports(progress.host));
}

/** For a command that writes to that file, or with `-` to the standard output: nothing is drawn between bytes that people read. */
export function viewBeside(file: string, { terminal }: CommandContext): TaskView {
  return file === "-" && terminal.output ? "nothing" : "people";
}

export function openTaskView(view: TaskView, context: CommandContext): ProgressView {
  const isJson = view === "json_lines" || view === "json_document";
  const diagnostics = diagnosticsHost(isJson, context);
  if (view === "nothing" || view === "json_document") {
    return { host: diagnostics, [Symbol.asyncDispose]: () => Promise.resolve() };
  }
  if (view === "json_lines") {
    return inLines(diagnostics, (event) => printJson(toEventJson(event), context));
  }
  if (context.terminal.error) return inPicture(diagnostics, context);
  return inLines(diagnostics, (event) => context.stderr(`${formatTask(event)}\n`));
}

/** Tells every ten seconds what was told last, so a step that counts nothing is seen to go on. */
function inLines(diagnostics: EventHost, print: (event: TaskProgressEvent) => void): ProgressView {
  let last: TaskProgressEvent | undefined;
  const timer = setInterval(() => {
    if (last !== undefined) print(last);
  }, LINE_EVERY_MS);
  const emit = (event: HoldfastEvent): void => {
    if (event.type === "task_progress") last = event;
    else diagnostics.emit(event);
  };
  return {
    host: { emit },
    [Symbol.asyncDispose]: () => {
      clearInterval(timer);
      return Promise.resolve();
    },
  };
}

/** Draws once the task has lasted a while: a command that is over at once must not load what draws. What else it tells, of its job, has no place there. */
function inPicture(diagnostics: EventHost, context: CommandContext): ProgressView {
  let last: TaskProgressEvent | undefined;
  let picture: ProgressView | undefined;
  let opening: Promise<void> | undefined;
  let isClosed = false;
  const open = async (): Promise<void> => {
    const { openInkProgress, REDRAW_OF_TASK } = await import("../ui/progress.tsx");
    if (isClosed) return;
    picture = openInkProgress({
      formatDiagnostic: (diagnostic) => diagnosticText(diagnostic, context),
      redrawEvery: REDRAW_OF_TASK,
    });
    if (last !== undefined) picture.host.emit(last);
  };
  const timer = setTimeout(() => {
    opening = open();
    opening.catch(() => undefined);
  }, PICTURE_AFTER_MS);
  const emit = (event: HoldfastEvent): void => {
    if (event.type === "task_progress") last = event;
    if (event.type === "task_progress" || event.type === "diagnostic") {
      (picture?.host ?? diagnostics).emit(event);
    }
  };
  return {
    host: { emit },
    async [Symbol.asyncDispose]() {
      isClosed = true;
      clearTimeout(timer);
      await opening;
      await picture?.[Symbol.asyncDispose]();
    },
  };
}
