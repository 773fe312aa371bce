import { createHash } from "node:crypto";
import type { LoadedConfiguration, NamedValue } from "../config/configuration.ts";
import type { Json } from "../kit/json.ts";
import type { Observations } from "../plan/observed.ts";
import type { PlanContent } from "../plan/plan-file.ts";

/** What a plan was made from, for its file. */
export type PlanBasis = Pick<PlanContent, "sources" | "variables" | "observations">;

interface Basis {
  readonly loaded: Pick<LoadedConfiguration, "sources">;
  readonly variables: readonly NamedValue[];
  readonly observed: Observations;
}

const CONFIGURATION = /\.hcl(?:\.json)?$/;

/** Files of variables are left out: their values are in `variables`, without those that are ephemeral. */
export function basisOf({ loaded, variables, observed }: Basis): PlanBasis {
  const sources = [...loaded.sources]
    .filter(([filename]) => CONFIGURATION.test(filename))
    .map(([filename, { file }]) => {
      const digest = createHash("sha256").update(file.text).digest("hex");
      return { filename, digest, text: file.text };
    });
  const observations = [...observed].flatMap(([server, said]) => {
    if (said.status !== "observed") return [];
    const { status: _status, ...facts } = said;
    return [{ server, facts: JSON.parse(JSON.stringify(facts)) as Json }];
  });
  return {
    sources,
    variables: variables.map(({ name, value, sensitive }) => ({ name, value, sensitive })),
    observations,
  };
}
