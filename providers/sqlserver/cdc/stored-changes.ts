import type { Abortable } from "../../../core/kit/abortable.ts";
import { formatTableName } from "../../../core/kit/table-name.ts";
import type {
  ChangedTable,
  ChangeRange,
  ChangeReading,
} from "../../../core/resource/change-capture.ts";
import type { CapturedTable, TableRows } from "../../../core/resource/database-capture.ts";
import { replayKeyOf } from "../../../core/resource/replay-key.ts";
import { isPassing } from "../connection/failures.ts";
import { readRows } from "../lane/read-rows.ts";
import { flag } from "../schema/fields.ts";
import {
  alteredSince,
  type CaptureFacts,
  endsOf,
  identityOf,
  lastAltered,
  partlyTrackedTables,
  readCaptureFacts,
  sourcesOf,
  untrackedTables,
} from "./capture-facts.ts";
import { changesLost, readingFailure } from "./capture-failures.ts";
import type { CaptureInstance } from "./capture-instances.ts";
import { askForChanges, askForDefinitions, selectChanges } from "./change-queries.ts";
import type { LiveConnection } from "./live-connection.ts";
import { readCommits } from "./lsn-times.ts";
import { type ReadSchema, readSchema } from "./read-schema.ts";
import { readWholeTable, retelling, tableFailure } from "./read-table.ts";
import { requireSameSchema } from "./require-same-schema.ts";

interface Parts {
  readonly live: LiveConnection;
  readonly database: string;
  readonly range: ChangeRange;
  readonly schema: ReadSchema;
  readonly identity: string;
  readonly sources: string;
  readonly facts: CaptureFacts;
  readonly instances: ReadonlyMap<string, CaptureInstance>;
  readonly tables: readonly ChangedTable[];
  readonly whole: readonly CapturedTable[];
  readonly hasNewDefinitions: boolean;
}

/** The range as the change tables have it. */
export class StoredChanges implements ChangeReading {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  get schema(): Uint8Array {
    return this.#parts.schema.bytes;
  }

  get sources(): string {
    return this.#parts.sources;
  }

  get lastAltered(): string {
    return lastAltered(this.#parts.facts);
  }

  alteredSince(moment: string): readonly string[] {
    return alteredSince(this.#parts.facts, moment).map(formatTableName);
  }

  get inventory(): ChangeReading["inventory"] {
    return this.#parts.schema.inventory;
  }

  get notes(): readonly string[] {
    return this.#parts.schema.notes;
  }

  get tables(): readonly ChangedTable[] {
    return this.#parts.tables;
  }

  get whole(): readonly CapturedTable[] {
    return this.#parts.whole;
  }

  get hasNewDefinitions(): boolean {
    return this.#parts.hasNewDefinitions;
  }

  async changes(table: ChangedTable, options?: Abortable): Promise<TableRows> {
    const { live, range, database } = this.#parts;
    const name = formatTableName(table);
    const instance = this.#instanceOf(table);
    const tell = (cause: unknown): unknown =>
      isPassing(cause) ? cause : tableFailure(name, readingFailure(live.place, database, cause));
    try {
      const connection = await live.open(options);
      const sql = selectChanges(instance, range);
      const { metadata, slices } = await readRows(connection, {
        sql,
        key: [],
        signal: options?.signal,
      });
      return { metadata, slices: retelling(slices, tell) };
    } catch (error) {
      throw tell(error);
    }
  }

  rows(table: CapturedTable, options?: Abortable): Promise<TableRows> {
    const { live, schema } = this.#parts;
    return readWholeTable(live, schema, { table, signal: options?.signal });
  }

  async changedAfter(table: ChangedTable, lsn: string, options?: Abortable): Promise<boolean> {
    const { live } = this.#parts;
    const connection = await live.open(options);
    const range = { after: lsn, upTo: "f".repeat(20) };
    const [query] = askForChanges([this.#instanceOf(table)], range);
    const [row = {}] = await connection.query(query?.sql ?? "", options);
    return flag(row, "c0");
  }

  async *commits(options?: Abortable): AsyncGenerator<Uint8Array, void> {
    const { live, range } = this.#parts;
    const connection = await live.open(options);
    yield* readCommits(connection, { ...range, signal: options?.signal });
  }

  async complete(options?: Abortable): Promise<void> {
    const { live, database, identity, range } = this.#parts;
    const facts = await readCaptureFacts(await live.open(options), options);
    requireRange(facts, { live, database, range, identity });
    await requireSameSchema(live, this.#parts, options);
  }

  #instanceOf(table: CapturedTable): CaptureInstance {
    const instance = this.#parts.instances.get(formatTableName(table));
    if (instance === undefined) throw new RangeError(`${table.name} has no capture instance.`);
    return instance;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#parts.live[Symbol.asyncDispose]();
  }
}

/** The range must be there, of all tables, of the capture that it was asked of. */
function requireRange(
  facts: CaptureFacts,
  { live, database, range, identity }: Pick<Parts, "live" | "database" | "range" | "identity">,
): void {
  const isThere = facts.isEnabled && identityOf(facts) === identity;
  if (isThere && endsOf(facts).oldest <= successorOf(range.after)) return;
  throw changesLost(live.place, database);
}

/** As sys.fn_cdc_increment_lsn tells it. */
function successorOf(lsn: string): string {
  return (BigInt(`0x${lsn}`) + 1n).toString(16).padStart(20, "0");
}

/** Reads the schema, and which tables have changes in the range. Owns the connection from here on, also when it throws. */
export async function openStoredChanges(
  live: LiveConnection,
  {
    database,
    range,
    signal,
  }: Abortable & { readonly database: string; readonly range: ChangeRange },
): Promise<StoredChanges> {
  await using stack = new AsyncDisposableStack();
  stack.use(live);
  const connection = await live.open({ signal });
  const facts = await readCaptureFacts(connection, { signal });
  const identity = identityOf(facts);
  requireRange(facts, { live, database, range, identity });
  const schema = await readSchema(connection, { database, signal });
  const instances = new Map(
    facts.tables.flatMap(({ instance, ...table }) =>
      instance === undefined ? [] : [[formatTableName(table), instance] as const],
    ),
  );
  const changed = new Set<string>();
  for (const query of askForChanges([...instances.values()], range)) {
    const [row = {}] = await connection.query(query.sql, { signal });
    for (const [index, { name }] of query.instances.entries()) {
      if (flag(row, `c${index}`)) changed.add(name);
    }
  }
  const [definitions = {}] = await connection.query(askForDefinitions(range), { signal });
  const untold = new Set(
    [...untrackedTables(facts), ...partlyTrackedTables(facts)].map(formatTableName),
  );
  const parts = {
    live,
    database,
    range,
    schema,
    identity,
    sources: sourcesOf(facts),
    facts,
    instances,
    tables: schema.tables.flatMap((table) =>
      changedTable(table, { schema, instances, changed, untold }),
    ),
    whole: schema.tables.filter((table) => untold.has(formatTableName(table))),
    hasNewDefinitions: flag(definitions, "is_changed"),
  };
  stack.move();
  return new StoredChanges(parts);
}

interface Seen {
  readonly schema: ReadSchema;
  readonly instances: ReadonlyMap<string, CaptureInstance>;
  /** Names of instances. */
  readonly changed: ReadonlySet<string>;
  readonly untold: ReadonlySet<string>;
}

function changedTable(table: CapturedTable, seen: Seen): readonly ChangedTable[] {
  const name = formatTableName(table);
  const instance = seen.instances.get(name);
  const found = seen.schema.byName.get(name);
  if (instance === undefined || found === undefined || seen.untold.has(name)) return [];
  if (!seen.changed.has(instance.name)) return [];
  return [{ ...table, instance: instance.name, hasKey: replayKeyOf(found) !== undefined }];
}
