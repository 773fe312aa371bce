import { countVaults, isVaultAddress, verifyPlace } from "../../core/operations/care-vaults.ts";
import { formatStats, statsToJson } from "../views/stats-text.ts";
import { wrapProse } from "../views/text-layout.ts";
import { findingsToJson, formatFindings, isSound } from "../views/verify-text.ts";
import type { CommandContext } from "./command.ts";
import type { FlagSpec, Flags } from "./flags.ts";
import { withProgress } from "./task-view.ts";
import { diagnosticsHost, printJson, tableWidth } from "./tell.ts";
import { REPAIR_FLAGS, REPAIR_VERB } from "./vault-repair.ts";
import { ROTATE_KEY_FLAGS, ROTATE_KEY_VERB } from "./vault-rotate-key.ts";
import { shareOf } from "./verify.ts";

/** The verbs of `vault` that look after vaults: of the catalog, or in a folder. */
export const CARE_VERBS = {
  stats: { least: 1, most: 2, usage: "stats [DIR|VAULT] [-json]", flags: ["json"], run: stats },
  verify: {
    least: 2,
    most: 2,
    usage: "verify DIR [-read-data[=SHARE]] [-json]",
    flags: ["read-data", "json"],
    run: verify,
  },
  repair: REPAIR_VERB,
  "rotate-key": ROTATE_KEY_VERB,
} as const;

export const CARE_FLAGS: readonly FlagSpec[] = [
  {
    name: "read-data",
    kind: "optional",
    placeholder: "SHARE",
    description: "verify, repair: read the data, all of it or, to verify, a share such as 5%.",
  },
  ...REPAIR_FLAGS,
  ...ROTATE_KEY_FLAGS,
];

async function stats(flags: Flags, context: CommandContext): Promise<number> {
  const [, place] = flags.positionals;
  const isJson = flags.isOn("json");
  const ports = await context.ports(diagnosticsHost(isJson, context));
  const counted = await countVaults(place, ports);
  const [only] = counted;
  const isFolder = place !== undefined && !isVaultAddress(place);
  if (!isJson) {
    context.stdout(
      counted.map(({ name, result }) => formatStats(name, result, tableWidth(context))).join("\n"),
    );
  } else if (isFolder && only !== undefined) printJson(statsToJson(only.result), context);
  else {
    const vaults = counted.map(({ name, result }) => ({ vault: name, ...statsToJson(result) }));
    printJson({ vaults }, context);
  }
  return 0;
}

async function verify(flags: Flags, context: CommandContext): Promise<number> {
  const [, place = ""] = flags.positionals;
  const isJson = flags.isOn("json");
  const readData = shareOf(flags);
  const { verified, now } = await withProgress(
    isJson ? "json_lines" : "people",
    context,
    async (ports) => ({
      verified: await verifyPlace(place, { readData }, ports),
      now: ports.clock.now(),
    }),
  );
  const findings = verified.map(({ name, result }) => ({
    name,
    report: result,
    missingPoints: [],
    now,
  }));
  const isGood = findings.every(isSound);
  if (isJson) {
    const [first] = findings;
    const found = first === undefined ? {} : findingsToJson(first);
    printJson({ type: "summary", status: isGood ? "successful" : "failed", ...found }, context);
  } else {
    const text = findings.map(formatFindings).join("\n");
    context.stdout(wrapProse(text, tableWidth(context)));
  }
  return isGood ? 0 : 1;
}
