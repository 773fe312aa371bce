/** Words before the first slot: the first of them counts the claims. */
const HEAD = 4;
const SLOT = 5;
const FIRST_CAPACITY = 64 * 1024;
const GROWTH = 4;
const MAX_LOAD = 0.6;

/** A slot goes from free over taken to claimed; its four words of key may be read once it is claimed. */
const FREE = 0;
const TAKEN = 1;
const CLAIMED = 2;

/** Some milliseconds: longer than a thread that has just been put to sleep needs to be woken, as a rule; if not, a chunk is stored twice. */
const PATIENCE = 1_000_000;

/**
 * The chunks that the lanes of one point store. Who claims a chunk first stores it; the others rely on that. Open addressing in
 * shared memory, 20 bytes a slot; when a table is full a larger one follows it, so that none ever moves. A lane that does not
 * know the newest table yet may claim what another one claimed there: the chunk is then stored twice, which costs its space.
 */
export class ClaimTables {
  #tables: readonly Int32Array[] = [createTable(FIRST_CAPACITY)];

  /** For lanes, with each batch: see `claimChunk`. Makes room first. */
  get tables(): readonly Int32Array[] {
    const last = this.#tables.at(-1);
    const capacity = last === undefined ? 0 : (last.length - HEAD) / SLOT;
    if (last !== undefined && Atomics.load(last, 0) > capacity * MAX_LOAD) {
      this.#tables = [...this.#tables, createTable(capacity * GROWTH)];
    }
    return this.#tables;
  }

  /** Whether the caller is the first to claim the chunk, and so has to store it. */
  claim(id: Uint8Array): boolean {
    return claimChunk(this.tables, id);
  }
}

function createTable(capacity: number): Int32Array {
  return new Int32Array(new SharedArrayBuffer((HEAD + capacity * SLOT) * 4));
}

/** Whether the caller is the first to claim the chunk in any of the tables, as far as it knows them. */
export function claimChunk(tables: readonly Int32Array[], id: Uint8Array): boolean {
  const key = readKey(id);
  return tables.every((table, at) => claimIn(table, key, at === tables.length - 1));
}

/** False when the key is in the table; where `isLast`, puts it there. */
function claimIn(table: Int32Array, key: Int32Array, isLast: boolean): boolean {
  const capacity = (table.length - HEAD) / SLOT;
  for (let slot = (key[0] ?? 0) & (capacity - 1); ; slot = (slot + 1) & (capacity - 1)) {
    const at = HEAD + slot * SLOT;
    let state = Atomics.load(table, at);
    if (state === FREE) {
      if (!isLast) return true;
      state = Atomics.compareExchange(table, at, FREE, TAKEN);
      if (state === FREE) {
        table.set(key, at + 1);
        Atomics.store(table, at, CLAIMED);
        Atomics.add(table, 0, 1);
        return true;
      }
    }
    // Whoever took the slot has four words to write. A thread that ended in between never will: then the slot is passed over.
    for (let turn = 0; state === TAKEN && turn < PATIENCE; turn += 1) {
      state = Atomics.load(table, at);
    }
    if (holds(table, at + 1, key)) return false;
  }
}

function holds(table: Int32Array, at: number, key: Int32Array): boolean {
  return (
    table[at] === key[0] &&
    table[at + 1] === key[1] &&
    table[at + 2] === key[2] &&
    table[at + 3] === key[3]
  );
}

function readKey(id: Uint8Array): Int32Array {
  const view = new DataView(id.buffer, id.byteOffset, id.byteLength);
  return Int32Array.of(view.getInt32(0), view.getInt32(4), view.getInt32(8), view.getInt32(12));
}
