import type { ApplyRecord } from "./apply-record.ts";
import type { CatalogObject } from "./catalog.ts";
import type { JobRecord } from "./job.ts";
import type { ServerObservation } from "./observation.ts";
import type { RecoveryPoint } from "./recovery-point.ts";

function ordinal(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Objects by address. */
export function byAddress(a: CatalogObject, b: CatalogObject): number {
  return ordinal(a.address, b.address);
}

/** Points by the start of their backup, then by id. */
export function oldestPointFirst(a: RecoveryPoint, b: RecoveryPoint): number {
  return a.startedAt - b.startedAt || ordinal(a.id, b.id);
}

/** Jobs by the moment they were asked for, then by id, both downwards. */
export function newestJobFirst(a: JobRecord, b: JobRecord): number {
  return b.queuedAt - a.queuedAt || ordinal(b.id, a.id);
}

/** Applies by the moment they began, then by id, both downwards. */
export function newestApplyFirst(a: ApplyRecord, b: ApplyRecord): number {
  return b.startedAt - a.startedAt || ordinal(b.id, a.id);
}

/** Observations by their server. */
export function byServer(a: ServerObservation, b: ServerObservation): number {
  return ordinal(a.server, b.server);
}
