import type { Database } from "@azure/arm-sql";
import { type DiagnosticError, failure } from "../../../core/diagnostics/diagnostic.ts";
import type {
  AzureDatabase,
  AzureDatabasePlace,
  CopyOperation,
  CopyRequest,
  CopyState,
  CopyTags,
} from "../../../core/resource/azure-sql.ts";
import { isCopyName } from "../../../core/resource/copy-name.ts";
import type { Abortable } from "../../../core/storage/blob-store.ts";
import type { ArmClient } from "./arm-client.ts";
import { errorOf, memberOf, type RawAnswer, tryReadAnswer } from "./arm-failure.ts";
import { describeDatabase, describeInstanceDatabase } from "./describe-database.ts";
import { sent } from "./discover-servers.ts";
import { databaseIdOf, serverIdOf } from "./resource-ids.ts";

/** Between two looks, where Azure asks for nothing else. */
const WAIT_MS = 15_000;
/** What a second request gets while a first copy of that name lives (Azure/azure-sdk-for-go#21860): then the database decides. */
const SECOND = "DuplicateGeoDrRelation";
/** A database that will not become ready (`DatabaseStatus` of the REST specification; azure-cli#27587). */
const DEAD: ReadonlySet<string> = new Set([
  "Disabled",
  "Suspect",
  "RecoveryPending",
  "EmergencyMode",
  "Inaccessible",
  "Offline",
]);

export async function findDatabase(
  arm: ArmClient,
  place: AzureDatabasePlace,
  options: Abortable,
): Promise<AzureDatabase | undefined> {
  const { kind, subscriptionId, resourceGroup, server, database } = place;
  const client = arm.of(subscriptionId);
  const attempt = {
    what: `show the database ${database} of ${server}`,
    scope: databaseIdOf(place),
    role: "Reader",
  } as const;
  if (kind === "managed_instance") {
    const get = () => client.managedDatabases.get(resourceGroup, server, database, sent(options));
    const found = await arm.tryRead(attempt, get, options);
    return found && describeInstanceDatabase(place, found);
  }
  const get = () => client.databases.get(resourceGroup, server, database, sent(options));
  const found = await arm.tryRead(attempt, get, options);
  return found && describeDatabase(place, found);
}

/**
 * Looks before it asks, and asks once: an answer that is lost, or a 5xx, may stand for a copy that was begun, so it is
 * followed by the name from then on. Only a 429, which does nothing, is tried again.
 */
export async function startCopy(arm: ArmClient, request: CopyRequest): Promise<CopyOperation> {
  const { source, target, tags, signal } = request;
  const { clock } = arm;
  const found = await findDatabase(arm, target, { signal });
  const operation = { target, tags, operationUrl: null, requestedAt: clock.now() };
  if (found !== undefined) {
    if (hasTags(found, tags)) return operation;
    throw taken(target);
  }
  const near = await findDatabase(arm, source, { signal });
  if (near === undefined) throw sourceMissing(source);
  const location = await locationOf(arm, { target, near }, { signal });
  const body = bodyOf(request, location);
  return { ...operation, operationUrl: await put(arm, { target, body }, { signal }) };
}

/** A copy lies where its server does, which the request must say. */
async function locationOf(
  arm: ArmClient,
  { target, near }: { readonly target: AzureDatabasePlace; readonly near: AzureDatabase },
  options: Abortable,
): Promise<string> {
  const { subscriptionId, resourceGroup, server } = target;
  if (server === near.place.server) return near.location;
  const attempt = {
    what: `show the server ${server}`,
    scope: serverIdOf(target),
    role: "Reader",
  } as const;
  const { servers } = arm.of(subscriptionId);
  const found = await arm.repeated(
    attempt,
    () => servers.get(resourceGroup, server, sent(options)),
    options,
  );
  return found.location;
}

/** learn.microsoft.com/rest/api/sql/databases/create-or-update, `createMode` Copy. */
function bodyOf({ source, target, tags, service }: CopyRequest, location: string): Database {
  const own = {
    location,
    createMode: "Copy",
    sourceDatabaseId: databaseIdOf(source),
    tags: { ...tags },
  };
  if (service === undefined) return own;
  if ("pool" in service) {
    return { ...own, elasticPoolId: `${serverIdOf(target)}/elasticPools/${service.pool}` };
  }
  return { ...own, sku: { name: service.objective } };
}

interface Put {
  readonly target: AzureDatabasePlace;
  readonly body: Database;
}

/** Gives the operation's URL; null where nobody knows whether Azure took the request. */
async function put(
  arm: ArmClient,
  { target, body }: Put,
  { signal }: Abortable,
): Promise<string | null> {
  const { subscriptionId, resourceGroup, server, database } = target;
  const { databases } = arm.of(subscriptionId);
  const attempt = {
    what: `copy a database to ${database} of ${server}`,
    scope: databaseIdOf(target),
    role: "SQL DB Contributor",
  } as const;
  const send = async (): Promise<string | null> => {
    let taken: RawAnswer | undefined;
    const onResponse = (answer: RawAnswer) => {
      taken ??= answer;
    };
    try {
      await databases.beginCreateOrUpdate(resourceGroup, server, database, body, {
        ...sent({ signal }),
        onResponse,
      });
    } catch (error) {
      // The SDK looks once at the operation, which may not be found yet: azure-powershell#6461.
      if (!isTaken(taken) && !mayHaveBegun(error)) throw error;
    }
    return taken?.headers.get("azure-asyncoperation") ?? null;
  };
  return arm.repeated(attempt, send, { signal });
}

function isTaken(answer: RawAnswer | undefined): boolean {
  return answer !== undefined && answer.status >= 200 && answer.status < 300;
}

/** Of a proxy, say, that lost patience with whoever was behind it. */
const REQUEST_TIMEOUT = 408;
/** Errors of a connection that was never made. */
const NEVER_SENT: ReadonlySet<unknown> = new Set(["ENOTFOUND", "EAI_AGAIN", "ECONNREFUSED"]);

/** Whether Azure may carry a request out although this is what came of it: a lost answer, a fault on its side. */
function mayHaveBegun(error: unknown): boolean {
  const answer = tryReadAnswer(error);
  if (answer !== undefined) return answer.status >= 500 || answer.status === REQUEST_TIMEOUT;
  // An answer that took too long aborts, too; where the caller did, nobody asks what this says.
  const isLost = ["RestError", "AbortError"].includes(String(memberOf(error, "name")));
  return isLost && !NEVER_SENT.has(memberOf(error, "code"));
}

/**
 * The database decides where it is there: operations have been seen that never end (azure-sdk-for-go#21860) and that are
 * not found for a moment (azure-powershell#6461).
 */
export async function copyState(
  arm: ArmClient,
  operation: CopyOperation,
  options: Abortable,
): Promise<CopyState> {
  const told = await lookAtOperation(arm, operation, options);
  if (told.failed !== undefined) return told.failed;
  const database = await findDatabase(arm, operation.target, options);
  const { waitFor } = told;
  if (database === undefined) {
    return told.isRunning ? { kind: "copying", status: "Pending", waitFor } : { kind: "missing" };
  }
  if (!hasTags(database, operation.tags)) {
    const message = "The database of that name has other tags than the copy was given.";
    return { kind: "failed", code: "Replaced", message };
  }
  const { status } = database;
  if (status === "Online") return { kind: "online", database };
  if (!DEAD.has(status)) return { kind: "copying", status, waitFor };
  return { kind: "failed", code: status, message: `The copy stands as ${status}.` };
}

interface Told {
  readonly failed?: Extract<CopyState, { kind: "failed" }>;
  readonly isRunning: boolean;
  /** Milliseconds. */
  readonly waitFor: number;
}

async function lookAtOperation(
  arm: ArmClient,
  { target, operationUrl }: CopyOperation,
  options: Abortable,
): Promise<Told> {
  const nothing = { isRunning: false, waitFor: WAIT_MS };
  if (operationUrl === null || !arm.isOurs(operationUrl)) return nothing;
  const attempt = {
    what: `tell how far the copy ${target.database} is`,
    scope: serverIdOf(target),
    role: "SQL DB Contributor",
  } as const;
  const look = () => arm.look(target.subscriptionId, operationUrl, options);
  const answer = await arm.repeated(attempt, look, options);
  const seconds = Number(answer.headers.get("retry-after") ?? Number.NaN);
  const waitFor = seconds > 0 ? seconds * 1000 : WAIT_MS;
  const status = memberOf(answer.body, "status");
  if (answer.status !== 200) return { ...nothing, waitFor };
  if (status !== "Failed" && status !== "Canceled") {
    return { isRunning: status !== "Succeeded", waitFor };
  }
  const { code = String(status), message = "Azure gives no reason." } = errorOf(answer.body);
  return code === SECOND ? nothing : { ...nothing, failed: { kind: "failed", code, message } };
}

/** AZURE_NOT_OURS */
export async function dropCopy(
  arm: ArmClient,
  { place, tags }: { readonly place: AzureDatabasePlace; readonly tags: CopyTags },
  options: Abortable,
): Promise<void> {
  const { subscriptionId, resourceGroup, server, database } = place;
  const found = await findDatabase(arm, place, options);
  if (found === undefined) return;
  if (!isCopyName(found.place.database, tags.holdfast) || !hasTags(found, tags))
    throw notOurs(place);
  const attempt = {
    what: `drop the copy ${database} of ${server}`,
    scope: databaseIdOf(place),
    role: "SQL DB Contributor",
  } as const;
  const { databases } = arm.of(subscriptionId);
  const send = async () => {
    let taken: RawAnswer | undefined;
    const onResponse = (answer: RawAnswer) => {
      taken ??= answer;
    };
    try {
      await databases.beginDelete(resourceGroup, server, database, {
        ...sent(options),
        onResponse,
      });
    } catch (error) {
      if (!isTaken(taken) && taken?.status !== 404) throw error;
    }
  };
  await arm.repeated(attempt, send, options);
}

function hasTags({ tags }: AzureDatabase, wanted: CopyTags): boolean {
  return (
    tags["holdfast"] === wanted.holdfast &&
    tags["set"] === wanted.set &&
    tags["expires"] === wanted.expires
  );
}

function taken({ server, database }: AzureDatabasePlace): DiagnosticError {
  return failure({
    code: "AZURE_COPY_NAME_TAKEN",
    summary: "Name of a copy taken",
    detail: `${server} has a database ${database} that is not the copy that was to be made: its tags are others. Nothing was changed. Look who made it, and drop or rename it.`,
  });
}

function sourceMissing({ server, database }: AzureDatabasePlace): DiagnosticError {
  return failure({
    code: "AZURE_NOT_FOUND",
    summary: "Not found in Azure",
    detail: `${server} has no database ${database} that could be copied, or the identity cannot see it. Nothing was changed.`,
  });
}

function notOurs({ server, database }: AzureDatabasePlace): DiagnosticError {
  return failure({
    code: "AZURE_NOT_OURS",
    summary: "Database not made by Holdfast",
    detail: `${database} of ${server} was to be dropped as a copy that is left over, but its name or its tags are not those of that copy. It was left alone. If nobody needs it, drop it by hand.`,
  });
}
