import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { makeRsaPair, type RsaPair, unwrapByOaep, wrapByOaep } from "./rsa-oaep.ts";

/*
 * A FAKE of Azure Key Vault on this machine, over http: real RSA, and the documented shapes of
 *   learn.microsoft.com/rest/api/keyvault/keys/get-key, .../wrap-key, .../unwrap-key (version 7.4)
 *   learn.microsoft.com/azure/key-vault/general/rest-error-codes and authentication-requests-and-responses
 * A disabled key still wraps and no longer unwraps, an expired one the other way round, as the service has it
 * (Azure/azure-sdk-for-python#45342; learn.microsoft.com/azure/key-vault/keys/about-keys-details#key-access-control).
 * What it cannot show: Entra, roles, firewalls, HSMs, and every word in which the service differs from its documents.
 */

interface Version extends RsaPair {
  readonly id: string;
  enabled: boolean;
  expired: boolean;
}

/** What the next calls get in place of an answer. */
export interface FakeTrouble {
  readonly status: number;
  readonly code: string;
  readonly inner?: string;
  readonly retryAfter?: number;
  /** How many calls; all that follow without it. */
  times?: number;
}

export interface FakeKeyVault extends AsyncDisposable {
  readonly url: string;
  /** `http://127.0.0.1:PORT/keys/NAME` */
  keyOf(name: string): string;
  /** Makes a key or a new version of it; gives the version. */
  addVersion(name: string): string;
  versionsOf(name: string): Version[];
  deleteKey(name: string): void;
  /** Which of `get`, `wrapkey`, `unwrapkey` the identity may. */
  readonly allowed: Set<string>;
  trouble: FakeTrouble | undefined;
  /** `POST wrapkey VERSION`, in order. */
  readonly calls: string[];
  /** Those that it accepts. */
  readonly tokens: Set<string>;
}

export const FAKE_TOKEN = "not-a-real-token";

export async function startFakeKeyVault(): Promise<FakeKeyVault> {
  const keys = new Map<string, Version[]>();
  const server = createServer((request, response) => {
    answer(request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  const { port } = server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}`;
  const fake: FakeKeyVault = {
    url,
    keyOf: (name) => `${url}/keys/${name}`,
    addVersion(name) {
      const pair = makeRsaPair(2048);
      const versions = keys.get(name) ?? [];
      const id = `${versions.length + 1}`.padStart(32, "0");
      keys.set(name, [...versions, { id, ...pair, enabled: true, expired: false }]);
      return id;
    },
    versionsOf: (name) => keys.get(name) ?? [],
    deleteKey: (name) => void keys.delete(name),
    allowed: new Set(["get", "wrapkey", "unwrapkey"]),
    trouble: undefined,
    calls: [],
    tokens: new Set([FAKE_TOKEN]),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return fake;

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const call = parseCall(request, url);
    const body = await text(request);
    if (!fake.tokens.has(`${request.headers.authorization}`.replace("Bearer ", ""))) {
      response.setHeader(
        "www-authenticate",
        'Bearer authorization="https://login.microsoftonline.com/TENANT", resource="https://vault.azure.net"',
      );
      failAs(response, { status: 401, code: "Unauthorized" });
      return;
    }
    fake.calls.push(`${request.method} ${call.operation} ${call.version ?? "newest"}`);
    const found = keys
      .get(call.name)
      ?.findLast(({ id }) => call.version === undefined || id === call.version);
    const refusal = takeTrouble(fake.trouble) ?? refusalOf(call, found, fake.allowed);
    const result = refusal ?? resultOf(call, found, body);
    if (found === undefined || "status" in result) {
      failAs(response, "status" in result ? result : BAD);
      return;
    }
    response.setHeader("content-type", "application/json; charset=utf-8");
    const kid = `${fake.keyOf(call.name)}/${found.id}`;
    const key = "value" in result ? { kid } : { key: { ...result.key, kid } };
    response.end(JSON.stringify({ ...result, ...key }));
  }
}

interface Call {
  readonly isKnown: boolean;
  readonly name: string;
  readonly version: string | undefined;
  readonly operation: string;
}

function parseCall(request: IncomingMessage, url: string): Call {
  const { pathname, searchParams } = new URL(request.url ?? "/", url);
  const [, kind, name = "", version, operation = "get"] = pathname.split("/");
  const isKnown = kind === "keys" && searchParams.get("api-version") === "7.4";
  return { isKnown, name, version, operation };
}

const BAD: FakeTrouble = { status: 400, code: "BadParameter" };

function refusalOf(
  { isKnown, operation }: Call,
  version: Version | undefined,
  allowed: ReadonlySet<string>,
): FakeTrouble | undefined {
  const forbidden = (inner: string) => ({ status: 403, code: "Forbidden", inner });
  if (!isKnown) return BAD;
  if (!allowed.has(operation)) return forbidden("ForbiddenByRbac");
  if (version === undefined) return { status: 404, code: "KeyNotFound" };
  if (operation === "unwrapkey" && !version.enabled) return forbidden("KeyDisabled");
  if (operation === "wrapkey" && version.expired) return forbidden("KeyExpired");
  return undefined;
}

function resultOf({ operation }: Call, version: Version | undefined, body: string) {
  if (version === undefined) return BAD;
  if (operation === "get") {
    const { n, e } = version.publicKey.export({ format: "jwk" });
    const key_ops = ["encrypt", "decrypt", "sign", "verify", "wrapKey", "unwrapKey"];
    const attributes = { enabled: version.enabled, recoveryLevel: "Recoverable+Purgeable" };
    return { key: { kty: "RSA", key_ops, n, e }, attributes };
  }
  const { alg, value = "" } = JSON.parse(body) as Record<string, string>;
  const bytes = Buffer.from(value, "base64url");
  const result = alg === "RSA-OAEP-256" ? tryCompute(operation, version, bytes) : undefined;
  return result === undefined ? BAD : { value: result.toString("base64url") };
}

function tryCompute(operation: string, version: Version, bytes: Buffer): Buffer | undefined {
  try {
    return operation === "wrapkey" ? wrapByOaep(version, bytes) : unwrapByOaep(version, bytes);
  } catch {
    return undefined;
  }
}

function takeTrouble(trouble: FakeTrouble | undefined): FakeTrouble | undefined {
  if (trouble === undefined || trouble.times === 0) return undefined;
  if (trouble.times !== undefined) trouble.times -= 1;
  return trouble;
}

function failAs(response: ServerResponse, trouble: FakeTrouble): void {
  const { status, code, inner, retryAfter } = trouble;
  if (retryAfter !== undefined) response.setHeader("retry-after", String(retryAfter));
  response.setHeader("x-ms-request-id", "0000-fake");
  response.writeHead(status, { "content-type": "application/json; charset=utf-8" });
  const innererror = inner === undefined ? {} : { innererror: { code: inner } };
  const error = { code, message: "Words of the service.", ...innererror };
  response.end(JSON.stringify({ error }));
}
