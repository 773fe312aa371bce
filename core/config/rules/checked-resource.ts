import type { SourceRange } from "../../diagnostics/source-range.ts";
import type { JsonObject } from "../../kit/json.ts";
import type { Located } from "../report.ts";

/** A resource whose arguments are right one by one. */
export interface CheckedResource {
  readonly address: string;
  readonly type: string;
  readonly attributes: JsonObject;
  readonly ranges: ReadonlyMap<string, Located>;
  readonly range: SourceRange;
}

/** Where an argument is set, or the block where it is not. */
export function rangeOf({ ranges, range }: CheckedResource, path: string): SourceRange {
  return ranges.get(path)?.range ?? range;
}
