import type { CompileEnvironment } from "../query/environment.ts";
import type { Activation } from "../session/activation.ts";
import type { StatementRun } from "../session/statement-run.ts";
import type { Interpreter } from "../statements/flow.ts";

/** What a statement that changes rows works with. */
export interface ChangeWork {
  readonly activation: Activation;
  readonly interpreter: Interpreter;
  readonly environment: CompileEnvironment;
  readonly run: StatementRun;
}
