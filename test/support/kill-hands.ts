import assert from "node:assert/strict";
import { openVault, type Vault } from "../../core/vault/vault.ts";
import { type DeadlyStep, STEPS } from "./deadly-step.ts";
import { type HandOutcome, runHand } from "./hand-process.ts";
import { bytesOfStream, nameOfStream, PIECES } from "./known-streams.ts";
import { HOUR } from "./turned-clock.ts";
import { createTurnedFolder } from "./turned-folder.ts";
import { TEST_KEY, vaultOptions } from "./vault.ts";
import { countBlobs } from "./vault-content.ts";
import type { HandOrder } from "./vault-hand.ts";

/** Enough for the lanes of the product: threads start with 12 MiB. */
const MANY_PIECES = 16;
/** Streams are removed once there are more. */
const MOST_STREAMS = 6;
/** The longest that a process works, in milliseconds, on a busy machine. */
const LONGEST = 900;

const PLACES: readonly (readonly [DeadlyStep["step"], readonly string[]])[] = [
  ["flush", [".tmp", "packs", "index", "points", "leases", "garbage", "removed"]],
  ["name", ["packs", "index", "points", "leases", "garbage", "removed"]],
  ["remove", [".tmp", "packs", "index", "points", "leases", "garbage", "removed"]],
];

type Choose = (count: number) => number;

/** A vault in a folder, on which processes work that are killed. */
export class KillHands {
  readonly #folder: string;
  readonly #choose: Choose;
  readonly #stored = new Set<string>();
  /** Whoever was to put or remove them was killed or may have been. */
  readonly #open = new Set<string>();
  readonly #dropping = new Set<string>();
  #again: string[] = [];
  #ahead = 0;
  #streams = 0;
  #checks = 0;

  constructor(folder: string, choose: Choose) {
    this.#folder = folder;
    this.#choose = choose;
  }

  /** Two or three processes at once, one of which is killed. Tells how: undefined where it had ended before. */
  async round(): Promise<string | undefined> {
    if (this.#choose(3) === 0) this.#ahead += 2 * HOUR;
    const works = [this.#putWork(), this.#pruneWork()];
    if (this.#choose(3) === 0) works.push(this.#putWork());
    const victim = this.#choose(works.length);
    const dies = this.#choose(2) === 0 ? this.#deadlyStep(works[victim]) : undefined;
    const after = this.#choose(LONGEST);
    const outcomes = await Promise.all(
      works.map((work, at) => {
        const order = { folder: this.#folder, ahead: this.#ahead, work };
        if (at !== victim) return runHand(order);
        return dies === undefined ? runHand(order, after) : runHand({ ...order, dies });
      }),
    );
    for (const outcome of outcomes) this.#note(outcome);
    await this.check();
    const killed = outcomes[victim];
    if (killed?.end !== "killed") return undefined;
    const how =
      dies === undefined
        ? `after ${after} ms`
        : `${dies.when} ${dies.step} in ${dies.place}, ${dies.nth}`;
    return `${killed.order.work.kind}: ${how}`;
  }

  /** Everything that was stored is there and nothing else; the structure is whole, now and then every byte is read. */
  async check(): Promise<void> {
    this.#checks += 1;
    const isThorough = this.#checks % 10 === 0;
    await using vault = await this.#openVault();
    const names = new Map(
      (await vault.points()).points.map(({ id, facts }) => [facts.database, id]),
    );
    for (const name of this.#stored) assert.ok(names.has(name), `stream ${name} is lost`);
    for (const [name] of names) {
      const isKnown = this.#stored.has(name) || this.#open.has(name) || this.#dropping.has(name);
      assert.ok(isKnown, `stream ${name} came back`);
      if (this.#open.delete(name)) this.#stored.add(name);
    }
    this.#again = this.#again.filter((name) => !names.has(name));
    const { problems } = await vault.verify({ readData: isThorough ? 1 : undefined });
    assert.deepEqual(problems, []);
    if (isThorough) for (const [name, id] of names) await assertHolds(vault, { name, id });
  }

  /** Hours later collections leave what is needed, and nothing at all once every stream is removed. */
  async assertNothingLeft(): Promise<void> {
    this.#ahead += 3 * HOUR;
    this.#checks = 9;
    await using vault = await this.#openVault();
    for (let round = 0; round < 2; round += 1) await vault.collect();
    assert.equal((await vault.collect()).freedBytes, 0, "two collections were not enough");
    await this.check();
    for (const { id } of (await vault.points()).points) await vault.removePoint(id);
    await vault.collect();
    const { packs, index, leases, garbage, removed } = await countBlobs(this.#store());
    const none = { packs: undefined, index: undefined, leases: undefined };
    assert.deepEqual(
      { packs, index, leases, garbage, removed },
      { ...none, garbage: undefined, removed: undefined },
    );
  }

  #putWork(): HandOrder["work"] {
    const again = this.#again.shift();
    const count = this.#choose(4) === 0 ? 2 : MANY_PIECES;
    const pieces = Array.from({ length: count }, () => this.#choose(PIECES));
    if (again === undefined) this.#streams += 1;
    return { kind: "put", name: again ?? nameOfStream(this.#streams, pieces) };
  }

  #pruneWork(): HandOrder["work"] {
    const stored = [...this.#stored];
    const drop: string[] = [];
    while (stored.length - drop.length > MOST_STREAMS) {
      const name = stored[this.#choose(stored.length)] ?? "";
      if (!drop.includes(name)) drop.push(name);
    }
    for (const name of drop) {
      this.#stored.delete(name);
      this.#dropping.add(name);
    }
    return { kind: "prune", drop: [...this.#dropping] };
  }

  #deadlyStep(work: HandOrder["work"] | undefined): DeadlyStep {
    const isPut = work?.kind === "put";
    const [step, all] = PLACES[this.#choose(STEPS.length)] ?? ["flush", ["packs"]];
    const own = all.filter((place) => !isPut || (place !== "garbage" && place !== "removed"));
    const place = own[this.#choose(own.length)] ?? "packs";
    return {
      step,
      place,
      nth: 1 + this.#choose(2),
      when: this.#choose(2) === 0 ? "before" : "after",
    };
  }

  #note({ order, end, stderr }: HandOutcome): void {
    assert.notEqual(end, "failed", `${JSON.stringify(order)}: ${stderr}`);
    const { work } = order;
    if (work.kind === "prune") {
      if (end === "done") for (const name of work.drop) this.#dropping.delete(name);
    } else if (end === "done") this.#stored.add(work.name);
    else {
      this.#open.add(work.name);
      this.#again.push(work.name);
    }
  }

  #store() {
    return createTurnedFolder(this.#folder, this.#ahead);
  }

  #openVault(): Promise<Vault> {
    return openVault(this.#store(), TEST_KEY, vaultOptions(`check ${this.#checks} ${this.#ahead}`));
  }
}

async function assertHolds(
  vault: Vault,
  { name, id }: { readonly name: string; readonly id: string },
): Promise<void> {
  await using reader = await vault.openPoint(id);
  const parts: Uint8Array[] = [];
  for await (const stretch of reader.readStretches("stream")) parts.push(Uint8Array.from(stretch));
  assert.ok(Buffer.concat(parts).equals(bytesOfStream(name)), `stream ${name} has other bytes`);
}
