// Bundles cmd/main.ts into dist and writes the launchers node_modules/.bin/holdfast and holdfast.cmd.
import { spawnSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));

/** Every package stays outside of the bundle but zod: of its hundred files, whenever a vault is opened, only the checks in use are left. */
const packages = {
  name: "packages",
  setup({ onResolve }) {
    onResolve({ filter: /^[^./]/ }, ({ path, kind }) => {
      const isInside =
        kind === "entry-point" || path.startsWith("node:") || /^zod(?:\/|$)/.test(path);
      return isInside ? undefined : { path, external: true };
    });
  },
};

const { metafile } = await build({
  absWorkingDir: root,
  entryPoints: { main: "cmd/start.ts", "vault-lane": "cmd/wiring/vault-lane.ts" },
  outdir: "dist",
  bundle: true,
  splitting: true,
  format: "esm",
  platform: "node",
  target: "node22.13",
  sourcemap: true,
  minifySyntax: true,
  plugins: [packages],
  jsx: "automatic",
  define: { HOLDFAST_VERSION: JSON.stringify(version) },
  logLevel: "warning",
  metafile: true,
});
// The bundle is replaced file by file, so that a command can be started while it is built.
const outputs = new Set(Object.keys(metafile.outputs).map((path) => join(root, path)));
for (const name of readdirSync(join(root, "dist"))) {
  const path = join(root, "dist", name);
  if (!outputs.has(path)) rmSync(path, { recursive: true });
}

const bin = join(root, "node_modules", ".bin");
if (existsSync(bin)) {
  const sh = `#!/bin/sh
case $0 in */*) here=\${0%/*} ;; *) here=. ;; esac
[ ! -L "$0" ] || here=$(dirname "$(readlink -f "$0" 2>/dev/null || echo "$0")")
node="$here/node"
[ -x "$node" ] || node=node
exec "$node" --disable-warning=ExperimentalWarning "$here/../../dist/main.js" "$@"
`;
  mkdirSync(bin, { recursive: true });
  writeFileSync(join(bin, "holdfast"), sh);
  chmodSync(join(bin, "holdfast"), 0o755);
  writeFileSync(
    join(bin, "holdfast.cmd"),
    '@echo off\r\n"%~dp0node.cmd" --disable-warning=ExperimentalWarning "%~dp0..\\..\\dist\\main.js" %*\r\n',
  );
}

// Fills the compile cache beside the bundle, with the Node that the launcher starts.
const local = join(bin, process.platform === "win32" ? "node.cmd" : "node");
const node = existsSync(local) ? local : process.execPath;
const example = `-chdir=${join(root, "examples", "quickstart")}`;
for (const words of [["version"], [example, "validate"], [example, "fmt", "-check"]]) {
  spawnSync(node, [join(root, "dist", "main.js"), ...words], { stdio: "ignore" });
}
