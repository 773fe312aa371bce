import type { SqlServerSchema } from "../../schemas/sql-server-schema.ts";
import type { RecoveryPoint } from "../catalog/recovery-point.ts";
import { failure } from "../diagnostics/diagnostic.ts";
import type { StoredChanges, TableState } from "../diff/changed-table.ts";
import { formatTableName } from "../kit/table-name.ts";
import { isNoSequence, sequenceOfPoint } from "../policy/chain/change-sequence.ts";
import type { RowFormat } from "../resource/row-format.ts";
import { shortfallsOf } from "../restore/shortfalls.ts";
import { type PlacedObject, type TableSource, tableSources } from "../restore/table-sources.ts";
import type { PointReader, StoredObject, Vault } from "../vault/vault.ts";
import { openVaultAt } from "./open-vault.ts";
import type { Ports } from "./ports.ts";
import { requireReadable } from "./require-readable.ts";
import type { ResourceLookup } from "./resource-lookup.ts";

/** One point, open with all that it builds on, and what its database looked like. */
export interface DiffSide {
  readonly point: RecoveryPoint;
  readonly vault: Vault;
  /** A full, then the points of changes up to this one. */
  readonly readers: readonly PointReader[];
  readonly schema: SqlServerSchema;
  /** By name: `dbo.Orders`. */
  readonly tables: ReadonlyMap<string, TableSource>;
}

/** Opens points and vaults once, however many sides need them. */
export class DiffOpener implements AsyncDisposable {
  readonly #stack = new AsyncDisposableStack();
  readonly #vaults = new Map<string, Vault>();
  readonly #readers = new Map<string, PointReader>();
  readonly #listed: readonly RecoveryPoint[];
  readonly #resources: ResourceLookup;
  readonly #ports: Ports;

  constructor(points: readonly RecoveryPoint[], resources: ResourceLookup, ports: Ports) {
    this.#listed = points.filter(({ state }) => state === "listed");
    this.#resources = resources;
    this.#ports = ports;
  }

  /** DIFF_UNSUPPORTED, STORE_ARCHIVED, VAULT_*. */
  async open(point: RecoveryPoint): Promise<DiffSide> {
    const vault = await this.vaultOf(point);
    const readers: PointReader[] = [];
    for (const each of wayTo(point, this.#listed)) readers.push(await this.reader(each, vault));
    const last = readers.at(-1);
    if (last === undefined) throw new RangeError("a way without a point. This is a bug.");
    const schema = await readSchema(last, this.#ports.signal);
    const stored = readers.map((reader) => reader.point);
    const sources = tableSources(stored, true);
    const tables = new Map(sources.map((source) => [formatTableName(source), source]));
    return { point, vault, readers, schema, tables };
  }

  async vaultOf(point: RecoveryPoint): Promise<Vault> {
    const known = this.#vaults.get(point.vault);
    if (known !== undefined) return known;
    const vault = await openVaultAt(point.vault, this.#resources, this.#ports);
    this.#stack.use(vault);
    this.#vaults.set(point.vault, vault);
    return vault;
  }

  async reader({ id }: RecoveryPoint, vault: Vault): Promise<PointReader> {
    const known = this.#readers.get(id);
    if (known !== undefined) return known;
    await requireReadable(vault, { point: id }, this.#ports);
    const reader = this.#stack.use(await vault.openPoint(id, { signal: this.#ports.signal }));
    this.#readers.set(id, reader);
    return reader;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#stack.disposeAsync();
  }
}

/** The full of a point of changes, and what comes between. */
function wayTo(point: RecoveryPoint, listed: readonly RecoveryPoint[]): readonly RecoveryPoint[] {
  const dated = listed.flatMap((each) => {
    const { createdAt } = each;
    return createdAt === null ? [] : [{ ...each, createdAt }];
  });
  const own = dated.find(({ id }) => id === point.id);
  if (own === undefined) return [point];
  const found = sequenceOfPoint(own, dated);
  if (!isNoSequence(found)) return found.points;
  throw failure({
    code: "DIFF_UNSUPPORTED",
    summary: "Recovery point without what it builds on",
    detail: `The recovery point ${point.id.slice(0, 12)} of ${point.database} holds changes, and a point that these build on is not listed any more. Compare others; see what there is:\n\n    holdfast points`,
  });
}

async function readSchema(reader: PointReader, signal: AbortSignal): Promise<SqlServerSchema> {
  const chunks = await Array.fromAsync(reader.read("schema", { signal }));
  const text = Buffer.concat(chunks).toString("utf8");
  const { sqlServerSchema } = await import("../../schemas/sql-server-schema.ts");
  const parsed = sqlServerSchema.safeParse(JSON.parse(text));
  if (parsed.success) return parsed.data;
  throw failure(
    {
      code: "DIFF_UNSUPPORTED",
      summary: "Schema cannot be read",
      detail: `The schema in the recovery point ${reader.point.id} is of a form that this version does not know. Compare the points with the version of Holdfast that made the newer one.`,
    },
    parsed.error,
  );
}

/** Undefined where the point has no such table. */
export async function openTable(
  side: DiffSide,
  name: string,
  ports: Ports,
): Promise<TableState | undefined> {
  const source = side.tables.get(name);
  if (source === undefined) return undefined;
  const { schema, vault, point } = side;
  const table = schema.tables.find((each) => formatTableName(each) === name);
  if (table === undefined) throw withoutFacts(source.rows.object);
  const { reader, object, format } = await openObject(side, source.rows, ports);
  const changes: StoredChanges[] = [];
  for (const placed of source.changes) changes.push(await openObject(side, placed, ports));
  const rows = { reader, object, format, schema: table, vault: vault.id };
  return { rows, changes, isExact: point.consistency === "transactional" };
}

async function openObject(
  { readers }: DiffSide,
  { point, object }: PlacedObject,
  ports: Ports,
): Promise<StoredChanges> {
  const reader = readers[point];
  const { metadata } = object.attributes;
  if (reader === undefined || typeof metadata !== "string") throw withoutFacts(object);
  const format: RowFormat = await ports.openRowFormat(Buffer.from(metadata, "base64"));
  return { reader, object, format };
}

function withoutFacts({ path }: StoredObject): Error {
  return failure({
    code: "VAULT_CORRUPTED",
    summary: "Object without its facts",
    detail: `The object ${path} of this recovery point lacks the facts that a comparison needs (metadata, a table of the schema). This is a bug.`,
  });
}

const KINDS_OF_ROWS: ReadonlySet<string> = new Set(["fuzzy", "temporal_history"]);

/** What is not of one moment in a point, in sentences. */
export function notesOf({ readers, tables }: DiffSide): readonly string[] {
  const points = readers.map(({ point }) => point);
  const sequence = { points, upTo: null, at: null };
  const kinds = { from: null, to: "sql_server" } as const;
  const told = shortfallsOf(sequence, { kinds, sources: [...tables.values()] });
  return told.filter(({ kind }) => KINDS_OF_ROWS.has(kind)).map(({ text }) => text);
}
