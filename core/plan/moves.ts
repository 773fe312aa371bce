import { type Address, tryParseAddress } from "../address/address.ts";
import type { Configuration, Move } from "../config/configuration.ts";
import { type Diagnostic, errorDiagnostic } from "../diagnostics/diagnostic.ts";
import {
  type AddressPattern,
  formatPattern,
  matchesAddress,
  patternOf,
  tryParsePattern,
} from "./address-pattern.ts";
import { impliedRenames } from "./implied-moves.ts";

/** New addresses of recorded objects, by the old ones. */
export type Renames = ReadonlyMap<Address, Address>;

/** Two sides of one kind. */
interface Fitting {
  readonly from: AddressPattern;
  readonly to: AddressPattern;
  /** A key on either side: exactly that instance. Without: all instances keep their keys. */
  readonly isExact: boolean;
}

/** A `moved` block whose two sides fit. */
interface Statement extends Fitting {
  readonly move: Move;
}

interface MoveResult {
  readonly renames: Renames;
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Where each recorded object goes by the `moved` blocks, through chains, and by a `count` that came or went (`x` and
 * `x[0]` are then the same object). The blocks are taken as checked by `checkMoves`.
 */
export function renamesOf(
  { moves, resources }: Pick<Configuration, "moves" | "resources">,
  recorded: readonly Address[],
): MoveResult {
  const statements = moves.flatMap((move) => toStatement(move) ?? []);
  const explicit = new Map<Address, Address>();
  const sources = new Map<Address, Statement>();
  for (const address of recorded) {
    const found = follow(address, statements);
    if (found === undefined) continue;
    explicit.set(address, found.to);
    sources.set(address, found.by);
  }
  const diagnostics = collisions(recorded, { explicit, sources });
  if (diagnostics.length > 0) return { renames: new Map(), diagnostics };
  const after = recorded.map((address) => explicit.get(address) ?? address);
  const implied = impliedRenames(after, new Set(resources.map(({ address }) => address)));
  const renames = recorded.flatMap((address) => {
    const middle = explicit.get(address) ?? address;
    const end = implied.get(middle) ?? middle;
    return end === address ? [] : [[address, end] as const];
  });
  return { renames: new Map(renames), diagnostics };
}

/**
 * Where each recorded object goes by one move that stands for itself: an object, all instances of a block, or a module.
 * Undefined where an object would become a module, or one of another type.
 */
export function renamesByMove(
  { from, to }: Pick<Move, "from" | "to">,
  recorded: readonly Address[],
): Renames | undefined {
  const fitting = toFitting({ from, to });
  if (fitting === undefined) return undefined;
  const pairs = recorded.flatMap((address) => {
    const object = patternOf(address);
    if (!isMoved(fitting, object)) return [];
    const end = tryParseAddress(formatPattern(moveOne(fitting, object)));
    return end === undefined ? [] : [[address, end] as const];
  });
  return new Map(pairs);
}

function toStatement(move: Move): Statement | undefined {
  const fitting = toFitting(move);
  return fitting && { move, ...fitting };
}

function toFitting(move: Pick<Move, "from" | "to">): Fitting | undefined {
  const from = tryParsePattern(move.from);
  const to = tryParsePattern(move.to);
  if (from === undefined || to === undefined || from.block?.type !== to.block?.type) {
    return undefined;
  }
  return { from, to, isExact: from.key !== undefined || to.key !== undefined };
}

function follow(
  start: Address,
  statements: readonly Statement[],
): { readonly to: Address; readonly by: Statement } | undefined {
  if (statements.length === 0) return undefined;
  const seen = new Set<string>([start]);
  let current = patternOf(start);
  let by: Statement | undefined;
  for (;;) {
    const object = current;
    const statement = statements.find((each) => isMoved(each, object));
    if (statement === undefined) break;
    const next = moveOne(statement, object);
    const text = formatPattern(next);
    if (seen.has(text)) break;
    seen.add(text);
    by ??= statement;
    current = next;
  }
  const to = tryParseAddress(formatPattern(current));
  return by === undefined || to === undefined ? undefined : { to, by };
}

function isMoved({ from, isExact }: Fitting, object: AddressPattern): boolean {
  if (!matchesAddress(from, object)) return false;
  const last = from.steps.length - 1;
  const isEnclosed = from.steps.every(
    ({ key }, at) =>
      (from.block === undefined && at === last && !isExact) || key === object.steps[at]?.key,
  );
  const isInstance = from.block === undefined || !isExact || from.key === object.key;
  return isEnclosed && isInstance;
}

function moveOne({ from, to, isExact }: Fitting, object: AddressPattern): AddressPattern {
  if (to.block !== undefined) {
    return { steps: to.steps, block: to.block, key: isExact ? to.key : object.key };
  }
  const at = from.steps.length - 1;
  const own = to.steps.map((step, index) =>
    index === to.steps.length - 1 && !isExact
      ? { name: step.name, key: object.steps[at]?.key }
      : step,
  );
  return { ...object, steps: [...own, ...object.steps.slice(from.steps.length)] };
}

interface Found {
  readonly explicit: Renames;
  readonly sources: ReadonlyMap<Address, Statement>;
}

/** Two recorded objects cannot have one address. */
function collisions(recorded: readonly Address[], found: Found): readonly Diagnostic[] {
  const byEnd = Map.groupBy(recorded, (address) => found.explicit.get(address) ?? address);
  return [...byEnd].flatMap(([end, origins]) => {
    const [moved] = origins.filter((address) => address !== end);
    const rival = origins.find((address) => address !== moved);
    const statement = moved && found.sources.get(moved)?.move;
    if (moved === undefined || rival === undefined || statement === undefined) return [];
    const other = rival === end ? undefined : found.sources.get(rival)?.move;
    const place = other === undefined ? "" : ` (moved at ${placeOf(other)})`;
    const fact =
      rival === end
        ? `${moved} would become ${end}, but the catalog has ${end} already`
        : `${moved} and ${rival}${place} would both become ${end}`;
    return [
      errorDiagnostic({
        code: "PLAN_MOVE_CONFLICT",
        summary: "Two objects for one address",
        detail: `${fact}, and the recovery points of both would be mixed. Nothing was planned. Give one of them another address, or leave its moved block out.`,
        address: end,
        subject: statement.range,
      }),
    ];
  });
}

function placeOf({ range }: Move): string {
  return `${range.filename} line ${range.start.line}`;
}

/** What is wrong with the `moved` blocks themselves, whatever is recorded. */
export function checkMoves({
  moves,
  resources,
}: Pick<Configuration, "moves" | "resources">): readonly Diagnostic[] {
  if (moves.length === 0) return [];
  const objects = resources.map(({ address }) => patternOf(address));
  return [
    ...moves.flatMap((move) => checkOne(move, objects)),
    ...splits(moves),
    ...joins(moves),
    ...cycles(moves),
  ];
}

function checkOne(move: Move, declared: readonly AddressPattern[]): readonly Diagnostic[] {
  const statement = toStatement(move);
  const subject = move.range;
  if (statement === undefined) {
    const detail = `${move.from} cannot become ${move.to}: an object keeps its type, and a module stays a module. Name two objects of one type, or two modules.`;
    return [
      errorDiagnostic({ code: "PLAN_MOVE_INVALID", summary: "Impossible move", detail, subject }),
    ];
  }
  if (move.from === move.to || !declared.some((object) => isMoved(statement, object))) return [];
  const detail = `This block says that ${move.from} is ${move.to} now, but ${move.from} is still in the configuration, so it would be two objects. Remove the one or the other.`;
  return [
    errorDiagnostic({
      code: "PLAN_MOVE_INVALID",
      summary: "Moved object still exists",
      detail,
      subject,
    }),
  ];
}

/** One object that would become two. */
function splits(moves: readonly Move[]): readonly Diagnostic[] {
  return [...Map.groupBy(moves, (move) => move.from).values()].flatMap(([first, ...others]) => {
    const rival = others.find(({ to }) => to !== first?.to);
    if (first === undefined || rival === undefined) return [];
    const fact = `${first.from} cannot become both ${first.to} (${placeOf(first)}) and ${rival.to} (${placeOf(rival)})`;
    return [ambiguous(fact, rival)];
  });
}

/** Two objects that would become one. */
function joins(moves: readonly Move[]): readonly Diagnostic[] {
  return [...Map.groupBy(moves, ({ to }) => to).values()].flatMap(([first, ...others]) => {
    const rival = others.find((move) => move.from !== first?.from);
    if (first === undefined || rival === undefined) return [];
    const fact = `${first.from} (${placeOf(first)}) and ${rival.from} (${placeOf(rival)}) cannot both become ${first.to}`;
    return [ambiguous(fact, rival)];
  });
}

function ambiguous(fact: string, { range }: Move): Diagnostic {
  return errorDiagnostic({
    code: "PLAN_MOVE_CONFLICT",
    summary: "Ambiguous moves",
    detail: `${fact}: every object has one address. Remove one of the two blocks.`,
    subject: range,
  });
}

function cycles(moves: readonly Move[]): readonly Diagnostic[] {
  const next = new Map(moves.map((move) => [move.from, move]));
  const reported = new Set<string>();
  return moves.flatMap((start) => {
    const path: Move[] = [];
    const seen = new Set<string>();
    for (let move = next.get(start.from); move !== undefined && !seen.has(move.from); ) {
      seen.add(move.from);
      path.push(move);
      move = next.get(move.to);
    }
    const isCircle = path.at(-1)?.to === start.from && !reported.has(start.from);
    if (!isCircle) return [];
    for (const { from } of path) reported.add(from);
    const steps = path.map((move) => `${move.from} (${placeOf(move)})`);
    return [
      errorDiagnostic({
        code: "PLAN_MOVE_CYCLE",
        summary: "Moves in a circle",
        detail: `These moved blocks lead back to where they begin: ${[...steps, start.from].join(", then ")}. Nobody can tell where the object is to end. Remove the block that is out of date.`,
        subject: start.range,
      }),
    ];
  });
}
