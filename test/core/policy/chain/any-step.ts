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

/** Also what a chain must stand, though it says little of when: a clock that is set back, logs that lie over others. */
export const anyUnrulyStep: fc.Arbitrary<Step> = fc.oneof(
  { weight: 8, arbitrary: anyStep },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant("set_clock_back" as const), by: fc.nat(5) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant("log" as const),
      copyOnly: fc.boolean(),
      again: fc.nat(2),
    }),
  },
);
