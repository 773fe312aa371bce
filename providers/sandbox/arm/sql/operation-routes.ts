import { ArmError } from "../arm-errors.ts";
import type { ArmReply } from "../exchange.ts";
import type { ArmCall, Route } from "../route.ts";

const LOCATION =
  "/subscriptions/{subscription}/resourceGroups/{group}/providers/Microsoft.Sql/locations/{location}";

function orNotFound(reply: ArmReply | undefined, { names }: ArmCall): ArmReply {
  if (reply !== undefined) return reply;
  throw new ArmError(404, {
    code: "OperationIdNotFound",
    message: `The operation with Id '${names["operation"]}' does not exist.`,
  });
}

/** Where long-running operations are asked how far they are. */
export const OPERATION_ROUTES: readonly Route[] = [
  {
    method: "GET",
    pattern: `${LOCATION}/databaseAzureAsyncOperation/{operation}`,
    action: "Microsoft.Sql/locations/databaseAzureAsyncOperation/read",
    handle: (call) =>
      orNotFound(call.operations.poll(call.names["operation"] ?? "", call.pace.retryAfter), call),
  },
  {
    method: "GET",
    pattern: `${LOCATION}/databaseOperationResults/{operation}`,
    action: "Microsoft.Sql/locations/databaseOperationResults/read",
    handle: (call) =>
      orNotFound(call.operations.result(call.names["operation"] ?? "", call.pace.retryAfter), call),
  },
];
