import type {
  ArgumentSchema,
  ArgumentType,
  BodySchema,
  NestedBlockSchema,
} from "../../schemas/blocks/block-schema.ts";
import type { AttributePath } from "../config/configuration.ts";
import { tryParseByteSize } from "../kit/byte-size.ts";
import { tryParseDuration } from "../kit/duration.ts";
import { canonicalJson, isJsonObject, type Json, type JsonObject } from "../kit/json.ts";
import { meaningOf } from "../kit/period.ts";
import { canonicalSchedule } from "../policy/schedule/canonical-schedule.ts";

/** Paths of the arguments whose meaning differs, in the order of the schema. A block that comes or goes is one path. */
export function changedPaths(
  schema: BodySchema,
  before: JsonObject,
  after: JsonObject,
): readonly AttributePath[] {
  const ownPaths = Object.entries(schema.arguments)
    .filter(([name, argument]) => !meansSame(argument, before[name], after[name]))
    .map(([name]) => [name]);
  const nestedPaths = Object.entries(schema.blocks ?? {}).flatMap(([name, block]) =>
    changedInBlock(block, before[name], after[name]).map((path) => [name, ...path]),
  );
  return [...ownPaths, ...nestedPaths];
}

function changedInBlock(
  block: NestedBlockSchema,
  before: Json = null,
  after: Json = null,
): readonly AttributePath[] {
  if (!isJsonObject(before) || !isJsonObject(after)) return before === after ? [] : [[]];
  if (block.variants === undefined) return changedPaths(block.body, before, after);
  const { type } = after;
  const variant = typeof type === "string" ? block.variants[type] : undefined;
  const isSame = variant !== undefined && before["type"] === type;
  return isSame ? changedPaths(variant, before, after) : [[]];
}

/** Catalogs of earlier versions lack arguments that came later: those meant their default. */
function meansSame(
  argument: ArgumentSchema,
  before: Json = argument.default ?? null,
  after: Json = argument.default ?? null,
): boolean {
  if (before === after) return true;
  const meaningOf = argument.caseless === true ? inSmall : (MEANINGS[argument.type] ?? asWritten);
  return canonicalJson(meaningOf(before)) === canonicalJson(meaningOf(after));
}

const asWritten = (value: Json): Json => value;

function ofText(meaning: (text: string) => Json): (value: Json) => Json {
  return (value) => (typeof value === "string" ? meaning(value) : value);
}

/** An order or a repetition in a set says nothing. */
function ofSet(value: Json): Json {
  return Array.isArray(value)
    ? [...new Set((value as readonly Json[]).map(canonicalJson))].sort()
    : value;
}

const inSmall = ofText((text) => text.toLowerCase());

/** What is left of a value when spelling is taken away; types that are not here mean what is written. */
const MEANINGS: Partial<Record<ArgumentType, (value: Json) => Json>> = {
  duration: (value) =>
    value === null ? 0 : ofText((text) => tryParseDuration(text) ?? text)(value),
  byte_size: ofText((text) => tryParseByteSize(text) ?? text),
  period: ofText((text) => meaningOf(text) ?? "off"),
  schedule: ofText(canonicalSchedule),
  timezone: ofText(canonicalZone),
  path: ofText(canonicalPath),
  url: ofText(canonicalUrl),
  string_set: ofSet,
  patterns: ofSet,
};

/** Aliases of a zone (`UTC`, `Etc/UTC`) and other cases of its letters are one zone. */
function canonicalZone(zone: string): string {
  try {
    return new Intl.DateTimeFormat("en-US", { timeZone: zone }).resolvedOptions().timeZone;
  } catch {
    return zone;
  }
}

/** Steps that lead nowhere: `./`, `//` and a slash at the end. `..` stays, since a link may stand before it. */
function canonicalPath(path: string): string {
  const steps = path.split("/").filter((step) => step !== "" && step !== ".");
  const root = path.startsWith("/") ? "/" : "";
  const text = `${root}${steps.join("/")}`;
  return text === "" ? "." : text;
}

/** The case of scheme and host, the port that a scheme has anyway and a slash at the end say nothing. */
function canonicalUrl(url: string): string {
  return (URL.parse(url)?.href ?? url).replace(/\/+$/, "");
}
