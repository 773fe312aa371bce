import type { TokenClaims } from "./authority/token-issuer.ts";
import type { AzureWorld } from "./azure-world.ts";
import type { ArmReply, ArmRequest } from "./exchange.ts";
import type { ArmFaults } from "./faults.ts";
import type { Operations } from "./operations.ts";
import type { RoleAssignments } from "./roles.ts";

/** How the control plane behaves; tests turn it to what they need. Times are milliseconds of the engine's clock. */
export interface ArmPace {
  copyDuration: number;
  dropDuration: number;
  /** Seconds, in Retry-After. */
  retryAfter: number;
  /** Members of one page of a list. */
  pageSize: number;
}

/** What a handler works with. */
export interface ArmCall {
  readonly request: ArmRequest;
  /** What the places of the pattern hold. */
  readonly names: Readonly<Record<string, string>>;
  readonly caller: TokenClaims;
  readonly apiVersion: string;
  /** `https://localhost:1234`. */
  readonly origin: string;
  readonly world: AzureWorld;
  readonly roles: RoleAssignments;
  readonly operations: Operations;
  readonly faults: ArmFaults;
  readonly pace: ArmPace;
}

export interface Route {
  readonly method: "GET" | "PUT" | "PATCH" | "DELETE" | "POST";
  /** `/subscriptions/{subscription}/providers/Microsoft.Sql/servers`. */
  readonly pattern: string;
  /** What the caller must be allowed; undefined: anyone with a token. */
  readonly action: string | undefined;
  /** Throws {@link ArmError} for a refusal. */
  handle(call: ArmCall): ArmReply;
}

interface Match {
  readonly route: Route;
  readonly names: Readonly<Record<string, string>>;
}

/** Finds the handler of a path; letters of any case are the same, as in ids. */
export class Routes {
  readonly #entries: readonly { readonly route: Route; readonly path: RegExp }[];

  constructor(routes: readonly Route[]) {
    this.#entries = routes.map((route) => ({ route, path: compile(route.pattern) }));
  }

  find(method: string, path: string): Match | "method_not_allowed" | undefined {
    const matches = this.#entries.flatMap((entry) => {
      const match = entry.path.exec(path);
      return match === null ? [] : [{ route: entry.route, names: decodeNames(match.groups) }];
    });
    if (matches.length === 0) return undefined;
    return matches.find(({ route }) => route.method === method) ?? "method_not_allowed";
  }
}

function compile(pattern: string): RegExp {
  const parts = pattern
    .split(/(\{\w+\})/)
    .map((part) =>
      part.startsWith("{") ? `(?<${part.slice(1, -1)}>[^/]+)` : part.replaceAll(".", "\\."),
    );
  return new RegExp(`^${parts.join("")}$`, "i");
}

function decodeNames(groups: Record<string, string> | undefined): Record<string, string> {
  const entries = Object.entries(groups ?? {});
  return Object.fromEntries(entries.map(([name, value]) => [name, decodeURIComponent(value)]));
}
