import { diagnosticOf } from "../diagnostics/caught.ts";
import { DiagnosticError } from "../diagnostics/diagnostic.ts";
import type { CaptureNow } from "../drift/further-facts.ts";
import type { ChangeReliance, PointFacts, SetRule } from "../drift/subject.ts";
import type { Abortable } from "../kit/abortable.ts";
import { createLimiter } from "../kit/limiter.ts";
import { cdcViolations } from "../policy/chain/cdc-settings.ts";
import type { CdcState } from "../policy/chain/decide-cdc.ts";
import { nextLsn, parseLsn } from "../policy/chain/lsn.ts";
import type { Milliseconds } from "../policy/model/policy-rule.ts";
import { selectDatabases } from "../policy/name-pattern.ts";
import type { CaptureState, ChangeCapture } from "../resource/change-capture.ts";
import type { DatabaseFacts, DatabaseServer } from "../resource/database-server.ts";

/** A connection each. */
const DATABASES_AT_ONCE = 8;

interface ReliedDatabase {
  readonly name: string;
  readonly rules: readonly SetRule[];
  readonly reliances: readonly ChangeReliance[];
}

/** What is asked of them, as the end of a sentence. */
export const CAPTURE_ASKED = "whether change data capture is as backups need it";

/** Databases that are online and have points which only their captured changes can continue, or capture that no point has yet. */
export function reliedDatabases(
  databases: readonly DatabaseFacts[],
  rules: readonly SetRule[],
  points: ReadonlyMap<string, PointFacts> | undefined,
): readonly ReliedDatabase[] {
  return databases
    .filter(({ state, isSystem }) => state === "online" && !isSystem)
    .flatMap((database) => {
      const reliances = points?.get(database.name)?.reliances ?? [];
      const own = rules.filter(
        ({ address, profile, selection }) =>
          profile !== undefined &&
          (database.capturesChanges === true ||
            reliances.some(({ backupSet }) => backupSet === address)) &&
          selectDatabases([database], selection).length > 0,
      );
      return own.length === 0 ? [] : [{ name: database.name, rules: own, reliances }];
    });
}

/** Asks each by a connection of its own. One that does not answer is left out: its backup says why. */
export async function observeCaptures(
  server: DatabaseServer,
  databases: readonly ReliedDatabase[],
  options: Abortable,
): Promise<ReadonlyMap<string, CaptureNow>> {
  const limit = createLimiter(DATABASES_AT_ONCE);
  const asked = databases.map((database) =>
    limit(async () => [database.name, await observe(server, database, options)] as const),
  );
  const found = new Map<string, CaptureNow>();
  for (const [name, capture] of await Promise.all(asked)) {
    if (capture !== undefined) found.set(name, capture);
  }
  return found;
}

async function observe(
  server: DatabaseServer,
  database: ReliedDatabase,
  options: Abortable,
): Promise<CaptureNow | undefined> {
  try {
    await using capture = await server.openChangeCapture(database.name, options);
    const said = await capture.state(options);
    const state = cdcStateOf(said);
    const remedy = await remedyOf(capture, { said, state, rules: database.rules }, options);
    const isRelied = database.reliances.length > 0;
    return { isRelied, state, isCut: isCut(state, database.reliances), remedy };
  } catch (error) {
    options.signal?.throwIfAborted();
    if (error instanceof DiagnosticError) return undefined;
    throw new DiagnosticError(diagnosticOf(error), { cause: error });
  }
}

async function remedyOf(
  capture: ChangeCapture,
  facts: {
    readonly said: CaptureState;
    readonly state: CdcState;
    readonly rules: readonly SetRule[];
  },
  options: Abortable,
): Promise<string | null> {
  const { said, state, rules } = facts;
  if (!said.enabled) return said.mayEnable ? null : said.remedy;
  if (!state.enabled) return null;
  for (const { profile } of rules) {
    const violations = profile === undefined ? [] : cdcViolations(state.settings, profile);
    if (profile !== undefined && violations.length > 0)
      return capture.remedy(violations, profile, options);
  }
  return null;
}

function isCut(state: CdcState, reliances: readonly ChangeReliance[]): boolean {
  if (!state.enabled) return false;
  const { identity, oldest } = state.position;
  return reliances.some(
    ({ changes }) =>
      changes.identity === identity && oldest > nextLsn(parseLsn(`0x${changes.reached}`)),
  );
}

function cdcStateOf(said: CaptureState): CdcState {
  if (!said.enabled) return { enabled: false, mayEnable: said.mayEnable };
  const { continuous, untrackedTables, partlyTrackedTables, identity } = said;
  // The server counts minutes, so the number is one of milliseconds.
  const retention = said.retention as Milliseconds;
  return {
    enabled: true,
    settings: { continuous, retention, untrackedTables, partlyTrackedTables },
    position: {
      oldest: parseLsn(`0x${said.oldest}`),
      newest: parseLsn(`0x${said.newest}`),
      identity,
    },
  };
}
