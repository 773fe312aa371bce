import type { HoldfastEvent } from "../../core/events/event.ts";
import { encodeDiagnostic } from "./diagnostic-json.ts";
import { toSnakeJson } from "./snake-json.ts";

/** An event as one object of an NDJSON stream. */
export function toEventJson(event: HoldfastEvent): object {
  return event.type === "diagnostic" ? encodeDiagnostic(event.diagnostic) : toSnakeJson(event);
}
