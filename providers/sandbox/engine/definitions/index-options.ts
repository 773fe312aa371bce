import type { NamedOption } from "../../parser/ast-tables.ts";
import type { Index } from "../../storage/schema-object.ts";

function optionOf(options: readonly NamedOption[], name: string): NamedOption["value"] {
  return options.find((option) => option.name === name)?.value;
}

function isOn(options: readonly NamedOption[], name: string, otherwise: boolean): boolean {
  const value = optionOf(options, name);
  return typeof value === "boolean" ? value : otherwise;
}

export const HEAP: Index = {
  indexId: 0,
  name: "",
  kind: "heap",
  unique: false,
  isPrimaryKey: false,
  isUniqueConstraint: false,
  keys: [],
  included: [],
  filter: undefined,
  ignoreDuplicateKey: false,
  disabled: false,
  fillFactor: 0,
  padded: false,
  allowRowLocks: true,
  allowPageLocks: true,
  noRecompute: false,
  compression: "NONE",
};

export function indexOptions(
  options: readonly NamedOption[],
  before: Index = HEAP,
): Omit<
  Index,
  | "indexId"
  | "kind"
  | "name"
  | "keys"
  | "included"
  | "filter"
  | "unique"
  | "isPrimaryKey"
  | "isUniqueConstraint"
> {
  const fill = optionOf(options, "fillfactor");
  const compression = optionOf(options, "data_compression");
  return {
    ignoreDuplicateKey: isOn(options, "ignore_dup_key", before.ignoreDuplicateKey),
    disabled: false,
    fillFactor:
      typeof fill === "object" && fill.kind === "number" ? Number(fill.text) : before.fillFactor,
    padded: isOn(options, "pad_index", before.padded),
    allowRowLocks: isOn(options, "allow_row_locks", before.allowRowLocks),
    allowPageLocks: isOn(options, "allow_page_locks", before.allowPageLocks),
    noRecompute: isOn(options, "statistics_norecompute", before.noRecompute),
    compression:
      typeof compression === "string" && /^(row|page|none)$/i.test(compression)
        ? (compression.toUpperCase() as Index["compression"])
        : before.compression,
  };
}
