import type { Address } from "../../address/address.ts";
import type { DesiredResource } from "../configuration.ts";
import type { AddressedBlock } from "../read/addressed-block.ts";
import type { CheckedResource } from "../rules/checked-resource.ts";
import type { BlockReference } from "./evaluated-body.ts";
import type { Members } from "./members.ts";

/** A resource with what the rules and other blocks need of it. */
export type EvaluatedResource = DesiredResource & CheckedResource & ResourceState;

interface ResourceState {
  /** Not whole: some argument of it is at fault or not known, and missing from `attributes`. */
  readonly isWhole: boolean;
  /** What `server.orders.host` reads. */
  readonly members: Members;
  readonly references: readonly BlockReference[];
  /** The block that it is an instance of. */
  readonly block: AddressedBlock;
}

export type FindResource = (address: Address) => EvaluatedResource | undefined;
