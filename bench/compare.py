#!/usr/bin/env python3
"""Side by side: a vault command against restic and borg, on generated SQL Server pages.

Interleaves the tools generation by generation, over several rounds, and prints medians and ratios.
Needs g++ and, from Debian, restic and borgbackup. All sources are warm in the page cache.

usage: compare.py [--pages 65536] [--generations 3] [--rounds 3] [--work DIR] [--scatter] [--json FILE]
                  [--tool 'CMD']           CMD gets: init DIR | put DIR NAME FILE | get DIR NAME -o FILE
                                           (default: this checkout's, built)
"""
import argparse, json, os, re, shlex, shutil, statistics, subprocess, sys, time

here = os.path.dirname(os.path.abspath(__file__))
parser = argparse.ArgumentParser()
parser.add_argument("--pages", type=int, default=65536, help="8 KiB pages of the first generation")
parser.add_argument("--generations", type=int, default=3)
parser.add_argument("--rounds", type=int, default=3)
parser.add_argument("--work", default="/var/tmp/holdfast-bench")
parser.add_argument("--scatter", action="store_true", help="also: 1 %% of the pages changed at random")
parser.add_argument("--tool", default="node " + shlex.quote(os.path.join(here, "..", "dist", "main.js")) + " vault")
parser.add_argument("--json")
a = parser.parse_args()

work = a.work
data = os.path.join(work, "data")
os.makedirs(data, exist_ok=True)
env = dict(os.environ, RESTIC_PASSWORD="x", BORG_PASSPHRASE="x", XDG_CACHE_HOME=os.path.join(work, "cache"),
           BORG_BASE_DIR=os.path.join(work, "borgbase"), BORG_RELOCATED_REPO_ACCESS_IS_OK="yes",
           HOLDFAST_VAULT_KEY=os.environ.get("HOLDFAST_VAULT_KEY", "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"))

def run(cmd, cwd=None):
    start = time.monotonic()
    child = subprocess.Popen(cmd, cwd=cwd, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    err = child.stderr.read()
    _, status, usage = os.wait4(child.pid, 0)
    if status:
        sys.exit(f"failed ({status}): {' '.join(cmd)}\n{err.decode(errors='replace')[-2000:]}")
    return {"wall": time.monotonic() - start, "cpu": usage.ru_utime + usage.ru_stime, "rss": usage.ru_maxrss / 1024}

def size(path):
    return sum(os.path.getsize(os.path.join(d, f)) for d, _, fs in os.walk(path) for f in fs)

def warm(path):
    with open(path, "rb", buffering=0) as f:
        while f.read(1 << 24):
            pass

generator = os.path.join(work, "sqlpages")
if not os.path.exists(generator):
    run(["g++", "-O2", "-o", generator, os.path.join(here, "sqlpages.cpp")])
if not os.path.exists(f"{data}/gen{a.generations}") or os.path.getsize(f"{data}/gen0") != a.pages * 8192:
    shutil.rmtree(data); os.makedirs(data)
    run([generator, data, str(a.pages), str(a.generations)])
names = [f"gen{g}" for g in range(a.generations + 1)]
if a.scatter:
    if not os.path.exists(f"{data}/gens"):
        env["SCATTER"] = "1"; run([generator, data, str(a.pages), "0"]); del env["SCATTER"]
    names.append("gens")

tool = shlex.split(a.tool)
rows = []
def note(tool_name, op, gen, figures, **more):
    rows.append({"tool": tool_name, "op": op, "gen": gen, **figures, **more})

def same(x, y):
    return subprocess.run(["cmp", "-s", x, y]).returncode == 0

for r in range(a.rounds):
    for d in ("restic", "borg", "vault", "source", "out"):
        shutil.rmtree(os.path.join(work, d), ignore_errors=True)
    source = os.path.join(work, "source"); os.makedirs(source)
    paths = {d: os.path.join(work, d) for d in ("restic", "borg", "vault", "out")}
    run(["restic", "init", "-q", "--repository-version", "2", "-r", paths["restic"]])
    run(["borg", "init", "-e", "repokey", paths["borg"]])
    run([*tool, "init", paths["vault"]])
    for name in names:
        file = os.path.join(source, "db.bak")
        if os.path.exists(file): os.remove(file)
        os.link(os.path.join(data, name), file); warm(file)
        for who, cmd in (("vault", [*tool, "put", paths["vault"], name, file]),
                         ("restic", ["restic", "-r", paths["restic"], "backup", "-q", source]),
                         ("borg", ["borg", "create", "-C", "zstd,1", f"{paths['borg']}::{name}", source])):
            before = size(paths[who]); figures = run(cmd)
            note(who, "full" if name == "gen0" else "scatter" if name == "gens" else "next", name, figures, added=size(paths[who]) - before, store=size(paths[who]))
    last = names[a.generations]
    os.makedirs(paths["out"])
    target = os.path.join(paths["out"], "db.bak")
    note("vault", "restore", last, run([*tool, "get", paths["vault"], last, "-o", target]))
    if not same(target, os.path.join(data, last)): sys.exit("vault get returned other bytes")
    shutil.rmtree(paths["out"]); os.makedirs(paths["out"])
    snapshot = "latest" if last == names[-1] else None
    if snapshot is None:
        listed = json.loads(subprocess.run(["restic", "-r", paths["restic"], "snapshots", "--json"], env=env, capture_output=True).stdout)
        snapshot = sorted(listed, key=lambda s: s["time"])[a.generations]["id"]
    note("restic", "restore", last, run(["restic", "-r", paths["restic"], "restore", "-q", snapshot, "--target", paths["out"]]))
    shutil.rmtree(paths["out"]); os.makedirs(paths["out"])
    note("borg", "restore", last, run(["borg", "extract", f"{paths['borg']}::{last}"], cwd=paths["out"]))
    shutil.rmtree(paths["out"])

def median(who, op, key):
    values = [x[key] for x in rows if x["tool"] == who and x["op"] == op]
    return statistics.median(values) if values else None

summary = {}
print(f"{'':10}{'vault':>28}{'restic':>28}{'borg':>28}   ratio to restic / borg")
for op in ("full", "next", "scatter", "restore"):
    if median("vault", op, "wall") is None: continue
    cells = {w: (median(w, op, "wall"), median(w, op, "cpu"), median(w, op, "rss")) for w in ("vault", "restic", "borg")}
    ratio = [cells[w][0] / cells["vault"][0] for w in ("restic", "borg")]
    summary[op] = {"vs_restic": ratio[0], "vs_borg": ratio[1], "rss_mb": cells["vault"][2]}
    if op != "restore":
        added = {w: median(w, op, "added") for w in cells}
        summary[op]["added_vs_restic"] = added["vault"] / added["restic"]; summary[op]["added_vs_borg"] = added["vault"] / added["borg"]
    print(f"{op:10}" + "".join(f"{c[0]:9.2f}s {c[1]:6.2f}cpu {c[2]:5.0f}MB" for c in cells.values()) + f"   {ratio[0]:.2f} / {ratio[1]:.2f}"
          + (f"   bytes added {summary[op]['added_vs_restic']:.2f} / {summary[op]['added_vs_borg']:.2f}" if op != "restore" else ""))
final = {w: [x["store"] for x in rows if x["tool"] == w and "store" in x][-1] for w in ("vault", "restic", "borg")}
summary["store"] = {"vs_restic": final["vault"] / final["restic"], "vs_borg": final["vault"] / final["borg"]}
summary["rss_mb"] = max(x["rss"] for x in rows if x["tool"] == "vault")
print(f"store {final['vault'] / 1e6:.0f} MB, {summary['store']['vs_restic']:.2f} of restic, {summary['store']['vs_borg']:.2f} of borg; peak memory {summary['rss_mb']:.0f} MB")
if a.json:
    with open(a.json, "w") as f: json.dump({"summary": summary, "rows": rows}, f, indent=1)
