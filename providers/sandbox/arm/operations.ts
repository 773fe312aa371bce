import { randomUUID } from "node:crypto";
import type { ErrorBody } from "./arm-errors.ts";
import type { ArmReply } from "./exchange.ts";
import type { SqlHost } from "./sql-host.ts";

/** How far the work of an operation is. */
export type OperationState =
  | { readonly status: "InProgress" }
  | { readonly status: "Succeeded" }
  | { readonly status: "Failed"; readonly error: ErrorBody };

export interface OperationBirth {
  /** `UpdateLogicalDatabase`. */
  readonly name: string;
  readonly host: SqlHost;
  readonly now: number;
  /** Looks at the work. */
  state(): OperationState;
  /** What the Location gives when the work is done. */
  result(): ArmReply;
  /** Polls that find nothing yet. */
  readonly hiddenPolls: number;
}

interface Operation extends Omit<OperationBirth, "now"> {
  readonly id: string;
  readonly startTime: string;
  hiddenPolls: number;
}

interface OperationPlace {
  /** `https://localhost:1234`. */
  readonly origin: string;
  readonly apiVersion: string;
  /** Seconds. */
  readonly retryAfter: number;
}

/** Older ones are not found any more, as in the service after a day. */
const MOST_OPERATIONS = 200;

/** Long-running operations by their id (learn.microsoft.com: azure/azure-resource-manager/management/async-operations). */
export class Operations {
  readonly #byId = new Map<string, Operation>();

  start(birth: OperationBirth, place: OperationPlace): ArmReply {
    const startTime = new Date(birth.now).toISOString();
    const operation = { ...birth, id: randomUUID(), startTime };
    this.#byId.set(operation.id, operation);
    this.#forgetOldest();
    const { subscriptionId, resourceGroup, location } = birth.host;
    const base = `${place.origin}/subscriptions/${subscriptionId}/resourceGroups/${resourceGroup}/providers/Microsoft.Sql/locations/${location}`;
    const query = `${operation.id}?api-version=${place.apiVersion}`;
    const headers = {
      "azure-asyncoperation": `${base}/databaseAzureAsyncOperation/${query}`,
      location: `${base}/databaseOperationResults/${query}`,
      "retry-after": String(place.retryAfter),
    };
    return { status: 202, headers, body: { operation: birth.name, startTime } };
  }

  /** The answer to a poll of `databaseAzureAsyncOperation`; undefined for an id that is not found. */
  poll(id: string, retryAfter: number): ArmReply | undefined {
    const operation = this.#find(id);
    if (operation === undefined) return undefined;
    const { startTime } = operation;
    const body = { name: operation.id, ...operation.state(), startTime };
    return body.status === "InProgress"
      ? { status: 200, headers: { "retry-after": String(retryAfter) }, body }
      : { status: 200, body };
  }

  /** The answer to a poll of `databaseOperationResults`: 202 until the work is done. */
  result(id: string, retryAfter: number): ArmReply | undefined {
    const operation = this.#find(id);
    if (operation === undefined) return undefined;
    const state = operation.state();
    switch (state.status) {
      case "InProgress": {
        const { name, startTime } = operation;
        const headers = { "retry-after": String(retryAfter) };
        return { status: 202, headers, body: { operation: name, startTime } };
      }
      case "Failed":
        return { status: 409, body: { error: state.error } };
      case "Succeeded":
        return operation.result();
      default:
        return state satisfies never;
    }
  }

  #forgetOldest(): void {
    const [oldest] = this.#byId.keys();
    if (this.#byId.size > MOST_OPERATIONS && oldest !== undefined) this.#byId.delete(oldest);
  }

  #find(id: string): Operation | undefined {
    const operation = this.#byId.get(id.toLowerCase());
    if (operation === undefined || operation.hiddenPolls === 0) return operation;
    operation.hiddenPolls -= 1;
    return undefined;
  }
}
