import { failure } from "../diagnostics/diagnostic.ts";
import type { Abortable } from "../kit/abortable.ts";
import {
  AFTER,
  BEFORE,
  type ChangeLayout,
  type ChangeRow,
  DELETED,
  INSERTED,
} from "./change-layout.ts";
import { type Image, isWhole } from "./image.ts";
import { KeyHistory } from "./key-history.ts";
import { readAllUnits, type StoredRows } from "./read-units.ts";

/** Stored changes of one table in one point. */
export interface ChangePart extends StoredRows {
  readonly layout: ChangeLayout;
}

export interface NetOptions extends Abortable {
  /** `dbo.Orders`, for messages. */
  readonly table: string;
  /** Numbers of the columns that every image tells, beside the key. */
  readonly told: readonly number[];
  readonly isWanted: (key: string) => boolean;
  /** Bytes of memory, about; keys that come when so many are taken are left. */
  readonly most?: number | undefined;
}

/** What changes come to, by key, in the order in which keys were first changed. */
export interface NetChanges {
  readonly keys: ReadonlyMap<string, KeyHistory>;
  readonly left: ReadonlySet<string>;
}

/** The image before an update, until the one after it comes. */
interface Pending {
  readonly key: string;
  readonly command: number;
  readonly image: Image;
}

class NetGatherer {
  readonly keys = new Map<string, KeyHistory>();
  readonly left = new Set<string>();
  readonly #options: NetOptions;
  #pending = new Map<string, Pending>();
  #commit = "";
  #weight = 0;

  constructor(options: NetOptions) {
    this.#options = options;
  }

  add(row: ChangeRow): void {
    if (row.commit !== this.#commit) {
      this.#commit = row.commit;
      if (this.#pending.size > 0) this.#pending = new Map();
    }
    const { key, commit } = row;
    if (row.operation === BEFORE) this.#before(row);
    else if (row.operation === AFTER) this.#after(row);
    else if (row.operation === INSERTED) this.#tell(key, (of) => of.arrive(row.image(), commit));
    else if (row.operation === DELETED) this.#tell(key, (of) => of.leave(row.image(), commit));
  }

  #before(row: ChangeRow): void {
    const { key, command, place } = row;
    this.#pending.set(place, { key, command, image: row.image() });
  }

  /** Commands of what is told in two parts follow each other. */
  #after(row: ChangeRow): void {
    const { key, commit, place, command } = row;
    const found = this.#pending.get(place);
    const former =
      found && command - found.command >= 0 && command - found.command <= 1 ? found : undefined;
    if (former !== undefined) this.#pending.delete(place);
    if (former === undefined || former.key === key) {
      this.#tell(key, (of) => of.update(row.image(), former?.image, commit));
      return;
    }
    if (!isWhole(row.image())) throw unclear(this.#options.table);
    this.#tell(former.key, (of) => of.leave(former.image, commit));
    this.#tell(key, (of) => of.arrive(row.image(), commit));
  }

  #tell(key: string, tell: (history: KeyHistory) => void): void {
    const { isWanted, told, most = Number.POSITIVE_INFINITY } = this.#options;
    if (!isWanted(key)) return;
    let history = this.keys.get(key);
    if (history === undefined) {
      if (this.#weight > most) {
        this.left.add(key);
        return;
      }
      history = new KeyHistory(told);
      this.keys.set(key, history);
    }
    const before = history.weight;
    tell(history);
    this.#weight += history.weight - before;
  }
}

/** Reads all changes, which come in their order. DIFF_UNSUPPORTED where nothing tells the values of a row. */
export async function readNetChanges(
  parts: readonly ChangePart[],
  options: NetOptions,
): Promise<NetChanges> {
  const gatherer = new NetGatherer(options);
  for (const part of parts) {
    for await (const bytes of readAllUnits(part, options)) {
      for (const row of part.layout.read(bytes)) gatherer.add(row);
    }
  }
  return gatherer;
}

function unclear(table: string): Error {
  return failure({
    code: "DIFF_UNSUPPORTED",
    summary: "Changes do not tell all values",
    detail: `In ${table} an update changed keys of rows, and change data capture did not tell the large values of these rows, so nobody can say where they are. Compare full recovery points of this database instead, or other tables with -table.`,
  });
}
