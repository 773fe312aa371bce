import { formatBytes } from "../../core/kit/bytes.ts";
import type { VerifyReport } from "../../schemas/vault-reports.ts";
import { formatCounted } from "./count-text.ts";
import { verifyCommand } from "./verify-command.ts";

const DAY = 86_400_000;

/** What a verification of one vault found. `name` is the vault's address or folder. */
export interface VerifyFindings {
  readonly name: string;
  readonly report: VerifyReport;
  readonly missingPoints: readonly string[];
  /** For the age of the oldest reading, in milliseconds since 1970. */
  readonly now: number;
}

export function isSound({ report, missingPoints }: Omit<VerifyFindings, "name" | "now">): boolean {
  return report.problems.length + missingPoints.length === 0;
}

export function formatFindings({ name, report, missingPoints, now }: VerifyFindings): string {
  const { points, packs, chunks, bytesRead, problems } = report;
  const read =
    bytesRead > 0
      ? `, ${formatCounted(chunks, "chunk")} known, ${formatBytes(bytesRead)} of packs read and verified`
      : "";
  const head = `${name}: ${formatCounted(points, "recovery point")}, ${formatCounted(packs, "pack")}${read}\n`;
  const lines = [
    ...problems.map(
      ({ blob, problem, points: affected }) =>
        `  DAMAGED ${blob} ${problem}; cannot be restored: ${affected.join(", ") || "nothing that is known"}\n`,
    ),
    ...missingPoints.map((id) => `  MISSING the manifest of point ${id}\n`),
  ];
  const found = lines.length === 0 ? "  No problem found.\n" : lines.join("");
  return head + found + formatArchived(report) + formatAge(name, report, now);
}

function formatArchived({ archivedPacks }: VerifyReport): string {
  return archivedPacks === 0
    ? ""
    : `  ${formatCounted(archivedPacks, "pack")} in the archive tier cannot be read: there and as long as written, the bytes not looked at.\n`;
}

function formatAge(
  name: string,
  { packs, oldestReadAt, neverReadPacks }: VerifyReport,
  now: number,
): string {
  // None is there where indexes name only such as are gone.
  if (packs === 0 || (oldestReadAt === null && neverReadPacks === 0)) return "";
  if (oldestReadAt === null) {
    return `  ${neverReadPacks} of ${formatCounted(packs, "pack")} were never read and verified. Such packs come first in: holdfast ${verifyCommand(name)} -read-data=5%\n`;
  }
  const days = Math.max(0, Math.floor((now - oldestReadAt) / DAY));
  const ago = days === 0 ? "less than a day ago" : `${formatCounted(days, "day")} ago`;
  return `  Every pack was read and verified; the oldest reading is of ${new Date(oldestReadAt).toISOString().slice(0, 10)}, ${ago}.\n`;
}

export function findingsToJson({ report, missingPoints }: Omit<VerifyFindings, "name" | "now">) {
  const { points, packs, chunks, bytesRead, problems, oldestReadAt, neverReadPacks } = report;
  return {
    points,
    packs,
    archived_packs: report.archivedPacks,
    chunks,
    bytes_read: bytesRead,
    oldest_read_at: oldestReadAt === null ? null : new Date(oldestReadAt).toISOString(),
    never_read_packs: neverReadPacks,
    problems,
    missing_points: missingPoints,
  };
}
