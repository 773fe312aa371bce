import type { JsonObject } from "../core/kit/json.ts";

/** A server that was asked. */
interface DriftServer {
  readonly server: string;
  /** When what it said was accepted; null: never, so nothing can be compared. */
  readonly accepted_at: string | null;
  readonly status: "observed" | "failed";
}

export interface DriftRow {
  /** `database_renamed`. More kinds may come. */
  readonly kind: string;
  readonly server: string;
  /** Null where the server itself changed. */
  readonly database: string | null;
  readonly backup_sets: readonly string[];
  readonly what: string;
  readonly consequence: string;
  readonly repair: {
    readonly advice: string;
    readonly commands: readonly {
      readonly language: "sql" | "shell" | "hcl";
      readonly text: string;
    }[];
  };
  readonly before: JsonObject | null;
  readonly after: JsonObject | null;
}

/** The document of `drift -json`: by server, then by database. */
export interface DriftListing {
  readonly at: string;
  readonly servers: readonly DriftServer[];
  readonly drift: readonly DriftRow[];
}
