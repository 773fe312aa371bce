import { formatKey } from "../../address/instance-key.ts";
import { formatHcl } from "../../language/format/format-hcl.ts";

/** A block as somebody would write it; `formatBlocks` lays it out. */
export interface GeneratedBlock {
  /** What was found, and what is left to decide: a line each. */
  readonly comments: readonly string[];
  readonly type: string;
  readonly name: string;
  /** Lines of native syntax. */
  readonly body: readonly string[];
}

/** A text as an expression, whatever is in it. */
export function quoted(text: string): string {
  return formatKey(text).slice(1, -1);
}

/** The blocks as a file in canonical form. */
export function formatBlocks(blocks: readonly GeneratedBlock[]): string {
  const source = blocks.map(textOf).join("\n");
  const { text } = formatHcl({ filename: "generated.hcl", text: source });
  if (text === undefined) throw new Error("Generated blocks have syntax errors. This is a bug.");
  return text;
}

function textOf({ comments, type, name, body }: GeneratedBlock): string {
  const notes = comments.map((line) => `# ${oneLine(line)}\n`).join("");
  return `${notes}${type} ${quoted(name)} {\n${body.join("\n")}\n}\n`;
}

/** Names of databases come from outside, and a line break in one would end the comment. */
function oneLine(text: string): string {
  return text.replaceAll(/[\p{Cc}\u2028\u2029]/gu, "?").trimEnd();
}

export interface ServerFound {
  readonly name: string;
  readonly kind: string;
  readonly host: string;
  readonly port: number;
  /** An address. */
  readonly credential: string;
  /** As it names itself, with its version. */
  readonly about: string;
  /** Where it stands in Azure, where the import says so. */
  readonly azure?:
    | { readonly subscriptionId: string; readonly resourceGroup: string; readonly server: string }
    | undefined;
}

export function serverBlock({
  name,
  kind,
  host,
  port,
  credential,
  about,
  azure,
}: ServerFound): GeneratedBlock {
  const portLine = port === 1433 ? [] : [`port = ${port}`];
  const azureLines =
    azure === undefined
      ? []
      : [
          "",
          "azure {",
          `subscription_id = ${quoted(azure.subscriptionId)}`,
          `resource_group = ${quoted(azure.resourceGroup)}`,
          `name = ${quoted(azure.server)}`,
          "}",
        ];
  return {
    comments: [about],
    type: "server",
    name,
    body: [
      `kind = ${quoted(kind)}`,
      `host = ${quoted(host)}`,
      ...portLine,
      `credential = ${credential}`,
      ...azureLines,
    ],
  };
}

export interface VaultFound {
  readonly name: string;
  /** Native syntax. */
  readonly storage: readonly string[];
  /** The name of an environment variable. */
  readonly keyEnv: string;
}

export function vaultBlock({ name, storage, keyEnv }: VaultFound): GeneratedBlock {
  return {
    comments: [`Its key is expected in the environment variable ${keyEnv}.`],
    type: "vault",
    name,
    body: [...storage, `encryption { key_env = ${quoted(keyEnv)} }`],
  };
}

interface DatabaseFound {
  readonly name: string;
  readonly recoveryModel: string;
  readonly snapshotIsolation: string;
  readonly state: string;
  readonly capturesChanges?: boolean | undefined;
}

export interface SetFound {
  readonly name: string;
  readonly server: string;
  readonly policy: string;
  readonly vault: string;
  readonly patterns: readonly string[];
  readonly system: boolean;
  readonly databases: readonly DatabaseFound[];
  /** Other policies and vaults that could be meant. */
  readonly choices: readonly string[];
}

/** How many databases are listed. */
const LISTED = 50;

export function setBlock(found: SetFound): GeneratedBlock {
  const { name, server, policy, vault, patterns, system, databases, choices } = found;
  const rest = databases.length - LISTED;
  const systemLine = system ? ["system = true"] : [];
  return {
    comments: [
      `Found on ${server}:`,
      ...databases.slice(0, LISTED).map(aboutDatabase),
      ...(rest > 0 ? [`  and ${rest} more`] : []),
      ...choices,
    ],
    type: "backup_set",
    name,
    body: [
      `server = ${server}`,
      `policy = ${policy}`,
      `vault = ${vault}`,
      "",
      "databases {",
      `include = [${patterns.map(quoted).join(", ")}]`,
      ...systemLine,
      "}",
    ],
  };
}

function aboutDatabase(database: DatabaseFound): string {
  const { name, recoveryModel, snapshotIsolation, state, capturesChanges } = database;
  const facts = [
    `${recoveryModel.replaceAll("_", "-")} recovery`,
    ...(snapshotIsolation === "on" ? [] : ["snapshot isolation is not on"]),
    ...(capturesChanges === true
      ? ["change data capture is on, which Holdfast did not enable and never changes"]
      : []),
    ...(state === "online" ? [] : [state.replaceAll("_", " ")]),
  ];
  return `  ${name}: ${facts.join(", ")}`;
}

/** What to keep, where nobody has said it: a proposal, two weeks of days. */
export function retentionBlock(name: string): GeneratedBlock {
  return {
    comments: ["A proposal: how long points are kept is yours to say."],
    type: "retention",
    name,
    body: ["daily = 14", "weekly = 8", "monthly = 12"],
  };
}

/** When to back up, where nobody has said it. */
export function policyBlock(
  name: string,
  { retention, withLog }: { readonly retention: string; readonly withLog: readonly string[] },
): GeneratedBlock {
  const shown = withLog.slice(0, LISTED).join(", ");
  const log =
    withLog.length === 0
      ? []
      : [
          `These keep a log (full or bulk-logged recovery), which this policy does not back up: ${shown}`,
        ];
  return {
    comments: ["A proposal: a full backup every night.", ...log],
    type: "policy",
    name,
    body: [
      `method = "snapshot"`,
      `retention = ${retention}`,
      "",
      `full { schedule = "0 1 * * *" }`,
    ],
  };
}
