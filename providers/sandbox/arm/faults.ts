import type { ErrorBody } from "./arm-errors.ts";

/** Troubles that real control planes have, to be ordered by tests. Each happens as often as it says, to the requests that come next. */
export type ArmFault =
  /** The next copy stays COPYING, and its operation InProgress (azure-sdk-for-go#21860). */
  | { readonly kind: "copy_never_ends" }
  /** The next copy ends with an error and leaves a database that cannot be opened (azure-cli#27587). */
  | { readonly kind: "copy_fails"; readonly error: ErrorBody }
  /** The URL of the next operation is not found for some polls (azure-powershell#6461). */
  | { readonly kind: "operation_hidden"; readonly polls: number }
  /** 429 with Retry-After. */
  | { readonly kind: "throttled"; readonly requests: number; readonly retryAfter: number }
  /** 500, 503 and their like, before anything was done. */
  | { readonly kind: "unavailable"; readonly requests: number; readonly status: number }
  /** The request is carried out, the connection breaks before the answer. */
  | { readonly kind: "answer_lost"; readonly method: string };

export type FaultOf<Kind extends ArmFault["kind"]> = Extract<ArmFault, { kind: Kind }>;

/** The faults that are still to come. */
export class ArmFaults {
  readonly #ordered: ArmFault[] = [];

  order(fault: ArmFault): void {
    this.#ordered.push(fault);
  }

  /** The first of a kind, which does not come again. */
  take<Kind extends ArmFault["kind"]>(
    kind: Kind,
    applies: (fault: FaultOf<Kind>) => boolean = () => true,
  ): FaultOf<Kind> | undefined {
    const isWanted = (fault: ArmFault): fault is FaultOf<Kind> =>
      fault.kind === kind && applies(fault as FaultOf<Kind>);
    const found = this.#ordered.find(isWanted);
    if (found !== undefined) this.#ordered.splice(this.#ordered.indexOf(found), 1);
    return found;
  }

  /** Counts one request off a fault that lasts for several. */
  takeRequest(): FaultOf<"throttled"> | FaultOf<"unavailable"> | undefined {
    const fault = this.take("throttled") ?? this.take("unavailable");
    if (fault !== undefined && fault.requests > 1) {
      this.#ordered.unshift({ ...fault, requests: fault.requests - 1 });
    }
    return fault;
  }
}
