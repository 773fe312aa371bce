import { backUp } from "../../core/operations/backup.ts";
import { listPoints } from "../../core/operations/list-points.ts";
import type { PointRow } from "../../schemas/point-listing.ts";
import { formatPoints } from "../views/points-text.ts";
import type { Command } from "./command.ts";
import { exitOfStatus } from "./exit-code.ts";
import { type Flags, usageError } from "./flags.ts";
import { JSON_FLAG, openProgress, printJson, tableWidth } from "./tell.ts";

const TYPES = ["full", "differential", "log", "cdc", "tail"] as const;

export const command: Command = {
  name: "backup",
  summary: "Back up now",
  usage: "SET [-type TYPE] [-database NAME] [-json]",
  description:
    "Backs up the databases of a backup set as the catalog has it. Without -type it takes the method's increment, and a full where there is none. Exits with 3 when some databases have no new recovery point, with 1 when none has.",
  flags: [
    {
      name: "type",
      kind: "value",
      placeholder: "TYPE",
      description: `One of ${TYPES.join(", ")}.`,
    },
    {
      name: "database",
      kind: "value",
      placeholder: "NAME",
      description: "Only this database of the set.",
    },
    JSON_FLAG,
  ],
  most: 1,
  emptySummary: { job: null, bytes_read: 0, bytes_stored: 0, points: [] },
  examples: ["holdfast backup orders", "holdfast backup backup_set.orders -database Shop -json"],
  async run(flags, context) {
    const [backupSet] = flags.positionals;
    if (backupSet === undefined)
      throw usageError("backup needs to know which backup set: holdfast backup SET.");
    const isJson = flags.isOn("json");
    await using progress = await openProgress(isJson, context);
    const ports = await context.ports(progress.host);
    const database = flags.value("database");
    const job = await backUp(
      { backupSet, type: typeOf(flags), database, trigger: "manual" },
      ports,
    );
    await progress[Symbol.asyncDispose]();
    const made = new Set(job.databases.flatMap(({ point }) => point ?? []));
    const listing = await listPoints({ backupSet }, ports);
    const points = listing.recovery_points.filter(({ id }) => made.has(id));
    if (isJson) printJson(summary(job, points), context);
    else if (points.length > 0)
      context.stdout(
        `\n${formatPoints({ ...listing, recovery_points: points }, tableWidth(context))}`,
      );
    return exitOfStatus(job.status);
  },
};

function typeOf(flags: Flags): (typeof TYPES)[number] | undefined {
  const text = flags.value("type");
  const type = TYPES.find((each) => each === text);
  if (text !== undefined && type === undefined) {
    throw usageError(`-type ${text} is not a type of backup; there are ${TYPES.join(", ")}.`);
  }
  return type;
}

interface JobSummary {
  readonly id: string;
  readonly status: string;
  readonly bytesRead: number;
  readonly bytesStored: number;
}

function summary({ id, status, bytesRead, bytesStored }: JobSummary, points: readonly PointRow[]) {
  const outcome = status === "cancelled" ? "failed" : status;
  return {
    type: "summary",
    status: outcome,
    job: id,
    cancelled: status === "cancelled",
    bytes_read: bytesRead,
    bytes_stored: bytesStored,
    points,
  };
}
