import { formatBytes } from "../../core/kit/bytes.ts";
import { exportBackup } from "../../core/operations/export-backup.ts";
import type { Command } from "./command.ts";
import { usageError } from "./flags.ts";
import { REHYDRATE_FLAG, rehydrateBy } from "./rehydrate-flag.ts";
import { viewBeside, withProgress } from "./task-view.ts";

export const command: Command = {
  name: "export-backup",
  summary: "Give imported backup files back",
  usage: "POINT -o FILE [-rehydrate[=high]]",
  description:
    "Writes the backup file of a recovery point that import-backup made, byte for byte and verified. Of a striped backup, FILE.1, FILE.2 and so on are written. A file appears under its name when it is whole; one that has the name is replaced.",
  flags: [
    {
      name: "o",
      kind: "value",
      placeholder: "FILE",
      description: "Where the bytes go; - for the standard output.",
    },
    REHYDRATE_FLAG,
  ],
  most: 1,
  examples: ["holdfast export-backup 4f1c9a02 -o orders.bak"],
  async run(flags, context) {
    const [point] = flags.positionals;
    const place = flags.value("o");
    if (point === undefined || place === undefined) {
      throw usageError(
        "Write: holdfast export-backup POINT -o FILE. `holdfast points` lists the points.",
      );
    }
    const pathOf = (stripe: number, files: number) => (files === 1 ? place : `${place}.${stripe}`);
    const open = ({ stripe }: { readonly stripe: number }, files: number) => {
      if (place === "-" && files > 1) {
        throw usageError("A striped backup has several files: write them with -o FILE.");
      }
      return context.openByteTarget(pathOf(stripe, files));
    };
    const wanted = { point, rehydrate: rehydrateBy(flags) };
    const files = await withProgress(viewBeside(place, context), context, (ports) =>
      exportBackup(wanted, open, ports),
    );
    if (place === "-") return 0;
    for (const { stripe, bytes, name } of files) {
      context.stdout(
        `${pathOf(stripe, files.length)}: ${formatBytes(bytes)}, imported as ${name}\n`,
      );
    }
    return 0;
  },
};
