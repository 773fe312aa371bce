import { invalidRequest } from "./arm-errors.ts";
import { type ArmReply, ok } from "./exchange.ts";
import type { ArmCall } from "./route.ts";

/** A page of a list with the address of the next one (github.com/Azure/azure-resource-manager-rpc: resource-api-reference, collections). */
export function pageOf(members: readonly unknown[], call: ArmCall): ArmReply {
  const { url } = call.request;
  const { pageSize } = call.pace;
  const token = url.searchParams.get("$skipToken");
  const start = token === null ? 0 : Number(token);
  if (!Number.isInteger(start) || start < 0) {
    throw invalidRequest("InvalidSkipToken", `The skip token '${token}' is not valid.`);
  }
  const value = members.slice(start, start + pageSize);
  if (start + pageSize >= members.length) return ok({ value });
  const next = new URL(url.pathname + url.search, call.origin);
  next.searchParams.set("$skipToken", String(start + pageSize));
  return ok({ value, nextLink: next.href });
}
