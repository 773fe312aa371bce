import { cancelJob, listJobs, showJob, statusOfJob } from "../../core/operations/jobs.ts";
import type { Ports } from "../../core/operations/ports.ts";
import { formatJob, formatJobs } from "../views/jobs-text.ts";
import type { Command, CommandContext } from "./command.ts";
import { type Flags, usageError } from "./flags.ts";
import { diagnosticsHost, JSON_FLAG, tableWidth } from "./tell.ts";

export const command: Command = {
  name: "jobs",
  summary: "List, show, watch and cancel jobs",
  usage: "[list|show JOB|watch JOB|cancel JOB] [-limit N] [-json]",
  description:
    "Lists the newest jobs, shows one with its databases and table scans, follows one until it ends, or asks a running one to stop.",
  flags: [
    { name: "limit", kind: "value", placeholder: "N", description: "How many to list [20]." },
    JSON_FLAG,
  ],
  most: 2,
  examples: ["holdfast jobs", "holdfast jobs show job-3f2a", "holdfast jobs cancel job-3f2a"],
  async run(flags, context) {
    const isJson = flags.isOn("json");
    const ports = await context.ports(diagnosticsHost(isJson, context));
    const [verb = "list", id] = flags.positionals;
    if (verb === "list") return list(flags, ports, context);
    if (verb !== "show" && verb !== "watch" && verb !== "cancel") {
      throw usageError(`jobs ${verb} is unknown; there are list, show, watch and cancel.`);
    }
    if (id === undefined) throw usageError(`jobs ${verb} needs a job: holdfast jobs ${verb} JOB.`);
    if (verb === "watch") await untilEnded(id, ports);
    const job = verb === "cancel" ? await cancelJob(id, ports) : await showJob(id, ports);
    if (isJson) context.stdout(`${JSON.stringify(job)}\n`);
    else
      context.stdout(
        verb === "cancel"
          ? `Asked ${job.id} to stop. See when it has:\n\n    holdfast jobs show ${job.id}\n`
          : formatJob(job, tableWidth(context)),
      );
    return 0;
  },
};

async function list(flags: Flags, ports: Ports, context: CommandContext): Promise<number> {
  const text = flags.value("limit") ?? "20";
  const limit = /^[1-9]\d{0,5}$/.test(text) ? Number(text) : undefined;
  if (limit === undefined) throw usageError(`-limit ${text} is not a number of jobs.`);
  const listing = await listJobs(limit, ports);
  context.stdout(flags.isOn("json") ? `${JSON.stringify(listing)}\n` : formatJobs(listing));
  return 0;
}

const LOOK_EVERY_MS = 500;

async function untilEnded(id: string, ports: Ports): Promise<void> {
  const { setTimeout } = await import("node:timers/promises");
  for (;;) {
    const status = await statusOfJob(id, ports);
    if (status !== "running" && status !== "queued") return;
    await setTimeout(LOOK_EVERY_MS, undefined, { signal: ports.signal });
  }
}
