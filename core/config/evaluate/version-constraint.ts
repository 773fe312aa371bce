/** `>= 1.2, < 2.0`, `~> 1.4`, `1.0.3`: every part must hold. Undefined when the text is not a constraint. */
export function satisfiesVersion(version: string, constraint: string): boolean | undefined {
  const current = parseVersion(version);
  const parts = constraint.split(",").map((part) => parsePart(part.trim()));
  if (current === undefined || parts.some((part) => part === undefined)) return undefined;
  return parts.every((part) => part !== undefined && holds(current, part));
}

type Numbers = readonly number[];

interface Part {
  readonly operator: string;
  readonly numbers: Numbers;
}

function parsePart(text: string): Part | undefined {
  const [, operator = "=", version = ""] = /^(>=|<=|!=|~>|=|>|<)?\s*(.+)$/.exec(text) ?? [];
  const numbers = parseVersion(version);
  return numbers && { operator, numbers };
}

/** A label after a dash does not count. */
function parseVersion(text: string): Numbers | undefined {
  const [, digits] = /^v?(\d+(?:\.\d+){0,2})(?:-[\w.]+)?$/.exec(text.trim()) ?? [];
  return digits?.split(".").map(Number);
}

function compare(a: Numbers, b: Numbers): number {
  for (let at = 0; at < 3; at += 1) {
    const difference = (a[at] ?? 0) - (b[at] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

function holds(current: Numbers, { operator, numbers }: Part): boolean {
  const order = compare(current, numbers);
  switch (operator) {
    case "=":
      return order === 0;
    case "!=":
      return order !== 0;
    case ">":
      return order > 0;
    case ">=":
      return order >= 0;
    case "<":
      return order < 0;
    case "<=":
      return order <= 0;
    default:
      return order >= 0 && staysWithin(current, numbers);
  }
}

/** `~> 1.4` allows 1.x from 1.4 on; `~> 1.4.2` allows 1.4.x from 1.4.2 on. */
function staysWithin(current: Numbers, numbers: Numbers): boolean {
  const fixed = Math.max(1, numbers.length - 1);
  return numbers.slice(0, fixed).every((number, at) => current[at] === number);
}
