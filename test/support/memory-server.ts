import { failure } from "../../core/diagnostics/diagnostic.ts";
import type { ChangeCapture } from "../../core/resource/change-capture.ts";
import type {
  CapturedTable,
  DatabaseCapture,
  RowSlice,
} from "../../core/resource/database-capture.ts";
import type {
  DatabaseFacts,
  DatabaseRestore,
  DatabaseServer,
  MissingPermission,
} from "../../core/resource/database-server.ts";

/** Rows of a table as bytes; the first byte of each is its key. */
export type MemoryTable = readonly Uint8Array[];

/** Databases that live in a map: the contract's own implementation for tests of what stands on it. */
export class MemoryServer implements DatabaseServer {
  readonly contents = new Map<string, Map<string, MemoryTable>>();
  readonly #ids = new Map<string, number>();
  readonly states = new Map<string, DatabaseFacts["state"]>();
  readonly missing: MissingPermission[] = [];
  /** Called before a table is read. */
  beforeRead: (database: string, table: string) => void = () => undefined;
  /** Called before the rows of a table are loaded. */
  beforeLoad: () => Promise<void> = () => Promise.resolve();

  facts() {
    return Promise.resolve({
      name: "memory",
      version: "0",
      edition: "none",
      collation: "none",
      login: "memory",
      rights: null,
    });
  }

  databases(): Promise<readonly DatabaseFacts[]> {
    const facts = [...this.contents.keys()].map(
      (name): DatabaseFacts => ({
        name,
        databaseId: this.#idOf(name),
        state: this.states.get(name) ?? "online",
        isSystem: false,
        recoveryModel: "full",
        snapshotIsolation: "on",
        isReadOnly: false,
        isEncrypted: false,
        collation: null,
        compatibilityLevel: 160,
        createdAt: "2017-02-01T00:00:00",
        familyGuid: null,
        recoveryForkGuid: null,
        rights: null,
      }),
    );
    return Promise.resolve(facts);
  }

  /** A database keeps its id as long as its name is known, as no other gets it. */
  #idOf(name: string): number {
    const id = this.#ids.get(name) ?? this.#ids.size + 5;
    this.#ids.set(name, id);
    return id;
  }

  missingPermissions(need: "backup" | "restore") {
    return Promise.resolve(need === "restore" ? this.missing : []);
  }

  openCapture(database: string): Promise<DatabaseCapture> {
    const tables = new Map(this.contents.get(database));
    const names = [...tables.keys()].sort();
    return Promise.resolve({
      schema: new TextEncoder().encode(JSON.stringify(names)),
      inventory: [{ kind: "table", count: names.length }],
      tables: names.map((name) => ({ schema: "dbo", name, estimatedRows: 0, estimatedBytes: 0 })),
      notes: [],
      rows: ({ name }: CapturedTable) => {
        this.beforeRead(database, name);
        return Promise.resolve({
          metadata: new Uint8Array([1]),
          slices: slicesOf(tables.get(name) ?? []),
        });
      },
      complete: () => Promise.resolve(),
      [Symbol.asyncDispose]: () => Promise.resolve(),
    });
  }

  /** Changes are captured by the sandbox only: see capture-world.ts. */
  openChangeCapture(): Promise<ChangeCapture> {
    return Promise.reject(new Error("no change data capture here"));
  }

  openRestore({
    database,
    schema,
  }: {
    readonly database: string;
    readonly schema: Uint8Array;
  }): Promise<DatabaseRestore> {
    if (this.contents.has(database)) {
      throw failure({
        code: "DATABASE_EXISTS",
        summary: "Database exists",
        detail: `${database} exists.`,
      });
    }
    const names = JSON.parse(new TextDecoder().decode(schema)) as string[];
    const loaded = new Map<string, MemoryTable>(names.map((name) => [name, []]));
    return Promise.resolve({
      load: async ({ name, bytes }) => {
        await this.beforeLoad();
        const rows = await rowsOf(bytes);
        loaded.set(name, rows);
        return rows.length;
      },
      verify: ({ name }) =>
        Promise.resolve({ checksum: String(loaded.get(name)?.length ?? 0), without: [] }),
      applyChanges: async ({ name, parts, upTo }) => {
        const changes = (await Promise.all(parts.map(({ bytes }) => rowsOf(bytes)))).flat();
        loaded.set(name, replayed(loaded.get(name) ?? [], changes, upTo));
        return changes.length;
      },
      complete: () => {
        this.contents.set(database, loaded);
        return Promise.resolve([{ kind: "table", count: loaded.size }]);
      },
      shortfalls: [],
      [Symbol.asyncDispose]: () => Promise.resolve(),
    });
  }

  restoreLeftovers() {
    return Promise.resolve([]);
  }

  restoreObstacles({ database }: { readonly database: string }) {
    if (!this.contents.has(database)) return Promise.resolve([]);
    const text = `${database} exists.`;
    return Promise.resolve([{ code: "DATABASE_EXISTS" as const, text, remedy: null }]);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return Promise.resolve();
  }
}

const LSN_BYTES = 10;
const DELETED = 1;
const BEFORE = 3;

/** A change is the number of its commit, the operation and the row. */
function replayed(
  rows: MemoryTable,
  changes: readonly Uint8Array[],
  upTo: string | null,
): MemoryTable {
  const byKey = new Map(rows.map((row) => [row[0], row]));
  for (const change of changes) {
    const lsn = Buffer.from(change.subarray(0, LSN_BYTES)).toString("hex");
    const operation = change[LSN_BYTES];
    if ((upTo !== null && lsn > upTo) || operation === BEFORE) continue;
    const row = change.subarray(LSN_BYTES + 1);
    if (operation === DELETED) byKey.delete(row[0]);
    else byKey.set(row[0], row);
  }
  return [...byKey.values()].sort((a, b) => (a[0] ?? 0) - (b[0] ?? 0));
}

/** One row a slice; each row is its length and its bytes. */
async function* slicesOf(rows: MemoryTable): AsyncGenerator<RowSlice> {
  for (const row of rows) {
    const bytes = Buffer.concat([Buffer.from([row.length]), row]);
    yield await Promise.resolve({ bytes, rowEnds: [bytes.length], keyHashes: [row[0] ?? 0] });
  }
}

async function rowsOf(bytes: AsyncIterable<Uint8Array>): Promise<MemoryTable> {
  const parts: Uint8Array[] = [];
  for await (const part of bytes) parts.push(part.slice());
  const all = Buffer.concat(parts);
  const rows: Uint8Array[] = [];
  for (let at = 0; at < all.length; ) {
    const length = all[at] ?? 0;
    rows.push(all.subarray(at + 1, at + 1 + length));
    at += 1 + length;
  }
  return rows;
}
