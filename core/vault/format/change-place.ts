import type { ManifestDocument } from "../../../schemas/manifest.ts";
import type { ChangePlace } from "../../kit/change-place.ts";
import { toInstant } from "../../kit/clock.ts";

type ChangesDocument = NonNullable<ManifestDocument["facts"]["changes"]>;

export function encodeChanges(place: ChangePlace): ChangesDocument {
  const { identity, after, reached } = place;
  return {
    identity,
    enabled_by: place.enabledBy,
    after,
    reached,
    reached_at: place.reachedAt,
  };
}

export function decodeChanges(place: ChangesDocument): ChangePlace {
  const { identity, after, reached } = place;
  return {
    identity,
    enabledBy: place.enabled_by,
    after,
    reached,
    reachedAt: toInstant(place.reached_at),
  };
}
