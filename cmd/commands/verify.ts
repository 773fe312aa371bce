import { formatBytes } from "../../core/kit/bytes.ts";
import { type VaultVerdict, verifyVaults } from "../../core/operations/verify.ts";
import { formatCounted } from "../views/count-text.ts";
import type { Command } from "./command.ts";
import { type Flags, usageError } from "./flags.ts";
import { diagnosticsHost, JSON_FLAG, printJson } from "./tell.ts";

export const command: Command = {
  name: "verify",
  summary: "Check that every recovery point can be restored",
  usage: "[-read-data[=SHARE]] [-json]",
  description:
    "Checks every vault of the catalog: that manifests, indexes and packs are there and whole, and that each listed point is in its vault. With -read-data every chunk is read, decrypted and compared with its id; -read-data=5% reads a share of the packs.",
  flags: [
    {
      name: "read-data",
      kind: "optional",
      placeholder: "SHARE",
      description: "Read the data, all of it or a share such as 5%.",
    },
    JSON_FLAG,
  ],
  most: 0,
  examples: ["holdfast verify", "holdfast verify -read-data", "holdfast verify -read-data=10%"],
  async run(flags, context) {
    const isJson = flags.isOn("json");
    const ports = await context.ports(diagnosticsHost(isJson, context));
    const verdicts = await verifyVaults({ readData: shareOf(flags) }, ports);
    const isGood = verdicts.every(
      ({ report, missingPoints }) => report.problems.length + missingPoints.length === 0,
    );
    if (isJson) {
      printJson(
        { type: "summary", status: isGood ? "successful" : "failed", vaults: verdicts.map(toJson) },
        context,
      );
    } else {
      context.stdout(verdicts.map(formatVerdict).join("\n"));
    }
    return isGood ? 0 : 1;
  },
};

function shareOf(flags: Flags): number | undefined {
  const text = flags.value("read-data");
  if (text === undefined) return undefined;
  if (text === "") return 1;
  const [, percent] = /^(\d+(?:\.\d+)?)%$/.exec(text) ?? [];
  const share = Number(percent) / 100;
  if (share > 0 && share <= 1) return share;
  throw usageError(`-read-data=${text} is not a share. Write a percentage above 0: -read-data=5%.`);
}

function toJson({ vault, report, missingPoints }: VaultVerdict) {
  const { points, packs, chunks, bytesRead, problems } = report;
  return {
    vault,
    points,
    packs,
    chunks,
    bytes_read: bytesRead,
    problems,
    missing_points: missingPoints,
  };
}

function formatVerdict({ vault, report, missingPoints }: VaultVerdict): string {
  const { points, packs, chunks, bytesRead, problems } = report;
  const read =
    bytesRead > 0
      ? `, ${formatCounted(chunks, "chunk")} read and verified (${formatBytes(bytesRead)})`
      : "";
  const head = `${vault}: ${formatCounted(points, "recovery point")}, ${formatCounted(packs, "pack")}${read}\n`;
  const lines = [
    ...problems.map(
      ({ blob, problem, points: affected }) =>
        `  DAMAGED ${blob} ${problem}; cannot be restored: ${affected.join(", ") || "nothing that is known"}\n`,
    ),
    ...missingPoints.map((id) => `  MISSING the manifest of point ${id}\n`),
  ];
  return lines.length === 0 ? `${head}  No problem found.\n` : head + lines.join("");
}
