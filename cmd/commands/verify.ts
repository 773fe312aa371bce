import { verifyVaults } from "../../core/operations/verify.ts";
import { wrapProse } from "../views/text-layout.ts";
import { findingsToJson, formatFindings, isSound } from "../views/verify-text.ts";
import type { Command } from "./command.ts";
import { type Flags, usageError } from "./flags.ts";
import { withProgress } from "./task-view.ts";
import { JSON_FLAG, printJson, tableWidth } from "./tell.ts";

export const command: Command = {
  name: "verify",
  summary: "Check that every recovery point can be restored",
  usage: "[-read-data[=SHARE]] [-json]",
  description:
    "Checks every vault of the catalog: that manifests, indexes and packs are there and whole, and that each listed point is in its vault. With -read-data every chunk is read, decrypted and compared with its id; -read-data=5% reads a share of the packs, those that were read longest ago: the vault remembers which. So 5% each day read everything in twenty days.",
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
    const readData = shareOf(flags);
    const { verdicts, now } = await withProgress(
      isJson ? "json_lines" : "people",
      context,
      async (ports) => ({
        verdicts: await verifyVaults({ readData }, ports),
        now: ports.clock.now(),
      }),
    );
    const isGood = verdicts.every(isSound);
    if (isJson) {
      const status = isGood ? "successful" : "failed";
      const vaults = verdicts.map((verdict) => ({
        vault: verdict.vault,
        ...findingsToJson(verdict),
      }));
      printJson({ type: "summary", status, vaults }, context);
    } else {
      const texts = verdicts.map(({ vault, ...verdict }) =>
        formatFindings({ name: vault, now, ...verdict }),
      );
      context.stdout(wrapProse(texts.join("\n"), tableWidth(context)));
    }
    return isGood ? 0 : 1;
  },
};

/** The share that -read-data asks for; undefined without it. */
export function shareOf(flags: Flags): number | undefined {
  const text = flags.value("read-data");
  if (text === undefined) return undefined;
  if (text === "") return 1;
  const [, percent] = /^(\d+(?:\.\d+)?)%$/.exec(text) ?? [];
  const share = Number(percent) / 100;
  if (share > 0 && share <= 1) return share;
  throw usageError(`-read-data=${text} is not a share. Write a percentage above 0: -read-data=5%.`);
}
