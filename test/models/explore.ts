/** A system as states and the steps between them. States with one key are one state. */
export interface Model<State> {
  readonly initial: State;
  /** Every step that anyone may take next. */
  stepsOf(state: State): Iterable<Step<State>>;
  /** What is wrong with the state; undefined where nothing is. */
  problemOf(state: State): string | undefined;
  keyOf(state: State): string;
}

export interface Step<State> {
  readonly action: string;
  readonly state: State;
}

export interface Exploration {
  readonly states: number;
  /** Of the longest of all shortest ways from the start. */
  readonly depth: number;
  /** The shortest way to a state with a problem. */
  readonly counterexample: Counterexample | undefined;
}

export interface Counterexample {
  readonly problem: string;
  readonly actions: readonly string[];
}

interface Visit {
  readonly from: Visit | undefined;
  readonly action: string;
  readonly depth: number;
}

/** Visits every state that can be reached, the nearest first, and stops at the first problem. Throws RangeError past `most` states: a search that was cut off proves nothing. */
export function explore<State>(model: Model<State>, most: number): Exploration {
  const seen = new Set([model.keyOf(model.initial)]);
  const start: Visit = { from: undefined, action: "", depth: 0 };
  let depth = 0;
  let front: Front<State> = [[model.initial, start]];
  while (front.length > 0) {
    const next: Front<State> = [];
    for (const [state, visit] of front) {
      depth = visit.depth;
      const problem = model.problemOf(state);
      if (problem !== undefined) {
        return { states: seen.size, depth, counterexample: { problem, actions: wayTo(visit) } };
      }
      next.push(...newOnes(model, [state, visit], seen));
      if (seen.size > most) throw new RangeError(`more than ${most} states`);
    }
    front = next;
  }
  return { states: seen.size, depth, counterexample: undefined };
}

type Front<State> = (readonly [State, Visit])[];

/** The states one step on that nobody has seen; from now on they are seen. */
function newOnes<State>(
  model: Model<State>,
  [from, visit]: readonly [State, Visit],
  seen: Set<string>,
): Front<State> {
  const found: Front<State> = [];
  for (const { action, state } of model.stepsOf(from)) {
    const key = model.keyOf(state);
    if (seen.has(key)) continue;
    seen.add(key);
    found.push([state, { from: visit, action, depth: visit.depth + 1 }]);
  }
  return found;
}

function wayTo(visit: Visit): readonly string[] {
  const actions: string[] = [];
  for (let at = visit; at.from !== undefined; at = at.from) actions.unshift(at.action);
  return actions;
}

/** For people: one action a line, then what is wrong. */
export function formatCounterexample({ problem, actions }: Counterexample): string {
  return [...actions.map((action, at) => `${at + 1}. ${action}`), `=> ${problem}`].join("\n");
}
