import type { GraphPicture } from "./graph-picture.ts";

interface GraphJson {
  readonly format_version: "1.0";
  readonly nodes: readonly {
    readonly id: string;
    readonly kind: string;
    /** Empty for the root module. */
    readonly module: string;
    readonly label: string;
    readonly in_cycle: boolean;
  }[];
  /** `from` needs `to`. */
  readonly edges: readonly {
    readonly from: string;
    readonly to: string;
    readonly in_cycle: boolean;
  }[];
}

/** The document of `graph -json`. */
export function toGraphJson({ nodes, edges }: GraphPicture): GraphJson {
  return {
    format_version: "1.0",
    nodes: nodes.map(({ isInCycle, ...node }) => ({ ...node, in_cycle: isInCycle })),
    edges: edges.map(({ isInCycle, ...edge }) => ({ ...edge, in_cycle: isInCycle })),
  };
}
