import type { ResultSink } from "../../session/session.ts";
import type { CompileEnvironment } from "../query/environment.ts";
import type { Interpreter } from "../statements/flow.ts";
import { type Activation, createActivation } from "./activation.ts";
import { createCore } from "./create-core.ts";
import { environmentOf } from "./services.ts";
import type { EngineParts, SessionCore } from "./session-core.ts";

/** A batch of the server itself, as sa, that tells nobody anything. */
export function serverActivation(
  parts: EngineParts,
  database: SessionCore["database"],
  text: string,
): Activation {
  const request = {
    username: "sa",
    password: "",
    database: "",
    hostName: "",
    applicationName: "",
    packetSize: 4096,
  };
  const signedIn = {
    loginId: 1,
    name: "sa",
    user: undefined,
    defaultDatabase: "master",
    isExternal: false,
  };
  const core = createCore(request, parts, { signedIn, database });
  return createActivation({ core, text, sink: NO_SINK });
}

/** Where definitions are compiled that belong to no session: when databases are read from a folder. */
export function serverEnvironment(
  parts: EngineParts,
  database: SessionCore["database"],
  interpreter: Interpreter,
): CompileEnvironment {
  return environmentOf(serverActivation(parts, database, ""), interpreter);
}

const NO_SINK: ResultSink = {
  columns: () => undefined,
  rows: () => Promise.resolve(),
  message: () => undefined,
  statementEnd: () => undefined,
  environment: () => undefined,
  outputParameter: () => undefined,
  returnStatus: () => undefined,
  flush: () => Promise.resolve(),
};
