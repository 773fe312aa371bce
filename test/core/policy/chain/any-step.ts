import fc from "fast-check";
import type { Step } from "./simulated-server.ts";

/** What may happen to a database; mostly changes and logs. */
export const anyStep: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.constant<Step>({ do: "commit" }) },
  { weight: 1, arbitrary: fc.constant<Step>({ do: "full" }) },
  { weight: 1, arbitrary: fc.constant<Step>({ do: "full", copyOnly: true }) },
  { weight: 1, arbitrary: fc.constant<Step>({ do: "differential" }) },
  { weight: 4, arbitrary: fc.constant<Step>({ do: "log" }) },
  { weight: 1, arbitrary: fc.constant<Step>({ do: "log", copyOnly: true }) },
  { weight: 1, arbitrary: fc.constant<Step>({ do: "log", bulkLogged: true }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("restore" as const), back: fc.nat(4) }) },
);
