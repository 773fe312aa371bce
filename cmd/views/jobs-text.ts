import { formatBytes } from "../../core/kit/bytes.ts";
import { formatDuration } from "../../core/kit/duration.ts";
import type { JobListing, JobRow } from "../../schemas/job-listing.ts";
import { formatCount } from "./count-text.ts";
import { shortTime } from "./points-text.ts";
import { type Column, formatTable } from "./table.ts";
import { printable, wrapLine, wrapText } from "./text-layout.ts";

const COLUMNS: readonly Column<JobRow>[] = [
  { title: "JOB", cell: ({ id }) => id },
  {
    title: "OPERATION",
    cell: ({ operation, type }) => (type === null ? operation : `${operation} (${type})`),
  },
  {
    title: "SUBJECT",
    cell: ({ subject }) => (/^[0-9a-f]{20,}$/.test(subject) ? subject.slice(0, 12) : subject),
  },
  { title: "STATUS", cell: ({ status }) => status.replaceAll("_", " ") },
  { title: "STARTED", cell: ({ started_at }) => shortTime(started_at) },
  { title: "TOOK", align: "right", cell: took },
  { title: "READ", align: "right", cell: ({ bytes_read }) => formatBytes(bytes_read) },
  { title: "STORED", align: "right", cell: ({ bytes_stored }) => formatBytes(bytes_stored) },
];

function took({ started_at, finished_at }: JobRow): string {
  if (started_at === null || finished_at === null) return "";
  return formatDuration(Date.parse(finished_at) - Date.parse(started_at));
}

/** The jobs, newest first, and how to see more of one. */
export function formatJobs({ jobs }: JobListing): string {
  const [newest] = jobs;
  if (newest === undefined) return "No job yet. Run one:\n\n    holdfast backup SET\n";
  return `${formatTable(jobs, COLUMNS)}\nMore about one:\n\n    holdfast jobs show ${newest.id}\n`;
}

/** One job with its databases and scans; prose is broken where it is longer than `width` [it is not]. */
export function formatJob(job: JobRow, width?: number): string {
  const facts = [
    ["Job", job.id],
    [
      "Operation",
      job.type === null ? job.operation : `${job.operation} (${job.type}, ${job.trigger})`,
    ],
    ["Subject", job.subject],
    ["Status", job.status.replaceAll("_", " ")],
    ["Started", shortTime(job.started_at)],
    ["Took", took(job)],
    [
      "Worker",
      job.worker === null
        ? ""
        : `${job.worker.id} (process ${job.worker.pid} on ${job.worker.host}${job.worker.ended_at === null ? "" : ", ended"})`,
    ],
    ["Bandwidth", String(job.bandwidth)],
    ["Read", formatBytes(job.bytes_read)],
    ["Stored", formatBytes(job.bytes_stored)],
    ...(job.left_out.length === 0
      ? []
      : [["Left out", `${job.left_out.map(leftOutText).join(", ")} until a full has them`]]),
    ...(job.classes.length === 0 ? [] : [["Ratio", job.classes.map(formatClass).join(", ")]]),
  ] as const;
  const most = width ?? Number.POSITIVE_INFINITY;
  const head = facts
    .map(([name, value]) => wrapLine(`${name.padEnd(10)} ${value}`.trimEnd(), most, " ".repeat(11)))
    .join("\n");
  const databases = job.databases.map((each) => formatDatabase(each, job.type, most));
  return `${head}\n${formatCopies(job.copies)}${databases.join("")}`;
}

function leftOutText({ database, standing }: JobRow["left_out"][number]): string {
  return `${printable(database)}${standing === "missed" ? " (not told yet)" : ""}`;
}

function formatClass({ class: name, ratio }: JobRow["classes"][number]): string {
  return `${ratio === null ? "nothing new" : `${ratio} to 1`} (${name} databases)`;
}

const COPY_COLUMNS: readonly Column<JobRow["copies"][number]>[] = [
  { title: "COPY", cell: ({ copy }) => printable(copy) },
  { title: "ON", cell: ({ pool, objective }) => printable(pool ?? objective ?? "") },
  { title: "REQUESTED", cell: ({ requested_at: at }) => shortTime(at) },
  { title: "DROPPED", cell: ({ dropped_at: at }) => (at === null ? "not yet" : shortTime(at)) },
  { title: "WORKER", cell: ({ worker }) => worker?.id ?? "none" },
  { title: "ENDED", cell: ({ worker }) => (worker?.ended_at ? shortTime(worker.ended_at) : "") },
];

function formatCopies(copies: JobRow["copies"]): string {
  return copies.length === 0 ? "" : `\n${formatTable(copies, COPY_COLUMNS)}`;
}

/** Two columns in; what stands four in is a command to copy, and stays whole. */
function formatSaid(text: string, width: number): string {
  return text
    .split("\n")
    .map(printable)
    .flatMap((line) => (line.startsWith("    ") ? [line] : wrapText(line, width - 2)))
    .map((line) => `  ${line}`.trimEnd())
    .join("\n");
}

function formatDatabase(
  database: JobRow["databases"][number],
  asked: string | null,
  width: number,
): string {
  const title = `\n${printable(database.database)}: ${database.result.replaceAll("_", " ")}${database.point === null ? "" : ` as ${database.point}`}\n`;
  const { conversion_reason: reason, message } = database;
  const all = [
    ...(reason === undefined
      ? []
      : [`A full, and not ${asked ?? "what was asked for"}: ${reason}.`]),
    ...(message === null ? [] : [`${database.code ?? ""} ${message}`.trimStart()]),
    ...(database.notes ?? []),
  ];
  const said = all.map((text) => `${formatSaid(text, width)}\n`).join("");
  const scans = database.scans.map((scan) => ({ ...scan }));
  if (scans.length === 0) return `${title}${said}`;
  const table = formatTable(scans, [
    { title: "  TABLE", cell: ({ table: name }) => `  ${name}` },
    { title: "ROWS", align: "right", cell: ({ rows }) => formatCount(rows) },
    { title: "READ", align: "right", cell: ({ bytes_read }) => formatBytes(bytes_read) },
  ]);
  return `${title}${said}${table}`;
}
