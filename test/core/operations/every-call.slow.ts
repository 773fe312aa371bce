import { testEveryCall } from "../../support/breakable-stores.ts";
import { projectWorks } from "../../support/broken-projects.ts";

// The whole: node --test test/core/operations/every-call.slow.ts
testEveryCall(projectWorks());
