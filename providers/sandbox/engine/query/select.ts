import { compileExpression, compilePredicate } from "../../expressions/compile-expression.ts";
import type { CompiledExpression } from "../../expressions/compiled.ts";
import { compileSlot } from "../../expressions/names.ts";
import type { Expression, OrderItem } from "../../parser/ast-expressions.ts";
import type { QueryExpression, SelectItem, SelectSpecification } from "../../parser/ast-queries.ts";
import { raise } from "../../values/sql-exception.ts";
import { isLegacyLob } from "../../values/type-family.ts";
import { findCalls } from "./call-search.ts";
import { splitConjuncts } from "./conjuncts.ts";
import type { Assignment, CompiledQuery, QueryParts } from "./environment.ts";
import { expressionKey } from "./expression-key.ts";
import { bindFrom, planFrom } from "./from-clause.ts";
import { planGroups } from "./grouping.ts";
import { compileLimits } from "./limits.ts";
import { distinctNode, filterNode, projectNode } from "./nodes.ts";
import type { PlanNode } from "./plan.ts";
import { matchesQualifier, QueryScope, type SourceColumn } from "./scope.ts";
import { limitNode, type SortedSlot, sortNode } from "./sorting.ts";
import { topNode } from "./top-rows.ts";
import { planWindows } from "./windows.ts";

interface Item {
  readonly column: SourceColumn;
  readonly expression: CompiledExpression;
  readonly node: Expression | undefined;
  readonly assignment: Assignment | undefined;
}

/** One SELECT, with ORDER BY, OFFSET and FETCH of the query that it is the body of. */
export function compileSelect(
  spec: SelectSpecification,
  query: Pick<QueryExpression, "orderBy" | "offset" | "fetch">,
  parts: QueryParts,
): CompiledQuery {
  const base = new QueryScope({ ...parts, sources: [] });
  const tree = bindFrom(spec.from, base);
  const rowScope = base.with({ sources: tree?.sources ?? [] });
  const read = planFrom(tree, splitConjuncts(spec.where, rowScope), rowScope);
  const { plan, scope } = planRows(spec, query.orderBy, { plan: read, scope: rowScope });
  const items = spec.items.flatMap((item) => compileItem(item, scope, rowScope));
  checkAssignments(items);
  const ordered = orderRows({ spec, query, items, scope, child: plan });
  return {
    columns: items.map(({ column }) => column),
    plan: ordered,
    readsOuter: base.readsOuter,
    assignments: items.map(({ assignment }) => assignment),
    into: spec.into,
  };
}

interface Rows {
  readonly plan: PlanNode;
  readonly scope: QueryScope;
}

/** Groups, HAVING and windows. */
function planRows(spec: SelectSpecification, orderBy: readonly OrderItem[], rows: Rows): Rows {
  const { aggregates, windows } = findCalls([spec.items, orderBy, spec.having]);
  let { plan, scope } = rows;
  const isGrouped =
    spec.groupBy !== undefined || aggregates.length > 0 || spec.having !== undefined;
  if (isGrouped) {
    ({ plan, scope } = planGroups(plan, scope, { groupBy: spec.groupBy, calls: aggregates }));
    if (spec.having !== undefined) plan = filterNode(plan, compilePredicate(spec.having, scope));
  }
  if (windows.length === 0) return { plan, scope };
  return planWindows(plan, scope, { calls: windows, before: scope.replacements });
}

function compileItem(item: SelectItem, scope: QueryScope, rows: QueryScope): Item[] {
  if (item.kind === "star") return expandStar(item.qualifier, scope, rows);
  const { expression: node } = item;
  const expression = compileExpression(node, scope);
  const assignment =
    item.kind === "assignment" ? { variable: item.variable, operator: item.operator } : undefined;
  const alias = item.kind === "expression" ? item.alias?.value : undefined;
  const written = node.kind === "column" ? node.parts.at(-1) : undefined;
  const original = sourceOf(node, rows);
  return [
    {
      node,
      expression,
      assignment,
      column: {
        ...original,
        name: alias ?? original?.name ?? written ?? "",
        type: expression.type,
        nullable: expression.nullable,
        collationLabel: expression.collationLabel,
        hidden: undefined,
        concealed: undefined,
      },
    },
  ];
}

/** The column that an expression is nothing but, for identity and the name of its table. */
function sourceOf(node: Expression, rows: QueryScope): SourceColumn | undefined {
  if (node.kind !== "column") return undefined;
  const slot = rows.ownSlot(node);
  return slot === undefined ? undefined : rows.sources.flatMap(({ columns }) => columns)[slot];
}

function expandStar(qualifier: readonly string[], scope: QueryScope, rows: QueryScope): Item[] {
  if (rows.sources.length === 0) {
    raise(263, "Must specify table to select from.");
  }
  const items: Item[] = [];
  let slot = 0;
  let isKnown = qualifier.length === 0;
  for (const source of rows.sources) {
    const matches = matchesQualifier(source, qualifier, rows.environment.foldName);
    isKnown ||= matches;
    for (const column of source.columns) {
      if (matches && column.hidden !== true && column.concealed !== true) {
        const bound = scope.ownColumn(slot, column);
        items.push({
          column,
          expression: compileSlot(bound),
          node: { kind: "column", parts: [source.name, column.name], line: 0, start: 0, end: 0 },
          assignment: undefined,
        });
      }
      slot += 1;
    }
  }
  if (!isKnown) {
    raise(
      107,
      `The column prefix '${qualifier.join(".")}' does not match with a table name or alias name used in the query.`,
      { class: 15 },
    );
  }
  return items;
}

function checkAssignments(items: readonly Item[]): void {
  const count = items.filter(({ assignment }) => assignment !== undefined).length;
  if (count === 0 || count === items.length) return;
  raise(
    141,
    "A SELECT statement that assigns a value to a variable must not be combined with data-retrieval operations.",
    { class: 15 },
  );
}

interface OrderWork {
  readonly spec: SelectSpecification;
  readonly query: Pick<QueryExpression, "orderBy" | "offset" | "fetch">;
  readonly items: readonly Item[];
  readonly scope: QueryScope;
  readonly child: PlanNode;
}

/** Projection, DISTINCT, ORDER BY and TOP. */
function orderRows(work: OrderWork): PlanNode {
  const { spec, query, items, scope, child } = work;
  const width = items.length;
  const terms = query.orderBy.map((term) => orderTerm(term, work));
  for (const { expression } of terms) refuseUnsortable(expression);
  const limits = compileLimits({ spec, query, scope });
  const expressions = items.map(({ expression }) => expression);
  if (spec.distinct) return distinctRows(work, terms, limits);
  const free = terms.length === 0 ? child : orderedAlready(child, terms);
  if (free !== undefined && !(limits !== undefined && spec.top?.withTies === true)) {
    const projected = projectNode(free, expressions);
    return limits === undefined ? projected : limitNode(projected, limits([]), width);
  }
  const extra = terms.filter(({ slot }) => slot === undefined).map(({ expression }) => expression);
  let next = width;
  const sorted = terms.map((term) => {
    const slot = term.slot ?? next;
    if (term.slot === undefined) next += 1;
    return sortedSlot(term, slot);
  });
  const projected = projectNode(child, [...expressions, ...extra]);
  if (limits === undefined) return sortNode(projected, sorted, width);
  return topNode(projected, sorted, { limits: limits(sorted), width });
}

function distinctRows(
  { items, child }: OrderWork,
  terms: readonly OrderTerm[],
  limits: ReturnType<typeof compileLimits>,
): PlanNode {
  const expressions = items.map(({ expression }) => expression);
  for (const expression of expressions) refuseDistinct(expression);
  const types = items.map(({ column }) => column.type);
  const distinct = distinctNode(projectNode(child, expressions), types);
  const sorted = terms.map((term) => sortedSlot(term, term.slot ?? refuseDistinctOrder()));
  if (limits === undefined) return sorted.length === 0 ? distinct : sortNode(distinct, sorted);
  if (sorted.length === 0) return limitNode(distinct, limits(sorted));
  return topNode(distinct, sorted, { limits: limits(sorted), width: distinct.width });
}

interface OrderTerm {
  readonly expression: CompiledExpression;
  readonly descending: boolean;
  /** The item of the select list that it is. */
  readonly slot: number | undefined;
}

function sortedSlot(term: OrderTerm, slot: number): SortedSlot {
  return { slot, descending: term.descending, type: term.expression.type };
}

function orderTerm({ expression: node, descending }: OrderItem, work: OrderWork): OrderTerm {
  const slot = itemOf(node, work);
  const expression = slot === undefined ? undefined : work.items[slot]?.expression;
  if (expression !== undefined) return { expression, descending, slot };
  return { expression: compileExpression(node, work.scope), descending, slot: undefined };
}

/** The item that a position, an alias or the same expression means. */
function itemOf(node: Expression, work: OrderWork): number | undefined {
  const { items, scope } = work;
  if (node.kind === "number" && node.form === "integer") return itemAt(Number(node.text), items);
  const named = itemNamed(node, work);
  if (named !== undefined) return named;
  const key = expressionKey(node, scope);
  const same = items.findIndex(
    (item) => item.node !== undefined && expressionKey(item.node, scope) === key,
  );
  return same === -1 ? undefined : same;
}

function itemAt(position: number, items: readonly Item[]): number {
  if (position >= 1 && position <= items.length) return position - 1;
  raise(
    108,
    `The ORDER BY position number ${position} is out of range of the number of items in the select list.`,
    { class: 15 },
  );
}

function itemNamed(node: Expression, { items, scope }: OrderWork): number | undefined {
  if (node.kind !== "column" || node.parts.length !== 1) return undefined;
  const { foldName } = scope.environment;
  const [name = ""] = node.parts;
  const found = items.flatMap(({ column }, index) =>
    foldName(column.name) === foldName(name) ? [index] : [],
  );
  if (found.length > 1 && scope.ownSlot(node) === undefined) {
    raise(209, `Ambiguous column name '${name}'.`);
  }
  return found[0];
}

function orderedAlready(child: PlanNode, terms: readonly OrderTerm[]): PlanNode | undefined {
  const wanted = terms.map(({ expression, descending }) => ({
    slot: expression.column?.depth === 0 ? expression.column.slot : -1,
    descending,
  }));
  if (wanted.some(({ slot }) => slot === -1)) return undefined;
  if (child.reordered !== undefined) return child.reordered(wanted);
  const matches = wanted.every(
    (term, index) =>
      child.order[index]?.slot === term.slot && child.order[index].descending === term.descending,
  );
  return matches ? child : undefined;
}

function refuseDistinctOrder(): never {
  raise(145, "ORDER BY items must appear in the select list if SELECT DISTINCT is specified.", {
    class: 15,
  });
}

function refuseUnsortable({ type }: CompiledExpression): void {
  if (!isLegacyLob(type) && type.name !== "xml") return;
  raise(
    306,
    "The text, ntext, and image data types cannot be compared or sorted, except when using IS NULL or LIKE operator.",
    { state: 2 },
  );
}

function refuseDistinct({ type }: CompiledExpression): void {
  if (!isLegacyLob(type) && type.name !== "xml") return;
  raise(
    421,
    `The ${type.name} data type cannot be selected as DISTINCT because it is not comparable.`,
  );
}
