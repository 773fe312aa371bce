import type { Statement } from "../../parser/ast-statements.ts";
import { raise } from "../../values/sql-exception.ts";
import type { Activation } from "../session/activation.ts";
import { settle, type Task } from "../suspension.ts";
import type { Flow } from "./flow.ts";

/**
 * Writes all databases down, where they are kept in a folder. Definitions have no versions, so it waits for transactions of others that
 * changed something, and is refused within one.
 */
export function* executeCheckpoint(
  _: Extract<Statement, { kind: "checkpoint" }>,
  { core, sink }: Activation,
): Task<Flow> {
  if (core.parts.keepsData && core.transaction?.hasChanges === true) {
    raise(226, "CHECKPOINT statement not allowed within multi-statement transaction.", {
      state: 6,
    });
  }
  if (core.parts.keepsData) {
    let writer = otherWriter(core);
    while (writer !== undefined) {
      yield { kind: "blocked", by: writer };
      writer = otherWriter(core);
    }
  }
  let failure: unknown;
  yield* settle(
    core.parts.checkpoint().catch((error: unknown) => {
      failure = error;
    }),
  );
  if (failure !== undefined) {
    raise(
      5901,
      "One or more recovery units belonging to the database failed to generate a checkpoint. This is typically caused by lack of system resources such as disk or memory, or in some cases due to database corruption. Examine previous entries in the error log for more detailed information on this failure.",
    );
  }
  sink.statementEnd({ rowCount: undefined, isError: false, command: 0 });
  return undefined;
}

function otherWriter({
  server,
  transaction,
}: Activation["core"]): Activation["core"]["transaction"] {
  return [...server.log.active].find((item) => item !== transaction && item.hasChanges);
}
