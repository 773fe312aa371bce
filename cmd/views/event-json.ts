import type { HoldfastEvent } from "../../core/events/event.ts";
import { encodeDiagnostic } from "./diagnostic-json.ts";
import { toSnakeJson } from "./snake-json.ts";

/**
 * The version of the vocabulary of events: the minor one grows when a member or a type of event is added, the major one when
 * one goes or changes its meaning. Readers pass over what they do not know.
 */
const EVENTS_VERSION = "1.0";

/** The first line of a stream. `version` is that of the program. */
export function toVersionJson(version: string): object {
  return { type: "version", holdfast: version, events: EVENTS_VERSION };
}

/** An event as one object of an NDJSON stream. */
export function toEventJson(event: HoldfastEvent): object {
  return event.type === "diagnostic" ? encodeDiagnostic(event.diagnostic) : toSnakeJson(event);
}
