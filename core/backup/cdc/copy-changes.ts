import { DiagnosticError } from "../../diagnostics/diagnostic.ts";
import type { ChangePlace } from "../../kit/change-place.ts";
import { type Instant, toInstant } from "../../kit/clock.ts";
import { formatTableName } from "../../kit/table-name.ts";
import type { CaptureProgress, ChangeReading } from "../../resource/change-capture.ts";
import { mayBeSwitched } from "../../resource/switched-rows.ts";
import type { Vault } from "../../vault/vault.ts";
import { DatabaseCopy } from "../backup-database.ts";
import { TRIES } from "../retried.ts";
import { captureJobOf } from "../snapshot-backup.ts";
import { tellStoredAnew } from "../tell-stored-anew.ts";
import { awaitCapture, awaitPassing, tellBehind } from "./capture-wait.ts";
import { list } from "./cdc-failures.ts";
import type { ChangeChain } from "./change-chain.ts";
import { type ChangeStep, markOf, note } from "./change-step.ts";
import type { ChangeConversion } from "./decide-changes.ts";

/** How often changes are taken anew because a table without a key did not stand still. */
const ROUNDS = 3;
/** `tran_end_time` is a datetime, rounded to 1/300 of a second. */
const ROUNDING_MS = 4;
const COMMIT_BYTES = 18;

interface From {
  readonly chain: ChangeChain;
  readonly identity: string;
}

/**
 * Copies what was committed since the chain's last point, of all tables up to the same commit. Gives why not, where that
 * cannot be. CDC_CHANGES_LOST.
 */
export async function copyChanges(
  step: ChangeStep,
  from: From,
): Promise<ChangePlace | ChangeConversion> {
  const base = await readBase(from.chain.tip.id, step.work.ports.vault);
  if (base === undefined) return "no_full_recovery_point";
  for (let round = 1; ; round += 1) {
    const outcome = await copyOnce(step, { ...from, base, mayMove: round === ROUNDS });
    if (outcome !== "moved") return outcome;
  }
}

/** What changes continue. */
interface Base {
  readonly schema: Uint8Array;
  /** As the state of a capture has it; undefined of points from before it was kept. */
  readonly sources: string | number | undefined;
  readonly altered: string | number | undefined;
}

/** Undefined where the vault has the point no more, or not whole. */
async function readBase(id: string, vault: Vault): Promise<Base | undefined> {
  try {
    await using reader = await vault.openPoint(id);
    const schema = Buffer.concat(await Array.fromAsync(reader.read("schema")));
    const object = reader.point.objects.find(({ path }) => path === "schema");
    const { sources, altered } = object?.attributes ?? {};
    return { schema, sources, altered };
  } catch (error) {
    const code = error instanceof DiagnosticError ? error.diagnostic.code : undefined;
    if (code === "POINT_NOT_FOUND" || code === "VAULT_CORRUPTED") return undefined;
    throw error;
  }
}

interface Round extends From {
  readonly base: Base;
  /** Whether the point is made also where a table without a key moved. */
  readonly mayMove: boolean;
}

async function copyOnce(
  step: ChangeStep,
  { chain, identity, base, mayMove }: Round,
): Promise<ChangePlace | ChangeConversion | "moved"> {
  const { work, capture, decision, startedAt } = step;
  const { ports, book, database } = work;
  const { vault, signal, host } = ports;
  const progress = await awaitRange(step, chain);
  const after = chain.tip.changes.reached;
  const upTo = progress.newest > after ? progress.newest : after;
  await using reading = await capture.openChanges({ after, upTo }, { signal });
  if (!fits(reading, base, capture)) return "cdc_schema_changed";
  tellStarted(step, reading);
  await using writer = await vault.beginPoint({ signal });
  tellStoredAnew(writer, host);
  const plan = { ...book.planOf(startedAt), type: "cdc", base: chain.tip.id } as const;
  const copy = new DatabaseCopy(captureJobOf(work), writer);
  await using pending = await book.begin(writer.id, database, { plan, copy });
  await copy.schema(reading.schema, reading.tables.length, markOf(reading));
  const stood = await copyWhole(step, { reading, copy, upTo });
  if (stood === "moved" && !mayMove) return "moved";
  await copyRanges(reading, copy, signal);
  await reading.complete({ signal });
  tellAltered(step, reading, base);
  const reachedAt = momentOf(progress, { chain, upTo });
  const doubts = doubtsOf({ reading, stood, reachedAt, chain });
  for (const text of [...doubts, tellBehind(progress) ?? []].flat()) note(work, text);
  const { enabledBy } = decision;
  const changes = { identity, enabledBy, after, reached: upTo, reachedAt };
  const consistency = doubts.length === 0 ? "transactional" : "fuzzy";
  await copy.certificates(step.work.ports.server.certificates);
  const { stored, scans } = await copy.commit({ ...plan, consistency, changes });
  await book.succeed(pending.point, { stored, scans, totals: copy.totals });
  return changes;
}

interface Range extends CaptureProgress {
  /** Until when nothing was committed after the newest, where that is known. */
  readonly quietAt: Instant | null;
}

/**
 * How far to read. The first changes after a full need to be beyond the end of its scan: a server on which nothing happens says
 * that by scans of its log that found nothing.
 */
async function awaitRange({ work, capture }: ChangeStep, chain: ChangeChain): Promise<Range> {
  const progress = await awaitCapture(work, capture);
  const reached = Math.max(progress.newestAt ?? 0, chain.tip.changes.reachedAt);
  if (progress.isReached || isBeyond(toInstant(reached), chain)) {
    return { ...progress, quietAt: null };
  }
  const { isPassed, moment } = await awaitPassing(work, capture);
  const now = await capture.progress({ signal: work.ports.signal });
  return { ...now, quietAt: isPassed ? moment : null };
}

function isBeyond(reached: Instant, { scanEnd }: ChangeChain): boolean {
  return reached >= scanEnd + ROUNDING_MS;
}

function fits(reading: ChangeReading, base: Base, capture: ChangeStep["capture"]): boolean {
  if (base.sources !== undefined && base.sources !== reading.sources) return false;
  return !reading.hasNewDefinitions && capture.sameSchema(base.schema, reading.schema);
}

function tellAltered({ work }: ChangeStep, reading: ChangeReading, { altered }: Base): void {
  if (typeof altered !== "string") return;
  const tables = reading.alteredSince(altered);
  if (tables.length > 0) note(work, mayBeSwitched(list(tables)));
}

function tellStarted({ work }: ChangeStep, { tables, whole, notes }: ChangeReading): void {
  const { ports, journal, database } = work;
  const { clock, host } = ports;
  const count = tables.length + whole.length;
  const none = { estimatedRows: 0, estimatedBytes: 0 };
  host.emit({
    type: "database_started",
    job: journal.id,
    at: clock.now(),
    database,
    tables: count,
    ...none,
  });
  for (const text of notes) note(work, text);
}

interface Copying {
  readonly reading: ChangeReading;
  readonly copy: DatabaseCopy;
  readonly upTo: string;
}

/** Whether tables without a key stood still from the last commit of the point until they were read. */
type Stood = "still" | "moved" | "unknown";

/** Tables whose changes cannot be told apart, or are not captured, are read as a whole. */
async function copyWhole(step: ChangeStep, { reading, copy, upTo }: Copying): Promise<Stood> {
  const { work, capture } = step;
  const { signal } = work.ports;
  const keyless = reading.tables.filter(({ hasKey }) => !hasKey);
  const tables = [...keyless, ...reading.whole];
  await copy.rows({ tables, rows: (table, options) => reading.rows(table, options) }, TRIES);
  if (keyless.length === 0) return "still";
  const { isPassed } = await awaitPassing(work, capture);
  for (const table of keyless) {
    if (await reading.changedAfter(table, upTo, { signal })) return "moved";
  }
  return isPassed ? "still" : "unknown";
}

async function copyRanges(
  reading: ChangeReading,
  copy: DatabaseCopy,
  signal: AbortSignal | undefined,
): Promise<void> {
  for (const table of reading.tables.filter(({ hasKey }) => hasKey)) {
    const open = () => reading.changes(table, { signal });
    const attributes = { instance: table.instance };
    await copy.table({ table, kind: "changes", open, tries: TRIES, attributes });
  }
  const object = { path: "commits", kind: "commits" } as const;
  const commits = (bytes: number) => ({ commits: bytes / COMMIT_BYTES });
  await copy.stream(object, () => reading.commits({ signal }), commits);
}

/** Where nothing was captured since, the point is of the same moment as the one before, unless it is known that nothing happened. */
function momentOf(
  { newest, newestAt, quietAt }: Range,
  { chain, upTo }: { readonly chain: ChangeChain; readonly upTo: string },
): Instant {
  const at = newestAt !== null && newest === upTo ? newestAt : chain.tip.changes.reachedAt;
  return toInstant(Math.max(at, quietAt ?? 0));
}

/** Why the point may not be of one moment, each as a note. */
function doubtsOf(facts: {
  readonly reading: ChangeReading;
  readonly stood: Stood;
  readonly reachedAt: Instant;
  readonly chain: ChangeChain;
}): readonly string[] {
  const { reading, stood, reachedAt, chain } = facts;
  const keyless = reading.tables.filter(({ hasKey }) => !hasKey).map(formatTableName);
  const whole = reading.whole.map(formatTableName);
  const doubts: readonly (readonly [boolean, string])[] = [
    [
      !isBeyond(reachedAt, chain),
      "The server has not captured what was committed until the end of the full's scan, so this point is fuzzy like the full. The next one will not be.",
    ],
    [
      stood === "unknown",
      `The server did not say in time that it captured everything up to the reading of tables without a primary key or unique index, so this point is fuzzy: ${keyless.join(", ")}. See that its capture job runs, and that the login has VIEW DATABASE STATE.`,
    ],
    [
      stood === "moved",
      `Tables without a primary key or unique index did not stand still while they were read, so this point is fuzzy: ${keyless.join(", ")}.`,
    ],
    [
      whole.length > 0,
      `Tables that are not captured whole were read as they are now, so this point is fuzzy: ${whole.join(", ")}.`,
    ],
  ];
  return doubts.filter(([applies]) => applies).map(([, text]) => text);
}
