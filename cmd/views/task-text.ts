import type { TaskProgressEvent, TaskStep } from "../../core/events/event.ts";
import { formatBytes } from "../../core/kit/bytes.ts";
import { formatDuration } from "../../core/kit/duration.ts";
import { formatCount, formatCounted } from "./count-text.ts";

export const STEP_TEXT: Readonly<Record<TaskStep, string>> = {
  check: "checking files",
  store: "storing",
  commit: "writing the index and the manifest",
  read: "reading",
  index: "reading the index",
  packs: "reading packs",
  points: "following recovery points to their data",
  survey: "looking for what nothing needs",
  rewrite: "writing anew what is needed of packs",
  sweep: "removing what nothing needs",
};

/** Less than this tells too little of how fast it goes. */
const LEAST_MS = 500;

/** From 0 to 1; undefined where nobody knows how much there is. */
export function shareOfTask({ done, total }: TaskProgressEvent): number | undefined {
  if (total === null || total === 0) return undefined;
  return Math.min(1, done / total);
}

/** Milliseconds that are left of the step at the rate so far; undefined while there is too little to go by. */
export function taskTimeLeft(task: TaskProgressEvent): number | undefined {
  const share = shareOfTask(task);
  const passed = task.at - task.startedAt;
  if (share === undefined || share < 0.01 || share >= 1 || passed < LEAST_MS) return undefined;
  return (passed / share) * (1 - share);
}

/** `1.5 GiB of 4.0 GiB`, and at which rate; nothing where nothing is counted. */
export function countsOf(task: TaskProgressEvent): readonly string[] {
  const { unit, done, total } = task;
  if (done === 0 && total === null) return [];
  const isBytes = unit === "bytes";
  const one = isBytes ? formatBytes(done) : formatCount(done);
  const all = isBytes ? formatBytes(total ?? done) : formatCounted(total ?? done, "point");
  const count = total === null ? all : `${one} of ${all}`;
  const passed = task.at - task.startedAt;
  if (!isBytes || passed < LEAST_MS) return [count];
  return [count, `${formatBytes((done / passed) * 1000)}/s`];
}

/** One line for where no progress can be drawn. */
export function formatTask(task: TaskProgressEvent): string {
  const { subject, step, item } = task;
  const share = shareOfTask(task);
  const left = taskTimeLeft(task);
  const parts = [`${STEP_TEXT[step]}${item === undefined ? "" : ` (${item})`}`, ...countsOf(task)];
  if (share !== undefined) parts.push(`${Math.floor(share * 100)} %`);
  if (left !== undefined) parts.push(`${formatDuration(Math.max(1000, left))} left`);
  return `${task.task} ${subject}: ${parts.join(", ")}`;
}
