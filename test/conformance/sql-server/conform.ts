import { after, before, test } from "node:test";
import type { SandboxWish } from "../../support/sql-server-target.ts";
import { type Capabilities, detectCapabilities, prepareSandbox } from "./capabilities.ts";
import type { ConformanceCase } from "./conformance-case.ts";
import { type ConformanceServer, openConformanceServer } from "./conformance-server.ts";

export interface Conforming extends SandboxWish {
  /** Looked at when the cases are over, as far as the server is the sandbox: it is to lack no more than its kind does. */
  readonly onSkipped?: ((skipped: readonly string[]) => void) | undefined;
}

function missing({ needs }: ConformanceCase, { lacks }: Capabilities): string | undefined {
  for (const need of ["databases", ...needs] as const) {
    const reason = lacks.get(need);
    if (reason !== undefined) return `not run, needs ${need}: ${reason}`;
  }
  return undefined;
}

/** Registers the cases as tests. Prints what the server is, and a line for everything that it does not get to show. */
export function conform(cases: readonly ConformanceCase[], wish: Conforming = {}): void {
  const { onSkipped, ...sandbox } = wish;
  const skipped: string[] = [];
  let server: ConformanceServer;
  let told: Capabilities;

  before(async () => {
    server = await openConformanceServer(sandbox);
    const isBox = sandbox.flavour === undefined || /sql_server|azure_vm/.test(sandbox.flavour);
    if (server.home.isSandbox && isBox) await prepareSandbox(server);
    told = await detectCapabilities(server);
  });
  after(() => server[Symbol.asyncDispose]());

  test("the server says what it is and what it lacks", (context) => {
    context.diagnostic(told.server);
    for (const [capability, reason] of told.lacks) {
      context.diagnostic(`lacks ${capability}: ${reason}`);
    }
  });
  for (const each of cases) {
    test(each.title, async (context) => {
      const reason = missing(each, told);
      if (reason !== undefined) {
        skipped.push(each.title);
        context.skip(reason);
        return;
      }
      const left = await each.run(server);
      for (const line of left) context.diagnostic(`left out: ${line}`);
      skipped.push(...left);
    });
  }
  test("the sandbox skips no more than its kind cannot do", {
    skip: onSkipped === undefined,
  }, () => {
    if (server.home.isSandbox) onSkipped?.(skipped);
  });
}
