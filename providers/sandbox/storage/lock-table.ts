import { Blocked, type Transaction } from "./transaction.ts";

/**
 * `seek`: locks rows to change them later · `intent`: writes rows · `shared`: reads all, to the end · `update`: reads all to change some of
 * it later · `exclusive`: nobody else · `schema`: changes the definition. Compatible as IU, IX, S, U, X and Sch-M are
 * (learn.microsoft.com: transaction locking and row versioning guide, lock compatibility).
 */
export type LockMode = "seek" | "intent" | "shared" | "update" | "exclusive" | "schema";

const CONFLICTS: Readonly<Record<LockMode, readonly LockMode[]>> = {
  seek: ["update", "exclusive", "schema"],
  intent: ["shared", "update", "exclusive", "schema"],
  shared: ["intent", "exclusive", "schema"],
  update: ["seek", "intent", "update", "exclusive", "schema"],
  exclusive: ["seek", "intent", "shared", "update", "exclusive", "schema"],
  schema: ["seek", "intent", "shared", "update", "exclusive", "schema"],
};

/** What a reader that takes no lock waits for: changes of the definition, `committed` for whole tables that are changed, `whole` for any writer. */
export type ReadKind = "uncommitted" | "committed" | "whole";

const WAITS: Readonly<Record<ReadKind, readonly LockMode[]>> = {
  uncommitted: ["schema"],
  committed: ["exclusive", "schema"],
  whole: CONFLICTS.shared,
};

/** Locks on whole tables; who writes a row stands in the row, who means to has a lock of RowLocks. */
export class LockTable {
  readonly #holders = new Map<string, Map<Transaction, Set<LockMode>>>();
  readonly #held = new Map<Transaction, Set<string>>();

  /** Throws {@link Blocked} when another transaction is in the way. The lock stays until `release`. */
  acquire(transaction: Transaction, resource: string, mode: LockMode): void {
    const holders = this.#holders.get(resource) ?? new Map<Transaction, Set<LockMode>>();
    const own = holders.get(transaction);
    if (own?.has(mode) === true) return;
    this.#refuse(holders, transaction, CONFLICTS[mode]);
    holders.set(transaction, (own ?? new Set()).add(mode));
    this.#holders.set(resource, holders);
    const held = this.#held.get(transaction) ?? new Set();
    this.#held.set(transaction, held.add(resource));
  }

  /** Throws {@link Blocked} when a reader that takes no lock has to wait. */
  check(transaction: Transaction, resource: string, kind: ReadKind): void {
    const holders = this.#holders.get(resource);
    if (holders === undefined) return;
    this.#refuse(holders, transaction, WAITS[kind]);
  }

  release(transaction: Transaction): void {
    for (const resource of this.#held.get(transaction) ?? []) {
      const holders = this.#holders.get(resource);
      holders?.delete(transaction);
      if (holders?.size === 0) this.#holders.delete(resource);
    }
    this.#held.delete(transaction);
  }

  #refuse(
    holders: ReadonlyMap<Transaction, ReadonlySet<LockMode>>,
    transaction: Transaction,
    modes: readonly LockMode[],
  ): void {
    for (const [holder, held] of holders) {
      if (holder !== transaction && modes.some((mode) => held.has(mode))) throw new Blocked(holder);
    }
  }
}
