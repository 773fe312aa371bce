import { type Instant, toInstant } from "../../../../core/kit/clock.ts";
import type { BackupHeader } from "../../../../core/policy/chain/backup-header.ts";
import {
  type ForkGuid,
  parseFamilyGuid,
  parseForkGuid,
  parseSetGuid,
  type SetGuid,
} from "../../../../core/policy/chain/guid.ts";
import { parseLsn } from "../../../../core/policy/chain/lsn.ts";
import type { RestoreSequence } from "../../../../core/policy/chain/restore-target.ts";

/** One thing that happens to the simulated database, a minute after the one before. */
export type Step =
  | { readonly do: "commit"; readonly mark?: string | undefined }
  | {
      readonly do: "full" | "differential" | "log";
      readonly copyOnly?: boolean;
      readonly bulkLogged?: boolean;
      /** Of a log: how many logs before it it takes once more, as no server does, but a chain with strange sets has it. */
      readonly again?: number;
    }
  /** The clock only, by minutes. */
  | { readonly do: "set_clock_back"; readonly by: number }
  /** Restores to an earlier moment of its own history and goes on from there; `back` counts transactions. */
  | { readonly do: "restore"; readonly back: number };

type BackupStep = Extract<Step, { readonly do: "full" | "differential" | "log" }>;
type Extent =
  | "firstLsn"
  | "lastLsn"
  | "checkpointLsn"
  | "firstFork"
  | "lastFork"
  | "forkPoint"
  | "marks";

interface Commit {
  readonly lsn: bigint;
  readonly at: Instant;
  readonly id: number;
  readonly mark?: string | undefined;
}

interface Taken {
  readonly header: BackupHeader;
  /** All that had happened, as the server knew it then. */
  readonly history: readonly Commit[];
}

const FAMILY = parseFamilyGuid("00000000-0000-0000-0000-0000000000fa");

function guid(kind: string, number: number): string {
  return `${kind.padStart(8, "0")}-0000-0000-0000-${String(number).padStart(12, "0")}`;
}

/** A database that knows what it really held, so that what a sequence restores can be compared with it. */
export class SimulatedServer {
  readonly taken: Taken[] = [];
  #now = 0;
  #lsn = 1000n;
  #commits = 0;
  #forks: { readonly fork: ForkGuid; readonly from: bigint }[] = [
    { fork: parseForkGuid(guid("f", 1)), from: 0n },
  ];
  #forkCount = 1;
  #history: readonly Commit[] = [];
  #boundaries: readonly bigint[] = [];
  #fulls: readonly BackupHeader[] = [];

  get headers(): readonly BackupHeader[] {
    return this.taken.map(({ header }) => header);
  }

  get now(): Instant {
    return toInstant(this.#now);
  }

  run(steps: readonly Step[]): this {
    for (const step of steps) this.#step(step);
    return this;
  }

  #step(step: Step): void {
    this.#now += 60_000;
    if (step.do === "commit") this.#commit(step.mark);
    else if (step.do === "restore") this.#restore(step.back);
    else if (step.do === "set_clock_back") this.#now -= step.by * 60_000;
    else this.#backUp(step);
  }

  #commit(mark: string | undefined): void {
    const id = (this.#commits += 1);
    this.#history = [...this.#history, { lsn: this.#lsn, at: this.now, id, mark }];
    this.#lsn += 10n;
  }

  #restore(back: number): void {
    const kept = this.#history.slice(0, Math.max(1, this.#history.length - back));
    const last = kept.at(-1);
    if (last === undefined) return;
    this.#history = kept;
    this.#lsn = last.lsn + 10n;
    this.#forks = this.#forks.filter(({ from }) => from < this.#lsn);
    this.#boundaries = this.#boundaries.filter((lsn) => lsn <= this.#lsn);
    this.#fulls = this.#fulls.filter(({ lastLsn }) => lastLsn <= this.#lsn);
    const number = (this.#forkCount += 1);
    this.#forks = [...this.#forks, { fork: parseForkGuid(guid("f", number)), from: this.#lsn }];
  }

  #backUp({ do: type, copyOnly = false, bulkLogged = false, again = 0 }: BackupStep): void {
    if (type === "differential" && this.#fulls.length === 0) return;
    if (type === "log" && this.#boundaries.length === 0) return;
    const set: SetGuid = parseSetGuid(guid(type === "full" ? "d" : "b", this.taken.length + 1));
    const header: BackupHeader = {
      set,
      type,
      database: "orders",
      family: FAMILY,
      startedAt: this.now,
      finishedAt: this.now,
      newest: this.now,
      ...this.#extent(type === "log" ? this.#logStart(again) : null),
      differentialBase: type === "differential" ? this.#currentBase() : null,
      currentFull: null,
      copyOnly,
      bulkLogged,
      beginsLogChain: false,
      damaged: false,
      foreign: false,
      missingStripes: [],
    };
    this.taken.push({ header, history: this.#history });
    this.#remember(header);
  }

  /** `logStart`: null for a data backup. */
  #extent(logStart: bigint | null): Pick<BackupHeader, Extent> {
    const from = logStart ?? this.#lsn;
    const fork = this.#forkAt(this.#lsn);
    const firstFork = logStart === null ? fork : this.#forkBefore(from);
    return {
      firstLsn: parseLsn(String(from)),
      lastLsn: parseLsn(String(this.#lsn)),
      checkpointLsn: parseLsn(String(from)),
      firstFork: firstFork.fork,
      lastFork: fork.fork,
      forkPoint: firstFork === fork ? null : parseLsn(String(fork.from)),
      marks: logStart === null ? [] : this.#marksFrom(from),
    };
  }

  #currentBase(): BackupHeader["differentialBase"] {
    const full = this.#fulls.at(-1);
    return full === undefined ? null : { set: full.set, lsn: full.firstLsn };
  }

  #remember(header: BackupHeader): void {
    if (header.type === "full") {
      if (this.#boundaries.length === 0) this.#boundaries = [this.#lsn];
      if (!header.copyOnly) this.#fulls = [...this.#fulls, header];
    }
    if (header.type === "log" && !header.copyOnly) {
      this.#boundaries = [...this.#boundaries, this.#lsn];
    }
  }

  /** A header tells of one fork only, so the first log after two recoveries begins at the later. */
  #logStart(again: number): bigint {
    const boundary = this.#boundaries.at(-1 - again) ?? this.#boundaries[0] ?? 0n;
    const before = this.#forks.at(-2)?.from ?? 0n;
    return boundary > before ? boundary : before;
  }

  /** A new fork holds from the first record after the recovery. */
  #forkAt(lsn: bigint): { readonly fork: ForkGuid; readonly from: bigint } {
    const found = this.#forks.findLast(({ from }) => from <= lsn);
    if (found === undefined) throw new Error("the first fork holds from the beginning");
    return found;
  }

  /** A log that begins where the newest recovery ended still names the fork before it. */
  #forkBefore(lsn: bigint): { readonly fork: ForkGuid; readonly from: bigint } {
    const before = this.#forks.at(-2);
    return before !== undefined && lsn === this.#forks.at(-1)?.from ? before : this.#forkAt(lsn);
  }

  #marksFrom(lsn: bigint): BackupHeader["marks"] {
    return this.#history.flatMap((commit) =>
      commit.mark !== undefined && commit.lsn >= lsn
        ? [{ name: commit.mark, lsn: parseLsn(String(commit.lsn)), at: commit.at }]
        : [],
    );
  }

  /** What RESTORE would leave in the database: the numbers of its transactions. Throws where the server would refuse. */
  restored(sequence: RestoreSequence): readonly number[] {
    const full = this.#takenAs(sequence.full);
    const data = sequence.differential === null ? full : this.#takenAs(sequence.differential);
    if (data.header !== full.header) {
      if (data.header.differentialBase?.set !== full.header.set) throw new Error("error 3136");
    }
    let held: readonly Commit[] = data.history;
    let position: bigint = data.header.lastLsn;
    for (const [place, log] of sequence.logs.entries()) {
      const { firstLsn, lastLsn } = log;
      if (firstLsn > position) throw new Error("error 4305");
      if (lastLsn <= position) throw new Error("error 4326");
      const { history } = this.#takenAs(log);
      const before = history.filter(({ lsn }) => lsn < position);
      if (String(before.map(({ id }) => id)) !== String(held.map(({ id }) => id))) {
        throw new Error("error 4330");
      }
      const stopped = place === sequence.logs.length - 1 ? stopIn(history, sequence) : history;
      if (stopped !== history && log.bulkLogged) throw new Error("error 4341");
      held = stopped;
      position = lastLsn;
    }
    return held.map(({ id }) => id);
  }

  /** What the database held when the set ended. */
  heldBy(set: SetGuid): readonly number[] {
    return this.taken
      .filter(({ header }) => header.set === set)
      .flatMap(({ history }) => history.map(({ id }) => id));
  }

  #takenAs(header: BackupHeader): Taken {
    const found = this.taken.find((taken) => taken.header.set === header.set);
    if (found === undefined) throw new Error("no such set");
    return found;
  }
}

function stopIn(history: readonly Commit[], { stop }: RestoreSequence): readonly Commit[] {
  if (stop === null) return history;
  if (stop.kind === "instant") return history.filter(({ at }) => at <= stop.at);
  return history.filter(({ lsn }) => (stop.stop === "at" ? lsn <= stop.lsn : lsn < stop.lsn));
}
