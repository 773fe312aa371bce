import { isJsonObject, type Json, type JsonObject } from "../../../core/kit/json.ts";
import type { ChangeAction, ResourceChange } from "../../../core/plan/plan.ts";
import type {
  ArgumentSchema,
  BodySchema,
  NestedBlockSchema,
} from "../../../schemas/blocks/block-schema.ts";
import { formatArgument, SENSITIVE_TEXT } from "./argument-text.ts";
import { type LongDifference, longDifference } from "./long-difference.ts";

export type Mark = "+" | "-" | "~" | " ";

/** One line of a block, or a block in it. */
export type Row =
  | {
      readonly kind: "argument";
      readonly mark: Mark;
      readonly name: string;
      readonly text: string;
      /** In place of `text`, where the value is long and a part of it stays. */
      readonly long?: LongDifference | undefined;
      /** Says that this change forces a replacement. */
      readonly note: string | undefined;
    }
  | {
      readonly kind: "block";
      readonly mark: Mark;
      readonly header: string;
      readonly note: string | undefined;
      readonly rows: readonly Row[];
    }
  | { readonly kind: "hidden"; readonly count: number };

const MARKS: Readonly<Record<ChangeAction, Mark>> = {
  "no-op": " ",
  create: "+",
  update: "~",
  replace: "~",
  delete: "-",
  forget: " ",
  import: " ",
};

interface Side {
  readonly before: JsonObject | null;
  readonly after: JsonObject | null;
}

type ArgumentChanges = Pick<
  ResourceChange,
  "action" | "before" | "after" | "changed" | "sensitive" | "replaceReasons"
>;

interface Place {
  readonly change: ArgumentChanges;
  readonly path: readonly string[];
}

/** What a change does to the arguments of its block. Arguments that stay are counted, not shown. */
export function rowsOf(change: ArgumentChanges, schema: BodySchema): readonly Row[] {
  return bodyRows(schema, change, { change, path: [] });
}

function bodyRows(schema: BodySchema, side: Side, place: Place): readonly Row[] {
  const rows: Row[] = [];
  let hidden = 0;
  for (const name of Object.keys(schema.arguments)) {
    const row = argumentRow(schema, name, { side, place });
    if (row !== undefined) rows.push(row);
    else if (isSet(side.after?.[name])) hidden += 1;
  }
  for (const [name, block] of Object.entries(schema.blocks ?? {})) {
    const blocks = blockRows(name, block, { side, place });
    rows.push(...blocks);
    if (blocks.length === 0 && isSet(side.after?.[name])) hidden += 1;
  }
  return hidden > 0 ? [...rows, { kind: "hidden", count: hidden }] : rows;
}

function isSet(value: Json | undefined): boolean {
  return value !== undefined && value !== null;
}

interface Within {
  readonly side: Side;
  readonly place: Place;
}

function startsWith(path: readonly string[], beginning: readonly string[]): boolean {
  return beginning.every((name, index) => path[index] === name);
}

function touches({ change, path }: Place): boolean {
  return change.changed.some((changed) => startsWith(changed, path) || startsWith(path, changed));
}

function argumentRow(schema: BodySchema, name: string, within: Within): Row | undefined {
  const { side, place } = within;
  const path = [...place.path, name];
  const mark = markOf(side, place.change);
  const [before, after] = [side.before?.[name] ?? null, side.after?.[name] ?? null];
  if (isStaying(mark) && !touches({ ...place, path })) return undefined;
  if (mark !== "~" && (mark === "-" ? before : after) === null) return undefined;
  const isHidden = place.change.sensitive.some((hidden) => startsWith(path, hidden));
  const facts = { mark, name, note: noteOf({ ...place, path }) };
  const shown = textsOf(schema.arguments[name], isHidden, { mark, before, after });
  return { kind: "argument", ...facts, ...shown };
}

interface Values {
  readonly mark: Mark;
  readonly before: Json;
  readonly after: Json;
}

function textsOf(schema: ArgumentSchema | undefined, isHidden: boolean, values: Values) {
  const { mark, before, after } = values;
  const show = (value: Json) => (isHidden ? SENSITIVE_TEXT : formatArgument(schema, value));
  if (mark !== "~") return { text: show(mark === "-" ? before : after) };
  const long = isHidden ? undefined : longDifference(schema, before, after);
  return { text: `${show(before)} -> ${show(after)}`, long };
}

function markOf(side: Side, change: ArgumentChanges): Mark {
  if (side.before === null) return "+";
  return side.after === null ? "-" : MARKS[change.action];
}

/** Of what stays, only differences are shown. */
function isStaying(mark: Mark): boolean {
  return mark === "~" || mark === " ";
}

function noteOf({ change, path }: Place): string | undefined {
  const isReason = change.replaceReasons.some(
    (reason) => reason.path.length === path.length && startsWith(path, reason.path),
  );
  return isReason ? "forces replacement" : undefined;
}

function blockRows(name: string, block: NestedBlockSchema, within: Within): readonly Row[] {
  const before = asObject(within.side.before?.[name]);
  const after = asObject(within.side.after?.[name]);
  const place = { ...within.place, path: [...within.place.path, name] };
  const isOtherVariant =
    before !== null && after !== null && before["type"] !== after["type"] && block.variants;
  const sides: readonly Side[] = isOtherVariant
    ? [
        { before, after: null },
        { before: null, after },
      ]
    : [{ before, after }];
  return sides.flatMap((side) => blockRow(name, block, { side, place }));
}

function blockRow(name: string, block: NestedBlockSchema, { side, place }: Within): readonly Row[] {
  const value = side.after ?? side.before;
  if (value === null) return [];
  const mark = markOf(side, place.change);
  if (isStaying(mark) && !touches(place)) return [];
  const label = typeof value["type"] === "string" ? value["type"] : "";
  const body = block.variants === undefined ? block.body : block.variants[label];
  const header = block.variants === undefined ? name : `${name} ${JSON.stringify(label)}`;
  const rows = bodyRows(body ?? { arguments: {} }, side, place);
  return [{ kind: "block", mark, header, note: noteOf(place), rows }];
}

function asObject(value: Json | undefined): JsonObject | null {
  return isJsonObject(value) ? value : null;
}
