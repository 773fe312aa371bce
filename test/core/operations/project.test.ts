import assert from "node:assert/strict";
import { test } from "node:test";
import { errorDiagnostic, warningDiagnostic } from "../../../core/diagnostics/diagnostic.ts";
import type { Ports } from "../../../core/operations/ports.ts";
import { knownCatalogPath, loadProject } from "../../../core/operations/project.ts";
import { createWorld } from "../../support/memory-ports.ts";
import { withCode } from "../../support/with-code.ts";

type Listing = Awaited<ReturnType<Ports["files"]["list"]>>;

/** The example's project, in which a further file has something to be said of it. */
function portsWith(diagnostics: Listing["diagnostics"]): Ports {
  const { ports } = createWorld();
  const list = async () => ({ ...(await ports.files.list()), diagnostics });
  return { ...ports, files: { ...ports.files, list } };
}

const UNREADABLE = errorDiagnostic({
  code: "FILE_UNREADABLE",
  summary: "Unreadable file",
  detail: "x",
});
const IGNORED = warningDiagnostic({ code: "FILE_IGNORED", summary: "Folder", detail: "y" });

test("a configuration lacks nothing because of a folder named like a file", async () => {
  const { configuration, diagnostics } = await loadProject(portsWith([IGNORED]));
  assert.ok(configuration !== undefined);
  assert.deepEqual(diagnostics, [IGNORED]);
});

test("a file that cannot be read is reported with the faults of the others, and nothing is done", async () => {
  const ports = portsWith([UNREADABLE]);
  const { configuration, diagnostics } = await loadProject(ports);
  assert.equal(configuration, undefined);
  assert.deepEqual(diagnostics, [UNREADABLE]);
});

test("no catalog is guessed while the file that may name it cannot be read", async () => {
  await assert.rejects(knownCatalogPath(portsWith([UNREADABLE])), withCode("FILE_UNREADABLE"));
});

test("a folder whose only file cannot be read is not called empty", async () => {
  const { ports } = createWorld();
  const list = () => Promise.resolve({ files: [], autoFiles: [], diagnostics: [UNREADABLE] });
  const { diagnostics } = await loadProject({ ...ports, files: { ...ports.files, list } });
  assert.deepEqual(diagnostics, [UNREADABLE]);
});
