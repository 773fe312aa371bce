import { Blocked, type Transaction } from "./transaction.ts";

/** `intent`: writes rows · `shared`: reads all, to the end · `exclusive`: nobody else · `schema`: changes the definition. */
export type LockMode = "intent" | "shared" | "exclusive" | "schema";

const CONFLICTS: Readonly<Record<LockMode, readonly LockMode[]>> = {
  intent: ["shared", "exclusive", "schema"],
  shared: ["intent", "exclusive", "schema"],
  exclusive: ["intent", "shared", "exclusive", "schema"],
  schema: ["intent", "shared", "exclusive", "schema"],
};

/** Locks on whole tables; locks on rows are the writers that stand in the rows. */
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

  /** Throws {@link Blocked} when a reader that takes no lock has to wait. `uncommitted` readers wait for changes of the definition only. */
  check(transaction: Transaction, resource: string, uncommitted: boolean): void {
    const holders = this.#holders.get(resource);
    if (holders === undefined) return;
    this.#refuse(holders, transaction, uncommitted ? ["schema"] : ["exclusive", "schema"]);
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
