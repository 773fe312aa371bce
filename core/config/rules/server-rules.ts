import type { ResourceAttributes } from "../../../schemas/blocks/resources.ts";
import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import { problem } from "../report.ts";
import { type CheckedResource, rangeOf } from "./checked-resource.ts";

/** Names and addresses only; what SQL Server's own tools write beside them has arguments of its own. */
export function checkServer(
  { host }: ResourceAttributes<"server">,
  resource: CheckedResource,
): readonly Diagnostic[] {
  const advice = adviceOnHost(host);
  if (advice === undefined) return [];
  const detail = `The argument "host" takes a name or an address alone. ${advice}`;
  return [problem({ summary: "Invalid value", detail, subject: rangeOf(resource, "host") })];
}

function adviceOnHost(host: string): string | undefined {
  const bare = host.replace(/^(?:tcp|np|lpc|admin):(?=[^:]*$)/i, "").replace(/^[a-z]+:\/\//i, "");
  const [, name, port] = /^([^:,]+)[:,]\s*(\d+)\/?$/.exec(bare) ?? [];
  if (name !== undefined) return `Write host = ${JSON.stringify(name)} and port = ${port}.`;
  if (bare !== host) return `Write host = ${JSON.stringify(bare.replace(/\/.*$/, ""))}.`;
  return /^[\w.-]+\\[\w$]+$/.test(host)
    ? "A named instance is reached by its port: write the port that it listens on as port."
    : undefined;
}
