import { formatBytes } from "../../core/kit/bytes.ts";
import { planStreamPruning, pruneStreams } from "../../core/operations/prune-streams.ts";
import {
  getStream,
  initStreamVault,
  listStreams,
  type NamedStream,
  putStream,
} from "../../core/operations/vault-streams.ts";
import {
  collectionToJson,
  formatCollection,
  PRUNED,
  PRUNING_PLANNED,
} from "../views/collection-text.ts";
import { formatTable } from "../views/table.ts";
import { wrapProse } from "../views/text-layout.ts";
import type { Command, CommandContext } from "./command.ts";
import { type Flags, requireAtMost, unknownCommand, usageError } from "./flags.ts";
import { REHYDRATE_FLAG, rehydrateBy } from "./rehydrate-flag.ts";
import { viewBeside, withProgress } from "./task-view.ts";
import { diagnosticsHost, JSON_FLAG, printJson, tableWidth } from "./tell.ts";
import { CARE_FLAGS, CARE_VERBS } from "./vault-care.ts";

interface Verb {
  /** How many arguments it takes, its own name among them. */
  readonly least: number;
  readonly most: number;
  readonly usage: string;
  readonly flags: readonly string[];
  readonly run: (flags: Flags, context: CommandContext) => Promise<number>;
}

const VERBS: Readonly<Record<string, Verb>> = {
  init: { least: 2, most: 2, usage: "init DIR", flags: [], run: init },
  put: { least: 3, most: 4, usage: "put DIR NAME [FILE|-]", flags: ["json"], run: put },
  get: {
    least: 3,
    most: 3,
    usage: "get DIR NAME [-o FILE|-] [-rehydrate[=high]]",
    flags: ["o", "rehydrate"],
    run: get,
  },
  list: { least: 2, most: 2, usage: "list DIR [-json]", flags: ["json"], run: list },
  prune: {
    least: 2,
    most: 2,
    usage: "prune DIR [-keep NAME] [-dry-run] [-json]",
    flags: ["keep", "dry-run", "json"],
    run: pruneVault,
  },
  ...CARE_VERBS,
};

export const command: Command = {
  name: "vault",
  summary: "Keep streams of bytes in a vault",
  usage: "init|put|get|list|stats|verify|repair|prune|rotate-key DIR [NAME] [FILE|-]",
  description:
    "Keeps any stream of bytes under a name in a vault, deduplicated and encrypted, without a configuration. DIR is the vault's folder, or azblob://ACCOUNT/CONTAINER[/PREFIX] with AZURE_STORAGE_CONNECTION_STRING, AZURE_STORAGE_KEY or AZURE_STORAGE_SAS_TOKEN in the environment, or the machine's identity of Entra; the vault's key comes from the variable HOLDFAST_VAULT_KEY. put stores a file or the standard input and is done when everything is durable; get gives the bytes back, all of them verified; list names the streams; stats counts what the vault holds, by database; verify checks that every point can be read; repair says what is lost after damage and makes the best of the rest; rotate-key gives the vault another key; prune frees what no stream needs any more, and with -keep removes every stream that is not named.",
  flags: [
    {
      name: "o",
      kind: "value",
      placeholder: "FILE",
      description: "get: where the bytes go; - for the standard output.",
    },
    {
      name: "keep",
      kind: "list",
      placeholder: "NAME",
      description: "prune: remove all streams but this one; may be given many times.",
    },
    {
      name: "dry-run",
      kind: "switch",
      description: "prune, repair: say what would be done; change nothing.",
    },
    REHYDRATE_FLAG,
    ...CARE_FLAGS,
    JSON_FLAG,
  ],
  most: 4,
  examples: [
    "holdfast vault init /backups/vault",
    "holdfast vault put /backups/vault orders-2026-11-23 orders.bak",
    "holdfast vault get /backups/vault orders-2026-11-23 -o orders.bak",
    "holdfast vault put azblob://contosobackup/holdfast orders-2026-11-23 orders.bak",
    "holdfast vault stats vault.main",
    "holdfast vault repair -dry-run",
    "holdfast vault rotate-key vault.main -new-key-env NEW_VAULT_KEY",
    "holdfast vault verify /backups/vault -read-data=5%",
  ],
  run(flags, context) {
    const [name] = flags.positionals;
    if (name === undefined)
      throw usageError(
        "vault needs to know what to do: init, put, get, list, stats, verify, repair, prune or rotate-key.",
      );
    const verb = Object.hasOwn(VERBS, name) ? VERBS[name] : undefined;
    if (verb === undefined)
      throw unknownCommand(
        `vault ${name}`,
        Object.keys(VERBS).map((each) => `vault ${each}`),
      );
    requireAtMost(verb.most, flags, `vault ${name}`);
    if (flags.positionals.length < verb.least)
      throw usageError(`Write: holdfast vault ${verb.usage}.`);
    for (const flag of [
      "o",
      "json",
      "keep",
      "dry-run",
      "rehydrate",
      "read-data",
      "yes",
      "forget-lost",
      "new-key-env",
      "new-key-file",
      "new-key-vault-key",
    ]) {
      if (flags.value(flag) !== undefined && !verb.flags.includes(flag))
        throw usageError(`vault ${name} takes no -${flag}.`);
    }
    return verb.run(flags, context);
  },
};

async function init(flags: Flags, context: CommandContext): Promise<number> {
  const [, directory = ""] = flags.positionals;
  await initStreamVault(directory, await context.ports(diagnosticsHost(false, context)));
  context.stdout(
    "The vault is made. Without its key nobody can read it: keep the key in a safe place.\n",
  );
  return 0;
}

async function put(flags: Flags, context: CommandContext): Promise<number> {
  const [, directory = "", name = "", file = "-"] = flags.positionals;
  const isJson = flags.isOn("json");
  const stream = await withProgress(isJson ? "json_document" : "people", context, async (ports) => {
    await using source = await context.openByteSource(file);
    return await putStream({ directory, name }, source, ports);
  });
  const { bytesRead, bytesStored } = stream.point;
  if (isJson) printJson(toJson(stream), context);
  else
    context.stdout(`${name}: ${formatBytes(bytesRead)} read, ${formatBytes(bytesStored)} stored\n`);
  return 0;
}

async function get(flags: Flags, context: CommandContext): Promise<number> {
  const [, directory = "", name = ""] = flags.positionals;
  const file = flags.value("o") ?? "-";
  const wanted = { directory, name, rehydrate: rehydrateBy(flags) };
  await withProgress(viewBeside(file, context), context, async (ports) => {
    await using target = await context.openByteTarget(file);
    await getStream(wanted, (bytes) => target.write(bytes), ports);
    await target.finish();
  });
  return 0;
}

async function list(flags: Flags, context: CommandContext): Promise<number> {
  const [, directory = ""] = flags.positionals;
  const isJson = flags.isOn("json");
  const streams = await listStreams(
    directory,
    await context.ports(diagnosticsHost(isJson, context)),
  );
  if (isJson) printJson({ streams: streams.map(toJson) }, context);
  else if (streams.length === 0) context.stdout("The vault holds no stream.\n");
  else context.stdout(formatStreams(streams));
  return 0;
}

async function pruneVault(flags: Flags, context: CommandContext): Promise<number> {
  const [, directory = ""] = flags.positionals;
  const isJson = flags.isOn("json");
  const isDry = flags.isOn("dry-run");
  const keep = flags.value("keep") === undefined ? undefined : flags.list("keep");
  const asked = { directory, keep };
  const { streams, collection } = await withProgress(
    isJson ? "json_document" : "people",
    context,
    (ports) => (isDry ? planStreamPruning(asked, ports) : pruneStreams(asked, ports)),
  );
  if (isJson) {
    const removed = streams.map(({ name }) => name);
    printJson(
      { dry_run: isDry, removed_streams: removed, ...collectionToJson(collection) },
      context,
    );
    return 0;
  }
  const words = isDry ? PRUNING_PLANNED : PRUNED;
  const lines = streams.map(({ name }) => `${name} ${words.would}removed\n`);
  const text = lines.join("") + formatCollection(collection, words);
  context.stdout(wrapProse(text, tableWidth(context)));
  return 0;
}

function toJson({ name, point }: NamedStream) {
  return {
    name,
    point: point.id,
    bytes: point.bytesRead,
    bytes_stored: point.bytesStored,
    created_at: new Date(point.facts.createdAt).toISOString(),
  };
}

function formatStreams(streams: readonly NamedStream[]): string {
  return formatTable(streams, [
    { title: "NAME", cell: ({ name }) => name },
    {
      title: "MADE (UTC)",
      cell: ({ point }) =>
        new Date(point.facts.createdAt).toISOString().slice(0, 19).replace("T", " "),
    },
    { title: "SIZE", align: "right", cell: ({ point }) => formatBytes(point.bytesRead) },
    { title: "STORED", align: "right", cell: ({ point }) => formatBytes(point.bytesStored) },
  ]);
}
