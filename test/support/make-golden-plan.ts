import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { encodePlanFile } from "../../core/plan/plan-file.ts";
import { GOLDEN_PLAN, GOLDEN_SEAL, goldenContent } from "./golden-plan.ts";

// Run once for each new format: node test/support/make-golden-plan.ts. A sample of a released format is never made again.
mkdirSync(dirname(GOLDEN_PLAN), { recursive: true });
writeFileSync(GOLDEN_PLAN, encodePlanFile(goldenContent(), GOLDEN_SEAL));
