import assert from "node:assert/strict";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { parsePoints } from "../support/holdfast-output.ts";
import { pageBytes, type TapeSet, tapeBytes } from "../support/tape-media.ts";
import { makeProjectOf, type TestProject } from "../support/test-project.ts";
import { seededBytes } from "../support/vault.ts";

const CONFIGURATION = `vault "main" {
  storage "local" { path = "./vault" }
  encryption { key_env = "TEST_VAULT_KEY" }
}
`;

const NOBODY = { username: "", password: "", host: "", port: 0 } as never;

/** A file a day, the last of them of noise. */
async function writeFiles(project: TestProject): Promise<void> {
  const noise = seededBytes("end to end");
  await mkdir(join(project.directory, "bak"));
  for (let day = 0; day < 6; day += 1) {
    const pages = Array.from({ length: 200 }, (_, page) =>
      day < 5 ? pageBytes(page, (day * 31 + page) % 256) : noise(8192),
    );
    const guid = (kind: string) => `${kind}${day}dc4-fb3c-48aa-9360-fc9ee26d1464`;
    const set: TapeSet = {
      type: "D",
      database: "Orders",
      set: guid("f24e3"),
      firstLsn: [24 + day, 68, 99],
      lastLsn: [24 + day, 117, 1],
      pages,
    };
    const tape = { mediaSet: guid("3bcce"), stripe: 1, stripes: 1, sets: [set] };
    await writeFile(join(project.directory, "bak", `${day}.bak`), tapeBytes(tape));
  }
}

test("a backup file of noise after plain ones is told, held, named with what was clean, and cleared", async () => {
  await using project = await makeProjectOf({ "main.hcl": CONFIGURATION }, { signIn: NOBODY });
  await project.expect(0, "init");
  await project.expect(0, "apply", "-auto-approve");
  await writeFiles(project);
  const { stderr } = await project.expect(0, "import-backup", "bak", "-vault", "main");
  assert.match(stderr, /Recovery point suspect[\s\S]*POINT_SUSPECT/);
  const listing = parsePoints((await project.expect(0, "points", "-json")).stdout);
  const [frozen] = listing.frozen;
  const [suspect] = frozen?.suspects ?? [];
  assert.equal(
    listing.recovery_points.find(({ id }) => id === suspect)?.suspect?.reason,
    "entropy",
  );
  const { stdout } = await project.expect(0, "points");
  assert.match(stdout, /Nothing of backup_set\.imported is purged since/);
  const pruned = await project.expect(0, "prune", "-dry-run");
  assert.match(pruned.stderr, /PURGES_FROZEN/);
  await project.expect(0, "points", "-clear-suspect", suspect ?? "", "-reason", "a test");
  const cleared = parsePoints((await project.expect(0, "points", "-json")).stdout);
  assert.deepEqual(cleared.frozen, []);
  const again = await project.expect(1, "points", "-clear-suspect", suspect ?? "", "-json");
  assert.match(again.stdout, /POINT_NOT_SUSPECT/);
  await project.expect(1, "points", "-reason", "none");
});
