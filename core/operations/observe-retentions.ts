import { attributesOf } from "../../schemas/blocks/resources.ts";
import type { Address } from "../address/address.ts";
import { diagnosticOf } from "../diagnostics/caught.ts";
import { DiagnosticError } from "../diagnostics/diagnostic.ts";
import type { JsonObject } from "../kit/json.ts";
import { createLimiter } from "../kit/limiter.ts";
import type { RetentionSeen, RetentionsSeen } from "../plan/azure-retention.ts";
import { type AzureDoor, openAzureOf } from "./open-azure.ts";
import type { ReadingPorts } from "./ports.ts";
import type { ResourceLookup } from "./resource-lookup.ts";

const ASKED_AT_ONCE = 8;

interface Block {
  readonly address: Address;
  readonly type: string;
  readonly attributes: JsonObject;
}

/** Asks Azure for the retention of every database that a block `azure_retention` of these manages. Changes nothing. */
export async function observeRetentions(
  blocks: Iterable<Block>,
  resources: ResourceLookup,
  ports: ReadingPorts,
): Promise<RetentionsSeen> {
  const limit = createLimiter(ASKED_AT_ONCE);
  const doors = new Map<Address, Promise<AzureDoor>>();
  const doorOf = (server: Address) => {
    const door = doors.get(server) ?? openAzureOf(server, resources, ports);
    doors.set(server, door);
    return door;
  };
  const seen = [...blocks].flatMap((block) => {
    const managed = attributesOf(block, "azure_retention");
    if (managed === undefined) return [];
    const { server, database } = managed;
    const read = async (): Promise<RetentionSeen> => {
      const { control, place } = await doorOf(server);
      const retention = await control.readRetention(
        { ...place, database },
        { signal: ports.signal },
      );
      return { status: "observed", retention };
    };
    return [limit(async () => [block.address, await orFailure(read, block, ports)] as const)];
  });
  return new Map(await Promise.all(seen));
}

async function orFailure(
  read: () => Promise<RetentionSeen>,
  { address }: Block,
  { signal }: ReadingPorts,
): Promise<RetentionSeen> {
  try {
    return await read();
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof DiagnosticError)) throw error;
    return { status: "failed", diagnostic: { ...diagnosticOf(error), address } };
  }
}
