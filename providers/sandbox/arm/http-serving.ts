import type { IncomingMessage, ServerResponse } from "node:http";
import type { AddressInfo, Server } from "node:net";
import type { ArmReply, ArmRequest } from "./exchange.ts";
import type { ArmFaults } from "./faults.ts";

const LARGEST_BODY = 4 * 1024 * 1024;
/** Requests that are remembered. */
const MOST_REQUESTS = 1000;

/** One request that came, for tests that count them. */
export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  readonly status: number;
  /** Of Azure Resource Manager only: forms of the authority hold secrets. */
  readonly body: string | undefined;
}

/** Answers a request; undefined for one of another kind. */
export type Answer = (request: ArmRequest) => ArmReply | undefined;

/** What a server of HTTP gives its requests to. */
export interface Serving {
  readonly answers: readonly Answer[];
  readonly requests: SeenRequest[];
  readonly faults: ArmFaults;
}

export function createServing({ answers, requests, faults }: Serving) {
  return (incoming: IncomingMessage, response: ServerResponse): void => {
    void readRequest(incoming)
      .then((request) => {
        const [answer] = answers;
        const reply = (request && answer?.(request)) ?? NOT_FOUND;
        const { method = "", url = "" } = incoming;
        const path = url.split("?")[0] ?? "";
        const body = path.startsWith("/subscriptions/") ? request?.body : undefined;
        requests.push({ method, path, status: reply.status, body });
        if (requests.length > MOST_REQUESTS) requests.shift();
        if (faults.take("answer_lost", (fault) => fault.method === method) !== undefined) {
          incoming.socket.destroy();
        } else writeReply(response, reply);
      })
      .catch((error: unknown) => {
        const message = error instanceof Error ? error.message : String(error);
        writeReply(response, {
          status: 500,
          body: { error: { code: "InternalServerError", message } },
        });
      });
  };
}

const NOT_FOUND: ArmReply = {
  status: 404,
  body: { error: { code: "NotFound", message: "Nothing is served at this address." } },
};

/** Undefined for a body that is too long. */
async function readRequest(incoming: IncomingMessage): Promise<ArmRequest | undefined> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of incoming) {
    const bytes = Buffer.from(chunk as Uint8Array);
    length += bytes.length;
    if (length > LARGEST_BODY) return undefined;
    chunks.push(bytes);
  }
  const url = new URL(incoming.url ?? "/", "https://localhost");
  const body = Buffer.concat(chunks).toString("utf8");
  return { method: incoming.method ?? "GET", url, headers: incoming.headers, body };
}

function writeReply(response: ServerResponse, { status, headers, body }: ArmReply): void {
  if (body === undefined) {
    response.writeHead(status, { ...headers, "content-length": "0" }).end();
    return;
  }
  const text = JSON.stringify(body);
  response.writeHead(status, {
    "content-type": "application/json; charset=utf-8",
    "content-length": String(Buffer.byteLength(text)),
    ...headers,
  });
  response.end(text);
}

/** Gives the port. Rejects when it is taken. */
export async function listen(server: Server, port: number): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", resolve);
  });
  // A server that listens on TCP has such an address.
  return (server.address() as AddressInfo).port;
}

/** Ends all connections. Safe to call twice. */
export async function stop(server: Server & { closeAllConnections(): void }): Promise<void> {
  if (!server.listening) return;
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
}
