import { METHODS } from "../blocks/methods.ts";

type Method = keyof typeof METHODS;

interface MethodText {
  readonly reads: string;
  readonly needs: string;
}

const TEXTS: Readonly<Record<Method, MethodText>> = {
  snapshot: {
    reads: "all rows as of one moment, in a snapshot transaction",
    needs:
      "`ALLOW_SNAPSHOT_ISOLATION`, which is on by default on Azure SQL Database only. Holdfast never switches it on",
  },
  cdc: {
    reads:
      "all rows, then the changes that the server recorded. A full alone is fuzzy: changes made meanwhile may be missing. From the first cdc backup on, points are transactional",
    needs:
      "sysadmin to enable Change Data Capture on SQL Server and managed instances, db_owner on Azure SQL Database, and a tier or edition that has it",
  },
  isolated_copy: {
    reads: "a copy of the database that Azure makes, and that is dropped afterwards",
    needs:
      "the [feature](holdfast.md#features) listed, the right to copy databases, and a [bridge](bridge.md); see [backups through a copy](../isolated-copy.md)",
  },
  native: {
    reads: "the server's own backup stream",
    needs:
      "the right to back up, and a gateway that the server can reach. Managed instances make copy-only fulls",
  },
  files: {
    reads: "the database files, beside the server",
    needs: "an [agent](server.md#block-agent) on the machine",
  },
};

/** What each method reads, where it runs and what it needs. */
export function methodsSection(): string {
  const rows = Object.entries(TEXTS).map(
    ([method, { reads, needs }]) =>
      `| \`${method}\` | ${reads} | ${placesOf(method as Method)} | ${needs} |`,
  );
  return `## Methods\n\n| method | reads | runs on | needs |\n|---|---|---|---|\n${rows.join("\n")}`;
}

/** Kinds of server, grouped by the types of backup that the method can run there. */
function placesOf(method: Method): string {
  const kindsByTypes = Map.groupBy(Object.entries(METHODS[method]), ([, types]) =>
    types.join(", "),
  );
  return [...kindsByTypes]
    .map(([types, kinds]) => `${kinds.map(([kind]) => `\`${kind}\``).join(", ")}: ${types}`)
    .join("; ");
}
