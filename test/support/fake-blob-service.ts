import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import { setTimeout } from "node:timers/promises";
import type { BlobContainer } from "../../core/storage/blob-container.ts";
import {
  type FakeAccountOptions,
  type FakeBlob,
  FakeBlobAccount,
  type Protection,
  ServiceError,
} from "./fake-blob-account.ts";

/** What goes wrong with one request. */
export type Disturbance =
  /** Refused before anything was done. */
  | {
      readonly kind: "status";
      readonly status: number;
      readonly code?: string;
      readonly headers?: Readonly<Record<string, string>>;
    }
  /** All is done, and the connection breaks before the answer. */
  | { readonly kind: "lost" }
  /** The body breaks in its middle. */
  | { readonly kind: "truncated" }
  /** The body comes in small pieces, with a millisecond between them. */
  | { readonly kind: "slow" }
  /** Never answered. */
  | { readonly kind: "stalled" };

export interface FakeRequest {
  /** From 1. */
  readonly number: number;
  readonly method: string;
  readonly name: string;
  readonly query: URLSearchParams;
}

export interface FakeBlobService extends AsyncDisposable {
  readonly account: FakeBlobAccount;
  readonly place: BlobContainer;
  readonly requests: FakeRequest[];
  disturb: (request: FakeRequest) => Disturbance | undefined;
}

const PAGE = 3;

interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Buffer | string;
}

/** The fake account behind real HTTP on a port of its own. It checks no signature; pages of listings hold three blobs. */
export async function startFakeBlobService(
  options: Partial<FakeAccountOptions> = {},
): Promise<FakeBlobService> {
  const now = options.now ?? (() => Date.now());
  const account = new FakeBlobAccount({
    rehydration: 0,
    softDelete: false,
    immutableVersions: false,
    ...options,
    now,
  });
  const server = createServer((request, response) => {
    serve(request, response).catch((error: unknown) => response.destroy(error as Error));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const service: FakeBlobService = {
    account,
    requests: [],
    disturb: () => undefined,
    place: {
      accountUrl: `http://127.0.0.1:${port}/account`,
      container: "vault",
      signIn: { kind: "sas", token: "sv=2026-01-01&sig=bm9uZQ%3D%3D" },
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
  const serve = async (request: IncomingMessage, response: ServerResponse) => {
    const url = new URL(request.url ?? "", "http://127.0.0.1");
    const name = decodeURIComponent(url.pathname).split("/").slice(3).join("/");
    const method = request.method ?? "";
    const query = url.searchParams;
    const told = { number: service.requests.length + 1, method, name, query };
    service.requests.push(told);
    const body = await buffer(request);
    const disturbance = service.disturb(told);
    if (disturbance?.kind === "stalled") return;
    const answer =
      disturbance?.kind === "status"
        ? errorAnswer(disturbance.status, disturbance.code ?? "ServerBusy", disturbance.headers)
        : answerTo({ account, request, name, query, body });
    if (disturbance?.kind === "lost") return void response.destroy();
    send(response, answer, { trouble: disturbance?.kind, method, now: now() });
  };
  return service;
}

interface Work {
  readonly account: FakeBlobAccount;
  readonly request: IncomingMessage;
  readonly name: string;
  readonly query: URLSearchParams;
  readonly body: Buffer;
}

function answerTo(work: Work): Answer {
  try {
    const key = `${work.request.method} ${work.query.get("comp") ?? ""}`.trim();
    const route = ROUTES[key];
    if (route === undefined) throw new ServiceError(400, "UnsupportedHttpVerb");
    return route(work);
  } catch (error) {
    if (error instanceof ServiceError) return errorAnswer(error.status, error.code);
    throw error;
  }
}

const ROUTES: Readonly<Record<string, (work: Work) => Answer>> = {
  PUT: (work) => {
    const { account, name, body, request } = work;
    return written(account.put(name, body, isIfAbsent(request)), work);
  },
  "PUT block": ({ account, name, body, query }) => {
    account.stage(name, query.get("blockid") ?? "", body);
    return { status: 201 };
  },
  "PUT blocklist": (work) => {
    const { account, name, body, request } = work;
    const ids = [...body.toString().matchAll(/<Latest>([^<]+)<\/Latest>/g)];
    return written(
      account.commit(
        name,
        ids.map(([, id = ""]) => id),
        isIfAbsent(request),
      ),
      work,
    );
  },
  "PUT tier": ({ account, name, request }) => ({
    status: account.setTier(name, String(request.headers["x-ms-access-tier"])),
  }),
  HEAD: ({ account, name }) => {
    const blob = account.find(name);
    const length = String(blob.bytes.length);
    const protection = headersOfProtection(account.protectionOf(name));
    const headers = { ...headersOf(blob), ...protection, "content-length": length };
    return { status: 200, headers };
  },
  GET: ({ account, name, request }) => download(account.read(name), request),
  "GET list": listing,
  DELETE: ({ account, name }) => {
    account.remove(name);
    return { status: 202 };
  },
};

function isIfAbsent({ headers }: IncomingMessage): boolean {
  return headers["if-none-match"] === "*";
}

function written(blob: FakeBlob, { account, name, request }: Work): Answer {
  const until = request.headers["x-ms-immutability-policy-until-date"];
  const mode = request.headers["x-ms-immutability-policy-mode"];
  if (until !== undefined && String(mode).toLowerCase() === "locked")
    account.protectNew(name, Date.parse(String(until)));
  return { status: 201, headers: { "last-modified": new Date(blob.lastModified).toUTCString() } };
}

function headersOf(blob: FakeBlob): Readonly<Record<string, string>> {
  return {
    etag: '"0x1"',
    "last-modified": new Date(blob.lastModified).toUTCString(),
    "x-ms-access-tier": blob.tier,
    ...(blob.tierChangedAt && {
      "x-ms-access-tier-change-time": new Date(blob.tierChangedAt).toUTCString(),
    }),
    ...(blob.rehydration && { "x-ms-archive-status": pending(blob.rehydration.tier) }),
  };
}

function headersOfProtection({ until, legalHold }: Protection): Readonly<Record<string, string>> {
  return {
    ...(until && { "x-ms-immutability-policy-until-date": new Date(until).toUTCString() }),
    ...(legalHold && { "x-ms-legal-hold": "true" }),
  };
}

function pending(tier: string): string {
  return `rehydrate-pending-to-${tier.toLowerCase()}`;
}

function download(blob: FakeBlob, { headers }: IncomingMessage): Answer {
  const range = headers["x-ms-range"] ?? headers.range;
  const [, from, to] = /^bytes=(\d+)-(\d*)$/.exec(String(range)) ?? [];
  if (from === undefined) return { status: 200, headers: headersOf(blob), body: blob.bytes };
  const { length } = blob.bytes;
  if (Number(from) >= length) throw new ServiceError(416, "InvalidRange");
  const end = Math.min(to === "" ? length : Number(to) + 1, length);
  const contentRange = `bytes ${from}-${end - 1}/${length}`;
  return {
    status: 206,
    headers: { ...headersOf(blob), "content-range": contentRange },
    body: blob.bytes.subarray(Number(from), end),
  };
}

function listing({ account, query }: Work): Answer {
  const marker = query.get("marker") ?? "";
  const names = [...account.blobs.keys()]
    .filter((name) => name.startsWith(query.get("prefix") ?? "") && name > marker)
    .toSorted();
  const page = names.slice(0, PAGE);
  const blobs = page.map((name) => {
    const { bytes, lastModified, tier, rehydration, tierChangedAt } = account.find(name);
    const changed =
      tierChangedAt &&
      `<AccessTierChangeTime>${new Date(tierChangedAt).toUTCString()}</AccessTierChangeTime>`;
    const kept = listedProtection(account.protectionOf(name), query.get("include") ?? "");
    const status = rehydration && `<ArchiveStatus>${pending(rehydration.tier)}</ArchiveStatus>`;
    return `<Blob><Name>${name}</Name><Properties><Last-Modified>${new Date(lastModified).toUTCString()}</Last-Modified><Etag>0x1</Etag><Content-Length>${bytes.length}</Content-Length><BlobType>BlockBlob</BlobType><AccessTier>${tier}</AccessTier>${changed ?? ""}${status ?? ""}${kept}</Properties></Blob>`;
  });
  const next = names.length > PAGE ? page.at(-1) : "";
  const body = `<?xml version="1.0" encoding="utf-8"?><EnumerationResults ContainerName="vault"><Blobs>${blobs.join("")}</Blobs><NextMarker>${next}</NextMarker></EnumerationResults>`;
  return { status: 200, headers: { "content-type": "application/xml" }, body };
}

/** Only what a listing was asked to include. */
function listedProtection({ until, legalHold }: Protection, include: string): string {
  const policy =
    until && include.includes("immutabilitypolicy")
      ? `<ImmutabilityPolicyUntilDate>${new Date(until).toUTCString()}</ImmutabilityPolicyUntilDate>`
      : "";
  return legalHold && include.includes("legalhold")
    ? `${policy}<LegalHold>true</LegalHold>`
    : policy;
}

function errorAnswer(
  status: number,
  code: string,
  headers: Readonly<Record<string, string>> = {},
): Answer {
  const body = `<?xml version="1.0" encoding="utf-8"?><Error><Code>${code}</Code><Message>fake</Message></Error>`;
  const own = { "content-type": "application/xml", "x-ms-error-code": code };
  return { status, headers: { ...own, ...headers }, body };
}

function send(
  response: ServerResponse,
  { status, headers = {}, body = "" }: Answer,
  how: {
    readonly trouble: Disturbance["kind"] | undefined;
    readonly method: string;
    readonly now: number;
  },
): void {
  const length = { "content-length": String(Buffer.byteLength(body)) };
  const own = { date: new Date(how.now).toUTCString(), "x-ms-request-id": "fake" };
  response.writeHead(status, { ...length, ...own, ...headers });
  if (how.method === "HEAD") return void response.end();
  if (how.trouble === "slow") return void trickle(response, Buffer.from(body));
  if (how.trouble !== "truncated") return void response.end(body);
  response.write(Buffer.from(body).subarray(0, Buffer.byteLength(body) / 2), () => {
    response.destroy();
  });
}

async function trickle(response: ServerResponse, body: Buffer): Promise<void> {
  const piece = Math.max(1, Math.ceil(body.length / 5));
  for (let at = 0; at < body.length; at += piece) {
    response.write(body.subarray(at, at + piece));
    await setTimeout(1);
  }
  response.end();
}
