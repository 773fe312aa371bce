import { DATA_SOURCES } from "../../schemas/blocks/data-sources.ts";
import { didYouMean } from "../language/suggestion.ts";
import type { Declarations } from "./declarations.ts";
import { type BodyContext, evaluateBody } from "./evaluate-body.ts";
import { problem } from "./report.ts";

/** Data blocks are checked, and reading them comes later: a reference to one is refused where it stands. */
export function checkData({ data }: Declarations, context: BodyContext): void {
  for (const { type, block } of data.values()) {
    const schema = Object.entries(DATA_SOURCES).find(([name]) => name === type)?.[1];
    if (schema !== undefined) {
      evaluateBody(block.body, schema, context);
      continue;
    }
    const label = block.labels[0]?.range ?? block.headerRange;
    const detail = `There is no data source of type ${JSON.stringify(type)}.${didYouMean(type, Object.keys(DATA_SOURCES))}`;
    context.report.add(
      problem({ summary: "Unknown data source", detail, subject: label }, "CONFIG_UNKNOWN_BLOCK"),
    );
  }
}
