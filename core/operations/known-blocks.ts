import type { ResourceAttributes } from "../../schemas/blocks/resources.ts";
import {
  type Address,
  partsOfAddress,
  tryParseAddress,
  typeOfAddress,
} from "../address/address.ts";
import type { DesiredResource } from "../config/configuration.ts";
import { type DiagnosticError, failure } from "../diagnostics/diagnostic.ts";
import { tryParseHost } from "../plan/import-id.ts";
import { ResourceLookup } from "./resource-lookup.ts";

/** A block that is written, or was just proposed. */
export type KnownBlock = Pick<DesiredResource, "address" | "type" | "attributes">;

interface KnownServer {
  readonly address: Address;
  readonly host: string;
  readonly port: number;
}

/** The blocks of a configuration for which others are written, with those that were written so far. */
export class KnownBlocks {
  readonly #resources: KnownBlock[];

  constructor(resources: readonly KnownBlock[]) {
    this.#resources = [...resources];
  }

  /** Blocks of the root, by address. */
  ofType(type: string): readonly KnownBlock[] {
    return this.#resources.filter(
      (each) => each.type === type && partsOfAddress(each.address).module === "",
    );
  }

  any(type: string): Address | undefined {
    return this.ofType(type)[0]?.address;
  }

  /** A comment that names the other ones. */
  others(type: string, taken: string): readonly string[] {
    const others = this.ofType(type).filter(({ address }) => address !== taken);
    if (others.length === 0) return [];
    return [
      `${taken} is a choice; there is also ${others.map(({ address }) => address).join(", ")}.`,
    ];
  }

  /** The only one that fits. IMPORT_NOT_GENERATED where there is none, or more. */
  only(type: string, isFit: (resource: KnownBlock) => boolean, purpose: string): Address {
    const fitting = this.ofType(type).filter(isFit);
    const [only, second] = fitting;
    if (only !== undefined && second === undefined) return only.address;
    const have =
      fitting.length === 0
        ? "the configuration has none that fits"
        : `the configuration has ${fitting.map(({ address }) => address).join(", ")}`;
    throw notGenerated(`A ${type} is needed ${purpose}: ${have}.`);
  }

  /** By address or host. IMPORT_NOT_GENERATED. */
  serverNamed(named: string): Address {
    const servers = this.ofType("server").map(({ address, attributes }): KnownServer => {
      // Checked against the schema of the block.
      const { host, port } = attributes as ResourceAttributes<"server">;
      return { address, host, port };
    });
    const written = tryParseAddress(named);
    const place = tryParseHost(named);
    const found = servers.find(
      ({ address, host, port }) =>
        address === written ||
        (host.toLowerCase() === place?.host.toLowerCase() && port === place.port),
    );
    if (found !== undefined) return found.address;
    throw notGenerated(
      `The import names databases of ${named}, and no server block of the root has that address or host. Write the server block, or import the server too.`,
    );
  }

  lookup(): ResourceLookup {
    return new ResourceLookup(this.#resources);
  }

  /** From now on it counts as written. */
  know(address: Address, attributes: KnownBlock["attributes"]): void {
    this.#resources.push({ address, type: typeOfAddress(address), attributes });
  }
}

export function notGenerated(detail: string): DiagnosticError {
  return failure({
    code: "IMPORT_NOT_GENERATED",
    summary: "Configuration not generated",
    detail: `${detail} Nothing was written.`,
  });
}
