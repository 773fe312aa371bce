import { createMemoryCatalog } from "../../../core/catalog/memory-catalog.ts";
import { toInstant } from "../../../core/kit/clock.ts";
import { catalogConformance } from "../../conformance/catalog.ts";

let made = 0;

catalogConformance("memory", () => {
  made += 1;
  const clock = { now: () => toInstant(1_700_000_000_000) };
  return Promise.resolve(createMemoryCatalog({ lineage: `lineage-${made}`, clock }));
});
