import type { IncomingHttpHeaders } from "node:http";

/** One request over HTTP, with its whole body. */
export interface ArmRequest {
  /** In capitals. */
  readonly method: string;
  readonly url: URL;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** What goes back. A body is written as JSON; no body at all where it is undefined. */
export interface ArmReply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

export function ok(body: unknown): ArmReply {
  return { status: 200, body };
}
