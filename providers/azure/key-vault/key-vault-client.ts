import {
  createDefaultHttpClient,
  createHttpHeaders,
  createPipelineFromOptions,
  createPipelineRequest,
  type HttpMethods,
} from "@azure/core-rest-pipeline";
import type { TokenCredential } from "@azure/identity";
import { DiagnosticError } from "../../../core/diagnostics/diagnostic.ts";
import type { KeyVaultKeyId } from "../../../core/kit/key-vault-key-id.ts";
import type { Abortable } from "../../../core/storage/blob-store.ts";
import type { Repeat } from "../../../core/storage/retrying.ts";
import {
  explainAnswer,
  type KeyVaultAttempt,
  signInFailed,
  unreachable,
} from "./key-vault-failure.ts";

/** learn.microsoft.com/rest/api/keyvault/keys/operation-groups */
const API_VERSION = "7.4";
const TIMEOUT_MS = 30_000;

export interface KeyVaultCall {
  /** What the identity must be allowed: `wrapKey`. */
  readonly permission: KeyVaultAttempt["permission"];
  readonly method: HttpMethods;
  /** The newest without it. */
  readonly version: string | undefined;
  readonly operation?: "wrapkey" | "unwrapkey";
  readonly body?: Readonly<Record<string, string>>;
}

/** Asks one Key Vault about one key. Tokens are asked for before each call; the SDK keeps them while they hold. */
export class KeyVaultClient {
  readonly #key: KeyVaultKeyId;
  readonly #credential: TokenCredential;
  readonly #repeat: Repeat;
  /** Its own retries are off: `repeat` is the one place for that. Bodies are never logged. */
  readonly #pipeline = createPipelineFromOptions({ retryOptions: { maxRetries: 0 } });
  readonly #http = createDefaultHttpClient();

  constructor(
    key: KeyVaultKeyId,
    options: { readonly credential: TokenCredential; readonly repeat: Repeat },
  ) {
    this.#key = key;
    this.#credential = options.credential;
    this.#repeat = options.repeat;
  }

  /** The answer's JSON. KEY_VAULT_* */
  call(call: KeyVaultCall, options: Abortable): Promise<Readonly<Record<string, unknown>>> {
    return this.#repeat(() => this.#call(call, options), options);
  }

  async #call(
    { permission, method, version, operation, body }: KeyVaultCall,
    { signal }: Abortable,
  ): Promise<Readonly<Record<string, unknown>>> {
    const attempt = { key: { ...this.#key, version }, permission };
    const path = [this.#key.key, version, operation].filter((part) => part !== undefined);
    const token = await this.#token(attempt, { signal });
    const request = createPipelineRequest({
      url: `${this.#key.vaultUrl}/keys/${path.join("/")}?api-version=${API_VERSION}`,
      method,
      headers: createHttpHeaders({ authorization: `Bearer ${token}`, accept: "application/json" }),
      timeout: TIMEOUT_MS,
      allowInsecureConnection: this.#key.vaultUrl.startsWith("http://"),
      ...(signal === undefined ? {} : { abortSignal: signal }),
    });
    if (body !== undefined) {
      request.headers.set("content-type", "application/json");
      request.body = JSON.stringify(body);
    }
    const answer = await this.#pipeline.sendRequest(this.#http, request).catch((error: unknown) => {
      signal?.throwIfAborted();
      throw unreachable(attempt, error);
    });
    const value = parseObject(answer.bodyAsText ?? "");
    const { status, headers } = answer;
    if (status === 200 && value !== undefined) return value;
    throw explainAnswer(attempt, { status, value, header: (name) => headers.get(name) });
  }

  async #token(attempt: KeyVaultAttempt, { signal }: Abortable): Promise<string> {
    const scope = `${this.#key.resource}/.default`;
    try {
      const options = signal === undefined ? {} : { abortSignal: signal };
      const token = await this.#credential.getToken(scope, options);
      if (token !== null) return token.token;
    } catch (error) {
      signal?.throwIfAborted();
      throw error instanceof DiagnosticError ? error : signInFailed(attempt, error);
    }
    throw signInFailed(attempt, undefined);
  }
}

function parseObject(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}
