import type { SqlManagementClient } from "@azure/arm-sql";
import { createPipelineRequest } from "@azure/core-rest-pipeline";
import type { TokenCredential } from "@azure/identity";
import type { Clock } from "../../../core/kit/clock.ts";
import type { Abortable } from "../../../core/storage/blob-store.ts";
import type { Repeat } from "../../../core/storage/retrying.ts";
import {
  type ArmAttempt,
  explainArmError,
  memberOf,
  parse,
  type RawAnswer,
  readAnswer,
  tryReadAnswer,
} from "./arm-failure.ts";

/** The SDK waits for an answer for ever. */
const TIMEOUT_MS = 120_000;
const PUBLIC_ENDPOINT = "https://management.azure.com";

export interface ArmOptions {
  readonly credential: TokenCredential;
  /** [the public cloud's] */
  readonly endpoint?: string | undefined;
  /** PEM of an authority to trust besides the system's. */
  readonly ca?: string | undefined;
  readonly repeat: Repeat;
  readonly clock: Clock;
}

/** Azure Resource Manager through the SDK, one client a subscription. The SDK neither retries nor polls. */
export class ArmClient {
  readonly clock: Clock;
  readonly #options: ArmOptions;
  readonly #endpoint: string;
  readonly #createClient: typeof SqlManagementClient;
  readonly #clients = new Map<string, SqlManagementClient>();

  constructor(options: ArmOptions, createClient: typeof SqlManagementClient) {
    this.#options = options;
    this.#endpoint = (options.endpoint ?? PUBLIC_ENDPOINT).replace(/\/+$/, "");
    this.#createClient = createClient;
    this.clock = options.clock;
  }

  of(subscriptionId: string): SqlManagementClient {
    const known = this.#clients.get(subscriptionId);
    if (known !== undefined) return known;
    const { ca, credential } = this.#options;
    const made = new this.#createClient(credential, subscriptionId, {
      endpoint: this.#endpoint,
      $host: this.#endpoint,
      credentialScopes: `${this.#endpoint}/.default`,
      retryOptions: { maxRetries: 0 },
      userAgentOptions: { userAgentPrefix: "holdfast" },
      ...(ca === undefined ? {} : { tlsOptions: { ca } }),
    });
    made.pipeline.addPolicy({
      name: "holdfastTimeout",
      sendRequest: (request, next) => {
        request.timeout ||= TIMEOUT_MS;
        return next(request);
      },
    });
    this.#clients.set(subscriptionId, made);
    return made;
  }

  /** Does it, and again while it fails with what passes. */
  repeated<T>(attempt: ArmAttempt, call: () => Promise<T>, options: Abortable): Promise<T> {
    return this.#options.repeat(() => this.once(attempt, call, options), options);
  }

  async once<T>(attempt: ArmAttempt, call: () => Promise<T>, { signal }: Abortable): Promise<T> {
    try {
      return await call();
    } catch (error) {
      signal?.throwIfAborted();
      throw explainArmError(attempt, error);
    }
  }

  /** As `repeated`; undefined where nothing is there. */
  async tryRead<T>(
    attempt: ArmAttempt,
    call: () => Promise<T>,
    options: Abortable,
  ): Promise<T | undefined> {
    return this.repeated(
      attempt,
      async () => {
        try {
          return await call();
        } catch (error) {
          // A server that is missing is no database that is missing: ParentResourceNotFound goes on.
          if (isMissing(error)) return undefined;
          throw error;
        }
      },
      options,
    );
  }

  /** Whether a URL that an answer gave may get our token. */
  isOurs(url: string): boolean {
    return URL.canParse(url) && new URL(url).origin === new URL(this.#endpoint).origin;
  }

  /** One GET of a URL of this endpoint, with the identity's token; whatever does not pass by itself is an answer. */
  async look(
    subscriptionId: string,
    url: string,
    { signal }: Abortable,
  ): Promise<RawAnswer & { readonly body: unknown }> {
    const request = createPipelineRequest({
      url: url.startsWith("/") ? this.#endpoint + url : url,
      method: "GET",
      ...(signal === undefined ? {} : { abortSignal: signal }),
    });
    request.headers.set("accept", "application/json");
    const answer = await this.of(subscriptionId).sendRequest(request);
    if (answer.status === 429 || answer.status >= 500) throw asError(answer);
    return { ...answer, body: parse(answer.bodyAsText ?? "") };
  }

  /** Every page of a listing that the SDK does not know. */
  async list(
    attempt: ArmAttempt,
    place: { readonly subscriptionId: string; readonly path: string },
    options: Abortable,
  ): Promise<readonly unknown[]> {
    const items: unknown[] = [];
    for (let next: string | undefined = place.path; next !== undefined; ) {
      const url: string = next;
      const page = await this.repeated(
        attempt,
        async () => {
          const answer = await this.look(place.subscriptionId, url, options);
          if (answer.status === 200) return answer.body;
          throw asError(answer);
        },
        options,
      );
      const value = memberOf(page, "value");
      if (Array.isArray(value)) items.push(...value);
      const link = memberOf(page, "nextLink");
      next = typeof link === "string" && this.isOurs(link) ? link : undefined;
    }
    return items;
  }
}

function asError(answer: RawAnswer): Error {
  return Object.assign(new Error(readAnswer(answer).code), { response: answer });
}

function isMissing(error: unknown): boolean {
  const answer = tryReadAnswer(error);
  if (answer?.status !== 404) return false;
  return !/Parent|ServerNotFound|ResourceGroupNotFound|SubscriptionNotFound/.test(answer.code);
}
