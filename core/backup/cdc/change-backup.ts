import { INTENDED, type JobRecord } from "../../catalog/job.ts";
import { diagnosticOf } from "../../diagnostics/caught.ts";
import { type Diagnostic, DiagnosticError, failure } from "../../diagnostics/diagnostic.ts";
import type { ChangePlace } from "../../kit/change-place.ts";
import { cdcViolations } from "../../policy/chain/cdc-settings.ts";
import type { Milliseconds } from "../../policy/model/policy-rule.ts";
import type { CaptureState, ChangeCapture } from "../../resource/change-capture.ts";
import { switchUnseen } from "../../resource/switched-rows.ts";
import { retried, TRIES } from "../retried.ts";
import { noTables, requirePermissions } from "../snapshot-backup.ts";
import {
  cleanUpFailed,
  foreignStay,
  list,
  permissionMissing,
  settingsWrong,
} from "./cdc-failures.ts";
import {
  type ChainOwner,
  type ChangeChain,
  findChain,
  hasChainPoints,
  storedByAll,
} from "./change-chain.ts";
import {
  type ChangeStep,
  type ChangeWork,
  type EnabledCapture,
  mention,
  note,
  type RunDecision,
} from "./change-step.ts";
import { copyChanges } from "./copy-changes.ts";
import { copyScan } from "./copy-scan.ts";
import { type ChangeConversion, type ChangeDecision, decideChanges } from "./decide-changes.ts";
import { retryingCapture } from "./retrying-capture.ts";

/** Backs up one database by the method cdc: its changes since the last point, or all of it. */
export async function backUpChanges(work: ChangeWork): Promise<void> {
  const { ports, journal, book, database } = work;
  const { server, clock, signal, host } = ports;
  const startedAt = clock.now();
  host.emit({ type: "phase_started", job: journal.id, at: startedAt, database, phase: "check" });
  const { sleep } = ports;
  const tell = (text: string) => mention(work, text);
  const again = <T>(look: () => Promise<T>) => retried(look, { sleep, signal, tell, tries: TRIES });
  await again(() => requirePermissions(work));
  await using opened = await again(() => server.openChangeCapture(database, { signal }));
  const capture = retryingCapture(opened, again);
  const state = await capture.state({ signal });
  if (state.tables === 0) throw noTables(database);
  const { decision, chain } = decide(work, state);
  if (decision.action === "run") {
    const prepared = await prepare(work, { capture, decision, state });
    const { switchableTables } = prepared;
    if (switchableTables.length > 0) note(work, switchUnseen(list(switchableTables)));
    const step = { work, capture, decision, startedAt };
    await carryOut(step, prepared, decision.type === "cdc" ? chain : undefined);
  } else {
    const diagnostic = await refusal(work, { capture, state, decision });
    await book.fail(database, diagnostic, decision.action === "skip" ? "skipped" : "failed");
  }
}

function ownerOf({ request, database }: ChangeWork): ChainOwner {
  const { backupSet, server, vaultAddress: vault } = request;
  return { backupSet, server, vault, database };
}

function decide(
  work: ChangeWork,
  state: CaptureState,
): { readonly decision: ChangeDecision; readonly chain: ChangeChain | undefined } {
  const { points, jobs } = work.recorded;
  const owner = ownerOf(work);
  const chain = findChain(points, owner);
  const decision = decideChanges({
    asked: work.request.type === "full" ? "full" : "cdc",
    state,
    profile: profileOf(work),
    chain,
    hadPoints: hasChainPoints(points, owner),
    ...capturesEnabledBy(jobs, owner),
  });
  return { decision, chain };
}

function profileOf({ request: { profile } }: ChangeWork) {
  if (profile === undefined) throw new TypeError("A cdc backup without a profile. This is a bug.");
  return profile;
}

const LONGEST_LOOK_MS = 10_000;

function capturesEnabledBy(
  jobs: readonly JobRecord[],
  { backupSet, database }: ChainOwner,
): { readonly enabledByUs: ReadonlySet<string>; readonly meantToEnable: boolean } {
  const recorded = jobs
    .filter(({ subject }) => subject === backupSet)
    .flatMap(({ captures }) => captures?.[database] ?? []);
  return {
    enabledByUs: new Set(recorded.filter((identity) => identity !== INTENDED)),
    meantToEnable: recorded[0] === INTENDED,
  };
}

async function refusal(
  work: ChangeWork,
  facts: {
    readonly capture: ChangeCapture;
    readonly state: CaptureState;
    readonly decision: Exclude<ChangeDecision, RunDecision>;
  },
): Promise<Diagnostic> {
  const { database, ports } = work;
  const { capture, state, decision } = facts;
  if (!state.enabled) return permissionMissing(database, state);
  const profile = profileOf(work);
  const violations = decision.action === "skip" ? decision.violations : [];
  const remedy = await capture.remedy(violations, profile, { signal: ports.signal });
  return settingsWrong(database, { violations, state, profile, remedy });
}

/** Enables what the decision says, in its order, and looks at what came of it: before the first row is read. */
async function prepare(
  work: ChangeWork,
  facts: {
    readonly capture: ChangeCapture;
    readonly decision: RunDecision;
    readonly state: CaptureState;
  },
): Promise<EnabledCapture> {
  const { database, ports } = work;
  const { capture, decision, state } = facts;
  const { signal } = ports;
  if (decision.prepare.length === 0) {
    if (!state.enabled) throw notEnabled(database);
    return state;
  }
  const profile = profileOf(work);
  await enableAnew(work, capture, decision);
  const now = await capture.state({ signal });
  if (!now.enabled) throw notEnabled(database);
  const violations = cdcViolations(settingsOf(now), profile);
  if (violations.length === 0) return now;
  const remedy = await capture.remedy(violations, profile, { signal });
  const diagnostic = settingsWrong(database, { violations, state: now, profile, remedy });
  throw new DiagnosticError(diagnostic);
}

/**
 * What is about to be done is written down first, then the identity as soon as there is one: capture of a job that dies meanwhile
 * is known to be ours.
 */
async function enableAnew(
  work: ChangeWork,
  capture: ChangeCapture,
  { prepare: steps }: RunDecision,
): Promise<void> {
  const { database, journal, ports } = work;
  const { signal } = ports;
  const before = journal.captures;
  const keep = (identity: string) =>
    journal.keep({ captures: { ...before, [database]: identity } });
  await keep(INTENDED);
  try {
    const foreign = steps.includes("disable") ? await capture.disable({ signal }) : [];
    if (foreign.length > 0) note(work, foreignStay(foreign));
    const notes = await capture.enable(profileOf(work), { signal, onEnabled: keep });
    for (const text of notes) note(work, text);
  } catch (error) {
    if (await isOff(capture)) await journal.keep({ captures: before });
    throw error;
  }
}

/** Asked after something else failed, which is what to tell. */
async function isOff(capture: ChangeCapture): Promise<boolean> {
  try {
    return !(await capture.state({ signal: AbortSignal.timeout(LONGEST_LOOK_MS) })).enabled;
  } catch {
    return false;
  }
}

/** Changes where a chain is there and goes on; else, and where its changes turn out to be gone, a full. */
async function carryOut(
  step: ChangeStep,
  state: EnabledCapture,
  chain: ChangeChain | undefined,
): Promise<void> {
  const { capture, work, decision } = step;
  if (chain === undefined) return full(step, state, decision.reason);
  const outcome = await changesOrReason(step, { chain, identity: state.identity });
  if (typeof outcome !== "string") return cleanUp(step, outcome);
  const now = await capture.state({ signal: work.ports.signal });
  if (!now.enabled || now.identity !== state.identity) throw notEnabled(work.database);
  await full(step, now, outcome);
}

async function full(
  step: ChangeStep,
  state: EnabledCapture,
  reason: ChangeConversion | null,
): Promise<void> {
  if (reason !== null) mention(step.work, `This backup is a full: ${REASONS[reason]}.`);
  await cleanUp(step, await copyScan(step, { state, reason }));
}

const REASONS: Readonly<Record<ChangeConversion, string>> = {
  first_backup: "there is none of this database yet",
  no_full_recovery_point: "the full that changes would need is gone or cannot be read",
  cdc_disabled_between_backups:
    "change data capture was disabled since the last backup, and is enabled again",
  cdc_config_mismatch:
    "change data capture was not as cdc_profile wants it, and was disabled and enabled anew",
  cdc_history_replaced: "the database was restored, copied or captured anew since the last backup",
  cdc_changes_lost:
    "the server removed changes before a backup took them, or capture of a table began anew",
  cdc_schema_changed: "the schema was changed since the last backup",
};

async function changesOrReason(
  step: ChangeStep,
  from: { readonly chain: ChangeChain; readonly identity: string },
): Promise<ChangePlace | ChangeConversion> {
  try {
    return await copyChanges(step, from);
  } catch (error) {
    if (diagnosticOf(error).code !== "CDC_CHANGES_LOST") throw error;
    return "cdc_changes_lost";
  }
}

/** Only of capture that we enabled, and only what all backup sets have in their vaults. */
async function cleanUp({ work, capture, decision }: ChangeStep, place: ChangePlace): Promise<void> {
  if (!decision.cleansUp) return;
  const { host, signal } = work.ports;
  const before = storedByAll(work.recorded.points, ownerOf(work), place);
  try {
    await capture.cleanUp(before, { signal });
  } catch (error) {
    signal?.throwIfAborted();
    const diagnostic = cleanUpFailed(work.database, diagnosticOf(error));
    host.emit({
      type: "diagnostic",
      diagnostic: { ...diagnostic, address: work.request.backupSet },
    });
  }
}

function settingsOf({
  continuous,
  retention,
  untrackedTables,
  partlyTrackedTables,
}: EnabledCapture) {
  // The server counts minutes, so the number is one of milliseconds.
  return { continuous, retention: retention as Milliseconds, untrackedTables, partlyTrackedTables };
}

function notEnabled(database: string): DiagnosticError {
  return failure({
    code: "CDC_CHANGES_LOST",
    summary: "Change data capture was changed during the backup",
    detail: `Somebody disabled or enabled change data capture in the database ${database} while it was backed up, so what was read does not fit together and is given up. Back up again.`,
  });
}
