import type { HoldfastEvent } from "./event.ts";

/** Receives events in the order in which they happened. Must return quickly and never throw. */
export interface EventHost {
  emit(event: HoldfastEvent): void;
}

/** A host that forgets everything. */
export const silentHost: EventHost = { emit: () => undefined };
