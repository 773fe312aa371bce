import type { Address } from "../address/address.ts";
import {
  type ApplyHistory,
  type ApplyRecord,
  type ApplySummary,
  summaryOf,
} from "./apply-record.ts";
import type { CatalogChange } from "./catalog.ts";
import type { ServerObservation } from "./observation.ts";
import { byServer, newestApplyFirst } from "./order.ts";

const JOURNALLED = [
  "put_apply",
  "change_apply",
  "finish_change",
  "put_observation",
  "remove_observation",
] as const;

/** Changes of what was done and said, and not of what is. */
export type JournalChange = Extract<CatalogChange, { readonly kind: (typeof JOURNALLED)[number] }>;

export function isJournalled(change: CatalogChange): change is JournalChange {
  return JOURNALLED.some((kind) => kind === change.kind);
}

/** Applies and observations of a memory catalog. */
export class MemoryJournal implements ApplyHistory {
  readonly #applies = new Map<string, ApplyRecord>();
  /** Addresses of changes that are done, by the id of their apply. */
  readonly #done = new Map<string, Set<Address>>();
  readonly #observations = new Map<Address, ServerObservation>();

  applies(options?: { readonly limit?: number | undefined }): Promise<readonly ApplySummary[]> {
    const records = [...this.#applies.values()].sort(newestApplyFirst).slice(0, options?.limit);
    return Promise.resolve(records.map((record) => summaryOf(this.#withDone(record))));
  }

  apply(id: string): Promise<ApplyRecord | undefined> {
    const record = this.#applies.get(id);
    return Promise.resolve(record && this.#withDone(record));
  }

  observations(): Promise<readonly ServerObservation[]> {
    return Promise.resolve([...this.#observations.values()].sort(byServer));
  }

  carryOut(change: JournalChange): void {
    switch (change.kind) {
      case "put_apply":
        this.#applies.set(change.apply.id, change.apply);
        this.#done.set(change.apply.id, new Set());
        return;
      case "change_apply": {
        const apply = this.#applies.get(change.id);
        if (apply !== undefined) this.#applies.set(change.id, { ...apply, ...change.facts });
        return;
      }
      case "finish_change":
        this.#done.get(change.apply)?.add(change.address);
        return;
      case "put_observation":
        this.#observations.set(change.observation.server, change.observation);
        return;
      case "remove_observation":
        this.#observations.delete(change.server);
        return;
      default:
        return change satisfies never;
    }
  }

  #withDone(record: ApplyRecord): ApplyRecord {
    const done = this.#done.get(record.id);
    const changes = record.changes.map((change) =>
      done?.has(change.address) === true ? { ...change, done: true } : change,
    );
    return { ...record, changes };
  }
}
