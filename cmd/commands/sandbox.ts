import { formatDuration } from "../../core/kit/duration.ts";
import { formatReady } from "../views/sandbox-text.ts";
import {
  type Command,
  SANDBOX_KINDS,
  type SandboxKind,
  type SandboxPlaceInAzure,
} from "./command.ts";
import { type Flags, usageError } from "./flags.ts";
import { JSON_FLAG, printJson } from "./tell.ts";

export const command: Command = {
  name: "sandbox",
  summary: "Start an embedded stand-in for SQL Server",
  usage: "[-kind KIND] [-port N] [-data DIR] [-load [DATABASE=]FILE]... [-json]",
  description:
    "Serves SQL Server's protocol on 127.0.0.1 until it is stopped, for trying Holdfast and for tests. -load runs a T-SQL script (GO splits batches), in DATABASE, which is made if it is missing, or in master. The password of sa comes from HOLDFAST_SANDBOX_PASSWORD, or is generated and printed. With another -kind than sql_server, Azure Resource Manager and a Microsoft Entra authority of its own answer too; what clients need of them is printed. It is no place for data that matters.",
  flags: [
    {
      name: "kind",
      kind: "value",
      placeholder: "KIND",
      description:
        "What to stand for: sql_server, azure_sql, managed_instance or azure_vm [sql_server].",
    },
    { name: "port", kind: "value", placeholder: "N", description: "The TCP port [a free one]." },
    {
      name: "data",
      kind: "value",
      placeholder: "DIR",
      description:
        "Keep the databases in this folder: written at CHECKPOINT and at the end [in memory only].",
    },
    {
      name: "load",
      kind: "list",
      placeholder: "[DATABASE=]FILE",
      description: "Run a script first. Repeatable.",
    },
    JSON_FLAG,
  ],
  most: 0,
  examples: [
    "holdfast sandbox -load Northwind=instnwnd.sql",
    "holdfast sandbox -port 14330 -data ./sandbox",
    "holdfast sandbox -kind azure_sql",
  ],
  async run(flags, context) {
    const isJson = flags.isOn("json");
    const given = context.environment("HOLDFAST_SANDBOX_PASSWORD");
    const password = given ?? context.randomPassword();
    const dataFolder = flags.value("data");
    const kind = kindOf(flags);
    const port = portOf(flags);
    await using sandbox = await context.startSandbox({ port, dataFolder, password, kind });
    const { host, caFile } = sandbox;
    for (const script of flags.list("load").map(parseScript)) {
      const started = performance.now();
      await sandbox.load(script);
      context.stderr(`${script.file}: loaded in ${formatDuration(performance.now() - started)}\n`);
    }
    const shown: { readonly password?: string } = given === undefined ? { password } : {};
    if (isJson)
      printJson(
        {
          type: "ready",
          kind,
          host,
          port: sandbox.port,
          username: "sa",
          ca_file: caFile,
          ...shown,
          ...(sandbox.azure === undefined ? {} : { environment: sandbox.azure }),
          ...(sandbox.place === undefined ? {} : { azure: placeJson(sandbox.place) }),
        },
        context,
      );
    else {
      const { port: taken, azure, place } = sandbox;
      const facts = { kind, host, port: taken, caFile, azure, place };
      context.stdout(formatReady({ ...facts, password: shown.password }));
    }
    await untilAborted(context.signal);
    if (!isJson) context.stderr("Sandbox stopped.\n");
    return 0;
  },
};

function placeJson({ subscriptionId, resourceGroup, name }: SandboxPlaceInAzure) {
  return { subscription_id: subscriptionId, resource_group: resourceGroup, name };
}

function kindOf(flags: Flags): SandboxKind {
  const text = flags.value("kind") ?? "sql_server";
  const kind = SANDBOX_KINDS.find((known) => known === text);
  if (kind !== undefined) return kind;
  throw usageError(`-kind ${text} is none of ${SANDBOX_KINDS.join(", ")}.`);
}

function portOf(flags: Flags): number {
  const text = flags.value("port") ?? "0";
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (!(port <= 65_535)) throw usageError(`-port ${text} is not a port from 0 to 65535.`);
  return port;
}

function parseScript(text: string): {
  readonly database: string | undefined;
  readonly file: string;
} {
  const [, database, file] = /^([^=/\\]+)=([\s\S]+)$/.exec(text) ?? [];
  return { database, file: file ?? text };
}

function untilAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener("abort", () => resolve(), { once: true });
  });
}
