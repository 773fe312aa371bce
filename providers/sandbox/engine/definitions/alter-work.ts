import type { Table } from "../../storage/schema-object.ts";
import type { CompileEnvironment } from "../query/environment.ts";
import type { Activation } from "../session/activation.ts";
import type { TablePlace } from "./table-changes.ts";

/** A table whose definition is being changed. */
export interface AlterWork {
  readonly table: Table;
  readonly place: TablePlace;
  readonly activation: Activation;
  readonly environment: CompileEnvironment;
}
