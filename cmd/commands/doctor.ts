import { examineLeftovers, examineVaults } from "../../core/operations/doctor.ts";
import { formatDiagnosis } from "../views/doctor-text.ts";
import { formatLeftovers, leftoversToJson } from "../views/leftovers-text.ts";
import type { Command } from "./command.ts";
import { VARIABLE_FLAGS, variableOptions } from "./plan-flags.ts";
import { diagnosticsHost, JSON_FLAG, printJson } from "./tell.ts";

export const command: Command = {
  name: "doctor",
  summary: "Try whether the stores of vaults keep their promises, and see what is left over",
  usage: "[VAULT|DIR] [-json] [flags]",
  description:
    "Tries on each vault of the configuration, on one, or on a place (a folder's path with a slash, or azblob://ACCOUNT/CONTAINER), what every store must do: that a blob is written whole and once, that one of many writers wins, that parts are read, that listings see everything, that the store's time goes forward, that a blob can be removed. It writes some small blobs under doctor/ and removes them. Without an argument it then lists what backups left in Azure and on servers: copies of databases that no job works on any more, change data capture of backup sets that are gone, and databases and schemas that restores left half made, each with what removes it. Exits with 1 when a promise is broken; the text says what to do.",
  flags: [...VARIABLE_FLAGS, JSON_FLAG],
  most: 1,
  examples: [
    "holdfast doctor",
    "holdfast doctor vault.offsite",
    "holdfast doctor azblob://contosobackup/holdfast -json",
  ],
  async run(flags, context) {
    const isJson = flags.isOn("json");
    const ports = await context.ports(diagnosticsHost(isJson, context));
    const variables = await variableOptions(flags, ports);
    const options = { vault: flags.positionals[0], variables };
    const diagnoses = await examineVaults(options, ports);
    const left = await examineLeftovers(options, ports);
    const isGood = diagnoses.every(({ findings }) =>
      findings.every(({ verdict }) => verdict !== "broken"),
    );
    if (isJson) {
      const status = isGood ? "successful" : "failed";
      const leftovers = left === undefined ? {} : { leftovers: leftoversToJson(left) };
      printJson({ type: "summary", status, vaults: diagnoses, ...leftovers }, context);
    } else {
      const width = Math.min(context.terminal.columns, 100) - 1;
      const texts = diagnoses.map((diagnosis) => formatDiagnosis(diagnosis, width));
      const now = ports.clock.now();
      const rest = left === undefined ? [] : [formatLeftovers(left, { now, width })];
      context.stdout([...texts, ...rest].join("\n"));
    }
    return isGood ? 0 : 1;
  },
};
