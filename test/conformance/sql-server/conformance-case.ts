import type { Capability } from "./capabilities.ts";
import type { ConformanceServer } from "./conformance-server.ts";

/** One promise of the provider, to be kept on every server that has what it needs. */
export interface ConformanceCase {
  readonly title: string;
  /** Besides `databases`. */
  readonly needs: readonly Capability[];
  /** Gives what it left out because the server does not know it, a line each. */
  run(server: ConformanceServer): Promise<readonly string[]>;
}
