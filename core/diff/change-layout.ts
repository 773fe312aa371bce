import { failure } from "../diagnostics/diagnostic.ts";
import { CHANGE_HEAD } from "../resource/change-head.ts";
import type { RowFormat } from "../resource/row-format.ts";
import { cutContent, keyText, type RowKey } from "./diff-row.ts";
import { type Image, type ImageCell, imageOf, wholeImage } from "./image.ts";

export const DELETED = 1;
export const INSERTED = 2;
export const BEFORE = 3;
export const AFTER = 4;

/** One row of a change table. */
export interface ChangeRow {
  /** Of its commit. */
  readonly commit: string;
  /** In the log; both images of an update have the same. */
  readonly place: string;
  readonly command: number;
  readonly operation: number;
  readonly key: string;
  /** Keeps a copy of its bytes. */
  readonly image: () => Image;
}

type Contents = readonly (Uint8Array | null)[];

/** How rows of changes of one table are read as rows of that table. */
export class ChangeLayout {
  readonly #format: RowFormat;
  /** Of each column of the table, its number in the changes. */
  readonly #columns: readonly number[];
  readonly #key: RowKey;
  readonly #large: readonly RowFormat["columns"][number]["large"][];
  readonly #hasLarge: boolean;

  /** `rows`, `key`: of the rows that the changes are put upon. DIFF_UNSUPPORTED where the changes are of another form. */
  constructor(
    format: RowFormat,
    {
      table,
      rows,
      key,
    }: { readonly table: string; readonly rows: RowFormat; readonly key: RowKey },
  ) {
    const names = format.columns.map(({ name }) => name);
    const fits = CHANGE_HEAD.every((name, at) => names[at] === name);
    this.#format = format;
    this.#columns = rows.columns.map(({ name, form }) => {
      const at = names.indexOf(name, CHANGE_HEAD.length);
      if (!fits || at < 0 || format.columns[at]?.form !== form) throw otherForm(table, name);
      return at;
    });
    this.#key = { ...key, columns: key.columns.map((column) => this.#columns[column] ?? -1) };
    this.#large = rows.columns.map(({ large }) => large);
    this.#hasLarge = this.#large.some((large) => large !== "no");
  }

  /** The rows of bytes that begin and end with one, in order. */
  *read(bytes: Uint8Array): Generator<ChangeRow> {
    let start = 0;
    for (const end of this.#format.rowEnds(bytes)) {
      yield this.#row(bytes.subarray(start, end));
      start = end;
    }
  }

  #row(bytes: Uint8Array): ChangeRow {
    const head = this.#format.contents(bytes, 0, [0, 1, 2, 3]);
    const [commit, place, command, operation] = head;
    const number = numberOf(operation);
    const contents = this.#format.contents(bytes, 0, this.#key.columns);
    return {
      commit: latin(commit),
      place: latin(place),
      command: numberOf(command),
      operation: number,
      key: keyText(contents, this.#key, this.#format),
      image: () => this.#image(Buffer.from(bytes), number),
    };
  }

  #image(bytes: Uint8Array, operation: number): Image {
    const columns = this.#columns;
    if (!this.#hasLarge) return wholeImage(bytes, { format: this.#format, columns });
    const contents = this.#format.contents(bytes, 0);
    const mask = contents[CHANGE_HEAD.length - 1] ?? null;
    return imageOf(
      columns.map((column, at): ImageCell => {
        const content = contents[column] ?? null;
        const isTouched = isBitSet(mask, column - CHANGE_HEAD.length + 1);
        const isTold = content !== null || tellsNull(this.#large[at], operation, isTouched);
        return isTold ? cutContent(content) : undefined;
      }),
    );
  }
}

/** Whether NULL means that the value is NULL, and not that it is left out. */
function tellsNull(large: string | undefined, operation: number, isTouched: boolean): boolean {
  if (large === "no" || operation === INSERTED) return true;
  if (operation === AFTER) return isTouched;
  if (large !== "max") return false;
  return operation === DELETED || isTouched;
}

/**
 * The bit of the column with that ordinal, from 1, counted from the last byte of the mask, as sys.fn_cdc_is_bit_set has it.
 */
function isBitSet(mask: Uint8Array | null, ordinal: number): boolean {
  const byte = mask?.[mask.length - 1 - ((ordinal - 1) >> 3)] ?? 0;
  return (byte & (1 << ((ordinal - 1) & 7))) !== 0;
}

function latin(content: Contents[number] | undefined): string {
  return content ? Buffer.from(content).toString("latin1") : "";
}

/** An int; NULL is 0. */
function numberOf(content: Contents[number] | undefined): number {
  return content ? Buffer.from(content).readInt32LE(0) : 0;
}

function otherForm(table: string, column: string): Error {
  return failure({
    code: "DIFF_UNSUPPORTED",
    summary: "Changes are of another form",
    detail: `The changes of ${table} lack the column ${column}, or have it in another form than the rows of the full that they belong to, so they cannot be put upon these. Compare full recovery points of this database instead.`,
  });
}
