import { MOVED } from "../../../schemas/blocks/moved.ts";
import { type Address, tryParseAddress, typeOfAddress } from "../../address/address.ts";
import { tryParseKey } from "../../address/instance-key.ts";
import type { Attribute, Block } from "../../language/body.ts";
import type { DatabaseMove } from "../configuration.ts";
import { readReference, textOfReference } from "../read/address-expression.ts";
import { toLanguageSchema } from "../read/language-schema.ts";
import { problem, type Report } from "../report.ts";

const DATABASE = /^(.+)\.database(\[".*"\])$/s;

/**
 * A `moved` block whose addresses are databases, such as `server.orders.database["Sales"]`: one was renamed on its server.
 * Undefined where neither is; reported where it says something that cannot be.
 */
export function readDatabaseMove(
  block: Block,
  module: string,
  report: Report,
): DatabaseMove | undefined | "fault" {
  const { attributes } = block.body.content(toLanguageSchema(MOVED));
  const [from, to] = [
    databaseIn(attributes.get("from"), module),
    databaseIn(attributes.get("to"), module),
  ];
  if (from === undefined && to === undefined) return undefined;
  const fault = databaseFault(from, to);
  if (from !== undefined && to !== undefined && fault === undefined) {
    return { server: from.server, from: from.name, to: to.name, range: block.headerRange };
  }
  const subject = attributes.get("to")?.range ?? block.headerRange;
  report.add(problem({ summary: "Invalid move", detail: fault ?? "", subject }));
  return "fault";
}

interface NamedDatabase {
  readonly server: Address;
  readonly name: string;
}

function databaseIn(attribute: Attribute | undefined, module: string): NamedDatabase | undefined {
  const reference = attribute && readReference(attribute.expression);
  const [, text = "", bracket = ""] =
    DATABASE.exec(reference ? textOfReference(reference) : "") ?? [];
  const server = tryParseAddress(module === "" ? text : `${module}.${text}`);
  const name = tryParseKey(bracket);
  if (server === undefined || typeof name !== "string" || typeOfAddress(server) !== "server") {
    return undefined;
  }
  return { server, name };
}

function databaseFault(
  from: NamedDatabase | undefined,
  to: NamedDatabase | undefined,
): string | undefined {
  if (from === undefined || to === undefined) {
    return 'One of the addresses is a database and the other is none. A renamed database moves to one of the same server, as from server.orders.database["Old"] to server.orders.database["New"].';
  }
  if (from.server !== to.server) {
    return `A database that is renamed stays on its server, and these are ${from.server} and ${to.server}. A copy on another server is another database, with recovery points of its own.`;
  }
  if (from.name === "" || to.name === "") return "A database has a name.";
  return from.name === to.name ? `Both names are ${from.name}, so nothing would move.` : undefined;
}
