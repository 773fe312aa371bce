import type { StoredDatabase } from "../../storage/stored-database.ts";
import type { CompileEnvironment } from "../query/environment.ts";
import type { Activation } from "../session/activation.ts";
import type { NameBase } from "../session/name-resolution.ts";
import type { SessionCore } from "../session/session-core.ts";

/** Where a table is being made or altered. */
export interface DraftWork {
  readonly core: SessionCore;
  readonly activation: Activation;
  readonly database: StoredDatabase;
  readonly base: NameBase;
  readonly environment: CompileEnvironment;
  readonly objectId: number;
  readonly schemaId: number;
  readonly name: string;
  /** `dbo.t`. */
  readonly shownName: string;
  readonly text: string;
  /** A value of type datetime. */
  readonly now: number;
  /** WITH CHECK or NOCHECK of ALTER TABLE; undefined where nothing was said. */
  readonly check: boolean | undefined;
}
