import { readFileSync } from "node:fs";
import { toInstant } from "../../../../core/kit/clock.ts";
import { joinStripes } from "../../../../core/media/join-stripes.ts";
import type { BackupHeader } from "../../../../core/policy/chain/backup-header.ts";
import { parseForkGuid, parseSetGuid } from "../../../../core/policy/chain/guid.ts";
import { parseLsn } from "../../../../core/policy/chain/lsn.ts";
import { sharedData } from "../../../support/shared-data.ts";

/** The forks are not in the table: every set says the same one. */
const FORK = parseForkGuid("00000000-0000-0000-0000-00000000f04c");
const NONE = "00000000-0000-0000-0000-000000000000";
const TYPES = { D: "full", I: "differential", L: "log" } as const;

/** A file that a real server wrote, and the folder that it was found in. */
export interface RealFile {
  readonly header: Omit<BackupHeader, "missingStripes">;
  readonly stripe: number;
  readonly stripes: number;
  readonly path: string;
  readonly folder: string;
}

/** One line of the table: what stands in the column of a name. */
export type RealRow = (name: string) => string;

/** The table of real headers as it stands, or undefined where there is none on this machine. */
export function readRealRows(): readonly RealRow[] | undefined {
  const path = sharedData("data", "chains", "real-backup-headers.tsv");
  if (path === undefined) return undefined;
  const [head = "", ...lines] = readFileSync(path, "utf8").trimEnd().split("\n");
  const names = head.split("\t");
  return lines.map((line) => {
    const cells = line.split("\t");
    return (name) => cells[names.indexOf(name)]?.trim() ?? "";
  });
}

/** The same as headers. */
export function readRealFiles(): readonly RealFile[] | undefined {
  return readRealRows()?.map(realFile);
}

/** The sets that the files make up. */
export function setsOf(files: readonly RealFile[]) {
  const { sets, contradictory } = joinStripes(
    files.map(({ path, stripe, stripes, header }) => {
      return { file: path, facts: { stripe, stripes, sets: [header] } };
    }),
  );
  const headers = sets.map(
    ({ facts, missing }): BackupHeader => ({ ...facts, missingStripes: missing }),
  );
  return { headers, contradictory };
}

function realFile(cell: RealRow): RealFile {
  const path = cell("path");
  const kind = cell("type");
  if (kind !== "D" && kind !== "I" && kind !== "L") throw new Error(`unknown type of ${path}`);
  const at = toInstant(Date.parse(`${cell("start_local")}Z`));
  const base = cell("diff_base_guid");
  const current = cell("current_diff_base_guid");
  const stripe = /Stripe([12])\//.exec(path);
  const header: Omit<BackupHeader, "missingStripes"> = {
    set: parseSetGuid(cell("backup_set_guid")),
    type: TYPES[kind],
    database: cell("database"),
    family: null,
    firstLsn: parseLsn(cell("first_lsn")),
    lastLsn: parseLsn(cell("last_lsn")),
    checkpointLsn: parseLsn(cell("checkpoint_lsn")),
    startedAt: at,
    finishedAt: at,
    newest: at,
    firstFork: FORK,
    lastFork: FORK,
    forkPoint: null,
    differentialBase:
      kind === "I" && base !== ""
        ? { set: parseSetGuid(base), lsn: parseLsn(cell("diff_base_lsn")) }
        : null,
    currentFull: current === NONE ? null : parseSetGuid(current),
    copyOnly: false,
    bulkLogged: false,
    beginsLogChain: false,
    damaged: false,
    foreign: false,
    marks: [],
  };
  return {
    header,
    path,
    folder: path.slice(0, path.lastIndexOf("/")),
    stripe: Number(stripe?.[1] ?? 1),
    stripes: stripe === null ? 1 : 2,
  };
}
