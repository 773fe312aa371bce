import { tryParseServerId } from "../resource/azure-server-id.ts";
import type { AzureServerPlace } from "../resource/azure-sql.ts";
import { parseRetentionId, RETENTION_ID_FORM, type RetentionId } from "./retention-id.ts";

/** What an `import` names, taken apart. What it stands for depends on the type of the target. */
export type ImportId =
  | { readonly kind: "server"; readonly host: string; readonly port: number }
  /** A logical server or a managed instance, by its resource id. */
  | { readonly kind: "azure_server"; readonly place: AzureServerPlace }
  /** A folder as written, or an address of Azure Blob Storage. */
  | { readonly kind: "vault"; readonly place: string }
  /** Databases of a server; the server is an address or `HOST[:PORT]`. */
  | { readonly kind: "databases"; readonly server: string; readonly patterns: readonly string[] }
  | RetentionId;

/** Why an id is none of that type, in a sentence. */
export interface ImportIdFault {
  readonly kind: "fault";
  readonly fault: string;
}

/** The types whose objects exist without a configuration, with the form of their ids. */
export const IMPORTABLE: Readonly<Record<string, string>> = {
  server:
    "HOST or HOST:PORT, such as orders.contoso.example:1433, or the resource id of a logical server or managed instance of Azure",
  vault: "a folder, such as ./vault, or a container, such as azblob://ACCOUNT/CONTAINER",
  backup_set:
    "SERVER/DATABASE, such as server.orders/Sales; several with semicolons between them, or with * all that it has",
  azure_retention: RETENTION_ID_FORM,
};

const DEFAULT_PORT = 1433;
const HOST = /^(?:tcp:)?(\[[0-9a-f:.]+\]|[a-z0-9_.-]+)(?:[:,](\d{1,5}))?$/i;

/** Undefined for a type that cannot be imported. */
export function parseImportId(type: string, id: string): ImportId | ImportIdFault | undefined {
  switch (type) {
    case "server":
      return parseServer(id);
    case "vault":
      return { kind: "vault", place: id };
    case "backup_set":
      return parseDatabases(id);
    case "azure_retention":
      return parseRetentionId(id) ?? { kind: "fault", fault: `It is not ${RETENTION_ID_FORM}.` };
    default:
      return undefined;
  }
}

/** `HOST[:PORT]`, also with the comma that SQL Server's own tools write. Undefined for anything else. */
export function tryParseHost(
  text: string,
): { readonly host: string; readonly port: number } | undefined {
  const [, host = "", port] = HOST.exec(text) ?? [];
  const number = port === undefined ? DEFAULT_PORT : Number(port);
  if (host === "" || number < 1 || number > 65_535) return undefined;
  return { host: host.replace(/^\[(.*)\]$/, "$1"), port: number };
}

function parseServer(id: string): ImportId | ImportIdFault {
  const place = tryParseServerId(id);
  if (place !== undefined) return { kind: "azure_server", place };
  const found = tryParseHost(id);
  if (found !== undefined) return { kind: "server", ...found };
  const instance = id.includes("\\")
    ? " The name of an instance says nothing of where it is: give the port that it listens on."
    : "";
  return { kind: "fault", fault: `It is not ${IMPORTABLE["server"]}.${instance}` };
}

function parseDatabases(id: string): ImportId | ImportIdFault {
  const slash = id.indexOf("/");
  const server = id.slice(0, Math.max(slash, 0));
  const patterns = id
    .slice(slash + 1)
    .split(";")
    .map((pattern) => pattern.trim());
  if (looksLikeFolder(id)) return { kind: "fault", fault: FOLDER };
  if (server === "" || patterns.some((pattern) => pattern === "")) {
    return { kind: "fault", fault: `It is not ${IMPORTABLE["backup_set"]}.` };
  }
  return { kind: "databases", server, patterns };
}

const FOLDER =
  "It looks like a folder, and applying a plan copies no data. Bring existing .bak and .trn files into the set with a command:\n\n    holdfast import-backup -set NAME FOLDER";

function looksLikeFolder(id: string): boolean {
  return /^(?:[./\\~]|[a-z]:[\\/])/i.test(id);
}
