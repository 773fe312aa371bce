import type { ProcedureContext } from "../engine/system-registry.ts";
import { noJournal } from "../storage/journal.ts";
import type { LinkedServer } from "../storage/linked-server.ts";
import { raise } from "../values/sql-exception.ts";
import type { ProcedureArguments, ProcedureDefinition } from "./procedure-definition.ts";

function requireRight(context: ProcedureContext): void {
  if (context.hasServerPermission("ALTER ANY LINKED SERVER")) return;
  raise(15_247, "User does not have permission to perform this action.");
}

function find({ server }: ProcedureContext, name: string): LinkedServer | undefined {
  const wanted = name.toUpperCase();
  return server.linkedServers.values().find((item) => item.name.toUpperCase() === wanted);
}

function requireLinked(context: ProcedureContext, name: string): LinkedServer {
  return (
    find(context, name) ??
    raise(
      15_015,
      `The server '${name}' does not exist. Use sp_helpserver to show available servers.`,
    )
  );
}

function add(context: ProcedureContext, given: ProcedureArguments): void {
  requireRight(context);
  const { server, now } = context;
  const name = given.requiredText("server");
  if (find(context, name) !== undefined || name.toUpperCase() === server.name.toUpperCase()) {
    raise(15_028, `The server '${name}' already exists.`);
  }
  const ids = server.linkedServers.values().map(({ serverId }) => serverId);
  const serverId = Math.max(0, ...ids) + 1;
  const product = given.requiredText("srvproduct");
  const isKin = product.toUpperCase() === "SQL SERVER";
  const linked: LinkedServer = {
    serverId,
    name,
    product,
    provider: isKin ? "SQLNCLI" : (given.text("provider") ?? "SQLNCLI"),
    dataSource: isKin ? name : given.text("datasrc"),
    catalog: given.text("catalog"),
    modifyDate: now,
    remoteLogin: undefined,
  };
  server.linkedServers.set(serverId, linked, noJournal);
}

function addLogin(context: ProcedureContext, given: ProcedureArguments): void {
  requireRight(context);
  const linked = requireLinked(context, given.requiredText("rmtsrvname"));
  const isSelf = (given.text("useself") ?? "TRUE").toUpperCase() === "TRUE";
  const remoteLogin = isSelf ? undefined : given.text("rmtuser");
  if (given.text("locallogin") !== undefined) {
    raise(40_515, "sp_addlinkedsrvlogin @locallogin is not supported in this version.");
  }
  context.server.linkedServers.set(linked.serverId, { ...linked, remoteLogin }, noJournal);
}

function drop(context: ProcedureContext, given: ProcedureArguments): void {
  requireRight(context);
  const linked = requireLinked(context, given.requiredText("server"));
  context.server.linkedServers.delete(linked.serverId, noJournal);
}

/** What makes linked servers known; reading through them is refused where their names stand. */
export const LINKED_SERVER_PROCEDURES: readonly ProcedureDefinition[] = [
  {
    name: "sp_addlinkedserver",
    parameters:
      "server name, srvproduct name?, provider name?, datasrc long?, location long?, provstr long?, catalog name?",
    run: add,
  },
  {
    name: "sp_addlinkedsrvlogin",
    parameters:
      "rmtsrvname name, useself word?, locallogin name?, rmtuser name?, rmtpassword name?",
    run: addLogin,
  },
  { name: "sp_dropserver", parameters: "server name, droplogins word?", run: drop },
];
