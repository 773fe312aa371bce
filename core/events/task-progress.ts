import type { Clock, Instant } from "../kit/clock.ts";
import type { Amount, Watch } from "../kit/watch.ts";
import type { Task, TaskProgressEvent, TaskStep } from "./event.ts";
import type { EventHost } from "./host.ts";

/** So that counting costs nothing, however small the pieces are. */
const TELL_EVERY_MS = 250;

interface TaskFacts {
  readonly task: Task;
  /** What is worked on: a vault, a stream, a point. */
  readonly subject: string;
}

const NOT_COUNTED: Amount = { unit: "bytes", total: null };

/** Tells a host how far a task has come: each step as it begins, and then what is done of it, a few times a second. */
export class TaskProgress implements Watch<TaskStep> {
  readonly #facts: TaskFacts;
  readonly #ports: { readonly clock: Clock; readonly host: EventHost };
  #step: TaskStep | undefined;
  #amount = NOT_COUNTED;
  #startedAt: Instant;
  #toldAt: Instant;
  #done = 0;

  constructor(facts: TaskFacts, ports: { readonly clock: Clock; readonly host: EventHost }) {
    this.#facts = facts;
    this.#ports = ports;
    this.#startedAt = ports.clock.now();
    this.#toldAt = this.#startedAt;
  }

  begin(step: TaskStep, amount: Amount = NOT_COUNTED): void {
    this.#step = step;
    this.#amount = amount;
    this.#done = 0;
    this.#startedAt = this.#ports.clock.now();
    this.#tell(this.#startedAt);
  }

  add(count: number): void {
    this.#done += count;
    const at = this.#ports.clock.now();
    if (Math.abs(at - this.#toldAt) >= TELL_EVERY_MS) this.#tell(at);
  }

  #tell(at: Instant): void {
    if (this.#step === undefined) return;
    this.#toldAt = at;
    const { unit, total, item } = this.#amount;
    const event: TaskProgressEvent = {
      type: "task_progress",
      ...this.#facts,
      step: this.#step,
      item,
      unit,
      done: this.#done,
      total,
      startedAt: this.#startedAt,
      at,
    };
    this.#ports.host.emit(event);
  }
}
