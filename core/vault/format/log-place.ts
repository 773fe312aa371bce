import type { ManifestDocument } from "../../../schemas/manifest.ts";
import { toInstant } from "../../kit/clock.ts";
import type { LogPlace } from "../../kit/log-place.ts";

type PlaceDocument = NonNullable<ManifestDocument["facts"]["place"]>;

export function encodePlace(place: LogPlace): PlaceDocument {
  const { set, newest, fork, base, damaged } = place;
  return {
    set,
    first_lsn: place.firstLsn,
    last_lsn: place.lastLsn,
    checkpoint_lsn: place.checkpointLsn,
    newest,
    fork,
    base,
    current_full: place.currentFull,
    damaged,
  };
}

export function decodePlace(place: PlaceDocument): LogPlace {
  const { set, newest, fork, base, damaged } = place;
  return {
    set,
    firstLsn: place.first_lsn,
    lastLsn: place.last_lsn,
    checkpointLsn: place.checkpoint_lsn,
    newest: toInstant(newest),
    fork,
    base,
    currentFull: place.current_full,
    damaged,
  };
}
