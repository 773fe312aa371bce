import { compilePredicate } from "../../expressions/compile-expression.ts";
import type { Expression, Predicate } from "../../parser/ast-expressions.ts";
import type {
  ColumnElement,
  IndexDefinition,
  KeyConstraint,
  TableElement,
} from "../../parser/ast-tables.ts";
import type { Column } from "../../storage/columns.ts";
import { newHeader } from "../../storage/object-header.ts";
import type { Partitioning } from "../../storage/partitions.ts";
import type {
  CheckConstraint,
  DefaultConstraint,
  ForeignKey,
  Index,
  ObjectHeader,
  SchemaObject,
  Table,
} from "../../storage/schema-object.ts";
import { raise } from "../../values/sql-exception.ts";
import { buildColumn, buildComputed, type ColumnWork, placeholder } from "./column-building.ts";
import { refuseTaken, systemName } from "./constraint-names.ts";
import { expressionText, predicateText } from "./definition-text.ts";
import type { DraftWork } from "./draft-work.ts";
import { type ForeignKeyElement, resolveForeignKey } from "./foreign-key-building.ts";
import { addIndex, type IndexParts, indexKeys, requireNotNull } from "./index-building.ts";
import { indexOptions } from "./index-options.ts";
import { namedColumns } from "./named-columns.ts";
import { partitioningOn, requireInKey } from "./partitioning.ts";
import { buildPeriod } from "./period-building.ts";
import { compileDefault, tableScope } from "./stored-expressions.ts";

/** A table under construction: what CREATE TABLE and ALTER TABLE ADD put together, before any of it is kept. */
export class TableDraft {
  columns: Column[];
  indexes: Index[];
  nextColumnId: number;
  period: Table["period"];
  /** Constraints that came with the elements. */
  readonly objects: SchemaObject[] = [];
  readonly #work: DraftWork;
  readonly #historyOf: number | undefined;
  readonly #isAltered: boolean;

  constructor(
    work: DraftWork,
    start: {
      readonly columns: readonly Column[];
      readonly indexes: readonly Index[];
      readonly nextColumnId: number;
      readonly period?: Table["period"];
      readonly historyOf?: number | undefined;
    },
  ) {
    this.#work = work;
    this.columns = [...start.columns];
    this.indexes = [...start.indexes];
    this.nextColumnId = start.nextColumnId;
    this.period = start.period;
    this.#historyOf = start.historyOf;
    this.#isAltered = start.columns.length > 0;
  }

  add(elements: readonly TableElement[]): void {
    const keyColumns = new Set(
      elements
        .filter((item) => item.kind === "key_constraint")
        .filter(({ primary }) => primary)
        .flatMap(({ columns }) => columns.map(({ name }) => this.#fold(name.value))),
    );
    const columns = elements.filter((item) => item.kind === "column_definition");
    for (const element of columns) this.#addColumn(element, keyColumns);
    this.#addPeriod(elements);
    for (const element of columns) this.#addComputed(element);
    for (const element of columns) this.#addColumnConstraints(element);
    for (const element of elements) this.#addTableElement(element);
    refuseSecond(this.columns, this.#work.name);
  }

  columnNamed(name: string): Column {
    const wanted = this.#fold(name);
    const column = this.columns.find((item) => this.#fold(item.name) === wanted);
    if (column === undefined) {
      raise(1911, `Column name '${name}' does not exist in the target table or view.`);
    }
    return column;
  }

  addIndex(definition: IndexDefinition): void {
    const { name, where, columnstore } = definition;
    if (columnstore) raise(40_515, "COLUMNSTORE indexes are not supported in this version.");
    const wanted = this.#fold(name.value);
    if (this.indexes.some((index) => this.#fold(index.name) === wanted)) {
      raise(
        1913,
        `The operation failed because an index or statistics with name '${name.value}' already exists on table '${this.#work.shownName}'.`,
      );
    }
    if (where !== undefined) {
      compilePredicate(
        where,
        tableScope(this.#work.environment, { name: this.#work.name, columns: this.columns }),
      );
    }
    this.#pushIndex(
      {
        ...indexOptions(definition.options),
        name: name.value,
        unique: definition.unique,
        isPrimaryKey: false,
        isUniqueConstraint: false,
        keys: this.#keys(definition.columns),
        included: definition.include.map((item) => this.columnNamed(item.value).columnId),
        filter: where && predicateText(where, this.#work.text),
        partitioning: this.#partitioning(definition.on),
      },
      definition.clustered === true,
    );
  }

  #fold(name: string): string {
    return this.#work.database.catalog.foldName(name);
  }

  #columnWork(isKey: boolean): ColumnWork {
    const { name, base, core, environment, text } = this.#work;
    return { tableName: name, base, core, environment, text, isKey };
  }

  #addColumn(element: ColumnElement, keyColumns: ReadonlySet<string>): void {
    const { value } = element.name;
    const same = this.columns.some((column) => this.#fold(column.name) === this.#fold(value));
    if (same) {
      raise(
        2705,
        `Column names in each table must be unique. Column name '${value}' in table '${this.#work.name}' is specified more than once.`,
        { state: 3 },
      );
    }
    const work = this.#columnWork(keyColumns.has(this.#fold(value)));
    const columnId = this.nextColumnId;
    this.nextColumnId += 1;
    const column =
      element.computed === undefined
        ? buildColumn(element, columnId, work)
        : placeholder(element, columnId);
    this.columns.push(column);
  }

  #addPeriod(elements: readonly TableElement[]): void {
    const { database, name, schemaId } = this.#work;
    const built = buildPeriod(elements, this.columns, {
      database,
      table: { name, schemaId, period: this.period, historyOf: this.#historyOf },
      isAltered: this.#isAltered,
    });
    if (built === undefined) return;
    this.columns = built.columns;
    this.period = built.period;
  }

  #addComputed(element: ColumnElement): void {
    if (element.computed === undefined) return;
    const { value } = element.name;
    const index = this.columns.findIndex((column) => column.name === value);
    const current = this.columns[index];
    if (current === undefined) return;
    const others = this.columns.map((column) =>
      column.computed === undefined ? column : { ...column, name: "" },
    );
    this.columns[index] = buildComputed(element, current.columnId, {
      others,
      work: this.#columnWork(false),
    });
  }

  #addColumnConstraints(element: ColumnElement): void {
    const column = element.name;
    for (const item of element.constraints) {
      switch (item.kind) {
        case "default_constraint":
          this.#addDefault(column.value, item.name?.value, item.expression);
          break;
        case "check_constraint":
          this.#addCheck(item);
          break;
        case "key_constraint":
          this.#addKey({ ...item, columns: [{ ...column, name: column, descending: false }] });
          break;
        case "foreign_key":
          this.#addForeignKey({ ...item, columns: [column] });
          break;
        default:
          item satisfies never;
      }
    }
    if (element.index !== undefined) {
      const { index } = element;
      const columns =
        index.columns.length > 0 ? index.columns : [{ ...column, name: column, descending: false }];
      this.addIndex({ ...index, columns });
    }
  }

  #addTableElement(element: TableElement): void {
    switch (element.kind) {
      case "column_definition":
      case "period":
        return;
      case "key_constraint":
        this.#addKey(element);
        return;
      case "foreign_key":
        this.#addForeignKey(element);
        return;
      case "check_constraint":
        this.#addCheck(element);
        return;
      case "table_default_constraint":
        this.#addDefault(element.column.value, element.name?.value, element.expression);
        return;
      case "inline_index":
        this.addIndex(element);
        return;
      default:
        element satisfies never;
    }
  }

  #header(
    name: string | undefined,
    prefix: string,
    hint = "",
  ): ObjectHeader & { readonly isSystemNamed: boolean } {
    const { now, objectId: parentId, schemaId } = this.#work;
    const objectId = this.#work.database.nextObjectId();
    const given = name ?? systemName(prefix, [this.#work.name, hint], objectId);
    if (this.objects.some((item) => this.#fold(item.name) === this.#fold(given)))
      refuseTaken(given);
    if (this.#work.database.catalog.findObject(schemaId, given) !== undefined) refuseTaken(given);
    return {
      ...newHeader({ objectId, schemaId, name: given, parentId, now }),
      isSystemNamed: name === undefined,
    };
  }

  #addDefault(columnName: string, name: string | undefined, expression: Expression): void {
    const column = this.columnNamed(columnName);
    if (column.defaultObjectId !== 0) {
      raise(1781, "Column already has a DEFAULT bound to it.");
    }
    if (column.identity !== undefined || column.type.name === "timestamp") {
      raise(
        1754,
        `Defaults cannot be created on columns with an IDENTITY attribute. Table '${this.#work.name}', column '${columnName}'.`,
      );
    }
    const definition = expressionText(expression, this.#work.text);
    compileDefault(definition, { type: column.type, environment: this.#work.environment });
    const constraint: DefaultConstraint = {
      ...this.#header(name, "DF", columnName),
      type: "D",
      definition,
      columnId: column.columnId,
    };
    this.objects.push(constraint);
    this.columns = this.columns.map((item) =>
      item === column ? { ...item, defaultObjectId: constraint.objectId } : item,
    );
  }

  /** SQL Server counts a check as one of its column when it names no other, however it was written. */
  #addCheck(element: Extract<TableElement, { kind: "check_constraint" }>): void {
    const scope = tableScope(this.#work.environment, {
      name: this.#work.name,
      columns: this.columns,
    });
    compilePredicate(element.condition, scope);
    const constraint: CheckConstraint = {
      ...this.#header(element.name?.value, "CK"),
      type: "C",
      definition: predicateText(element.condition, this.#work.text),
      columnId: this.#onlyColumn(element.condition),
      disabled: false,
      trusted: this.#work.check !== false,
      notForReplication: element.notForReplication,
    };
    this.objects.push(constraint);
  }

  #onlyColumn(condition: Predicate): number {
    const ids = new Set(
      [...namedColumns(condition)].map((name) => this.columnNamed(name).columnId),
    );
    const [id] = ids;
    return ids.size === 1 && id !== undefined ? id : 0;
  }

  #addForeignKey(element: ForeignKeyElement): void {
    const header = this.#header(element.name?.value, "FK");
    const resolved = resolveForeignKey(element, {
      draft: this,
      work: this.#work,
      name: header.name,
    });
    const constraint: ForeignKey = {
      ...header,
      type: "F",
      ...resolved,
      disabled: false,
      trusted: this.#work.check !== false,
      notForReplication: element.notForReplication,
    };
    this.objects.push(constraint);
  }

  #addKey(element: KeyConstraint): void {
    if (element.primary && this.indexes.some(({ isPrimaryKey }) => isPrimaryKey)) {
      raise(1779, `Table '${this.#work.name}' already has a primary key defined on it.`);
    }
    const header = this.#header(element.name?.value, element.primary ? "PK" : "UQ");
    const keys = this.#keys(element.columns);
    if (element.primary) requireNotNull(keys, this.columns, this.#work.name);
    const isClustered = element.clustered ?? (element.primary && this.indexes[0]?.kind === "heap");
    const index = this.#pushIndex(
      {
        ...indexOptions(element.options),
        name: header.name,
        unique: true,
        isPrimaryKey: element.primary,
        isUniqueConstraint: !element.primary,
        keys,
        included: [],
        filter: undefined,
        partitioning: this.#partitioning(element.on),
      },
      isClustered,
    );
    this.objects.push({ ...header, type: element.primary ? "PK" : "UQ", indexId: index.indexId });
  }

  #keys(columns: KeyConstraint["columns"]): Index["keys"] {
    const named = columns.map(({ name, descending }) => ({
      column: this.columnNamed(name.value),
      descending,
    }));
    return indexKeys(named, this.#work.name);
  }

  /** As ON says, or as the table lies. */
  #partitioning(on: KeyConstraint["on"]): Partitioning | undefined {
    if (on === undefined) return this.indexes[0]?.partitioning;
    const { database, name } = this.#work;
    return partitioningOn(on, { database, columns: this.columns, table: name });
  }

  /** Lays the table and all its indexes out as ON of CREATE TABLE says. */
  place(on: NonNullable<KeyConstraint["on"]>): void {
    const partitioning = this.#partitioning(on);
    this.indexes = this.indexes.map((index) => {
      const placed = index.partitioning ?? partitioning;
      requireInKey(index, placed, this.columns);
      return { ...index, partitioning: placed };
    });
  }

  #pushIndex(parts: IndexParts, isClustered: boolean): Index {
    requireInKey(parts, parts.partitioning, this.columns);
    const added = addIndex(this.indexes, parts, { isClustered, shown: this.#work.shownName });
    this.indexes = added.indexes;
    return added.index;
  }
}

function refuseSecond(columns: readonly Column[], table: string): void {
  if (columns.filter(({ identity }) => identity !== undefined).length > 1) {
    raise(
      2744,
      `Multiple identity columns specified for table '${table}'. Only one identity column per table is allowed.`,
      { state: 2 },
    );
  }
  if (columns.filter(({ type }) => type.name === "timestamp").length > 1) {
    raise(
      2738,
      `A table can only have one timestamp column. Because table '${table}' already has one, the column cannot be added.`,
    );
  }
}
