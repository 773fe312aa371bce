import { type DirectoryPrincipal, sidOfPrincipal } from "../../session/token-verifier.ts";
import { noJournal } from "../../storage/journal.ts";
import type { ServerPrincipal } from "../../storage/principals.ts";
import type { StoredServer } from "../../storage/stored-server.ts";
import { raise } from "../../values/sql-exception.ts";
import type { Activation } from "../session/activation.ts";
import { requireTransaction } from "../session/readers.ts";
import { datetimeNow } from "../session/system-context.ts";
import { addPrincipal, allowConnect, requireSecurityAdmin } from "./principals.ts";

/** Looks a name up in Microsoft Entra; only who came in through it may ask (33159), and only for names that it knows (33130). */
function findInDirectory(name: string, { core }: Activation): DirectoryPrincipal {
  if (!core.isExternal) {
    raise(
      33_159,
      `Principal '${name}' could not be created. Only connections established with Active Directory accounts can create other Active Directory users.`,
    );
  }
  const found = core.parts.tokens?.find(name);
  if (found !== undefined) return found;
  raise(33_130, `Principal '${name}' could not be found or this principal type is not supported.`);
}

function kindOf({ kind }: DirectoryPrincipal): "external_user" | "external_group" {
  return kind === "group" ? "external_group" : "external_user";
}

export interface ExternalUser {
  readonly name: string;
  readonly defaultSchema: string;
}

/** CREATE USER … FROM EXTERNAL PROVIDER. */
export function createExternalUser(user: ExternalUser, activation: Activation): void {
  const found = findInDirectory(user.name, activation);
  const kind = kindOf(found);
  const created = addPrincipal({ ...user, kind, sid: sidOfPrincipal(found) }, activation);
  allowConnect(created.principalId, activation);
}

/** CREATE LOGIN … FROM EXTERNAL PROVIDER. */
export function createExternalLogin(name: string, activation: Activation): void {
  const { core } = activation;
  requireSecurityAdmin(activation);
  const found = findInDirectory(name, activation);
  if (core.server.findPrincipal(name) !== undefined) {
    raise(15_025, `The server principal '${name}' already exists.`);
  }
  const now = datetimeNow(core.parts.now());
  const login = externalLogin(found, { server: core.server, now });
  core.server.principals.set(login.principalId, login, requireTransaction(core).journal);
}

interface Birth {
  readonly server: StoredServer;
  /** A value of type datetime. */
  readonly now: number;
}

function externalLogin(found: DirectoryPrincipal, { server, now }: Birth): ServerPrincipal {
  const ids = server.principals.values().map(({ principalId }) => principalId);
  return {
    principalId: Math.max(255, ...ids) + 1,
    name: found.name,
    kind: kindOf(found),
    sid: sidOfPrincipal(found),
    isFixedRole: false,
    disabled: false,
    createDate: now,
    modifyDate: now,
    defaultDatabase: "master",
    defaultLanguage: "us_english",
    checkPolicy: false,
    checkExpiration: false,
    passwordHash: undefined,
    owningPrincipalId: undefined,
  };
}

/** The Microsoft Entra administrator of a server: in every database its owner (learn.microsoft.com: authentication-aad-overview). */
export function setEntraAdministrator(found: DirectoryPrincipal, birth: Birth): void {
  const { server } = birth;
  const login = externalLogin(found, birth);
  server.principals.set(login.principalId, login, noJournal);
  const sysadmin = server.findPrincipal("sysadmin")?.principalId ?? 3;
  const memberId = login.principalId;
  server.roleMembers.set(`${sysadmin}.${memberId}`, { roleId: sysadmin, memberId }, noJournal);
}
