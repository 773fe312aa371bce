import { engineTime } from "../../engine/database-copies.ts";
import type { ArmReply } from "../exchange.ts";
import type { OperationState } from "../operations.ts";
import type { ArmCall } from "../route.ts";
import type { SqlHost } from "../sql-host.ts";

interface Started {
  readonly call: ArmCall;
  readonly host: SqlHost;
  /** `UpdateLogicalDatabase`. */
  readonly name: string;
}

/** The 202 of a request whose work goes on. */
export function startOperation(
  { call, host, name }: Started,
  state: () => OperationState,
  result: () => ArmReply,
): ArmReply {
  const hiddenPolls = call.faults.take("operation_hidden")?.polls ?? 0;
  return call.operations.start(
    { name, host, now: engineTime(host.engine), state, result, hiddenPolls },
    { origin: call.origin, apiVersion: call.apiVersion, retryAfter: call.pace.retryAfter },
  );
}
