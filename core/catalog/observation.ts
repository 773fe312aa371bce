import type { Address } from "../address/address.ts";
import type { Instant } from "../kit/clock.ts";
import type { JsonObject } from "../kit/json.ts";

/** What a server last said that somebody accepted: by an apply, or by the first backup of a database. */
export interface ServerObservation {
  readonly server: Address;
  readonly at: Instant;
  readonly facts: JsonObject;
}
