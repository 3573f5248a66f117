"""Lets Martlet and its peers take turns on the same cases and prints one table."""

import argparse
import json
import os
import statistics
import subprocess
import sys

import cases

FOLDER = os.path.dirname(os.path.abspath(__file__))
MARTLET = os.environ.get("MARTLET", os.path.join(FOLDER, "../../.build/release/martlet"))


def note(text):
    print(text, file=sys.stderr, flush=True)


class Peer:
    """A framework's worker process, which stays between its turns."""

    def __init__(self, name, threads):
        self.name = name
        environment = dict(os.environ, OMP_NUM_THREADS=str(threads), MKL_NUM_THREADS=str(threads))
        self.process = subprocess.Popen(
            [sys.executable, os.path.join(FOLDER, "worker.py"), name, str(threads)], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL, text=True, env=environment)
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError("it cannot be imported")
        self.version = json.loads(line)["version"]

    def turn(self, case, shape, seconds):
        order = {"case": case, "shape": shape, "seconds": seconds}
        try:
            print(json.dumps(order), file=self.process.stdin, flush=True)
            answer = json.loads(self.process.stdout.readline() or '{"error": "its process has ended"}')
        except BrokenPipeError:
            answer = {"error": "its process has ended"}
        if "error" in answer:
            raise RuntimeError(answer["error"])
        return [cases.amount(case, shape) / time for time in answer["seconds"]]

    def close(self):
        self.process.stdin.close()
        self.process.wait()


class Martlet:
    """The command, once for each turn; it checks its own results."""

    def __init__(self, backend, threads):
        self.name = f"martlet {backend}"
        self.arguments = ["--backend", backend, "--threads", str(threads), "--opponents", "none", "--json", "--quiet"]
        self.version = subprocess.run([MARTLET, "--version"], capture_output=True, text=True, check=True).stdout.strip()

    def turn(self, case, shape, seconds):
        suite = "step" if case in cases.STEPS else "gemm" if case == cases.PRODUCT else "ops"
        shapes = shape.split()[-1]
        run = subprocess.run(
            [MARTLET, "bench", suite, "--shapes", shapes, "--case", case, "--rounds", "5", "--seconds", str(seconds)] + self.arguments,
            capture_output=True, text=True)
        rows = [json.loads(line) for line in run.stdout.splitlines()]
        if run.returncode or not rows:
            raise RuntimeError((run.stderr.strip().splitlines() or ["it has no such case"])[-1])
        if not all(row["verified"] for row in rows):
            raise RuntimeError("its result is wrong")
        return [rows[0]["best"], rows[0]["median"]]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", help="with commas; default: all of " + ", ".join(cases.ALL))
    parser.add_argument("--batches", help="with commas; default: 64,128,256")
    parser.add_argument("--peers", default="torch,jax,tinygrad,clblast")
    parser.add_argument("--backends", default="cpu", help="of Martlet, with commas")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=0.5, help="of a turn")
    parser.add_argument("--threads", type=int, default=len(os.sched_getaffinity(0)))
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    if options.batches:
        cases.BATCHES = [int(batch) for batch in options.batches.split(",")]
    wanted = options.cases.split(",") if options.cases else None
    for name in wanted or []:
        if name not in cases.ALL:
            parser.error(f"unknown case '{name}'; known: {', '.join(cases.ALL)}")

    contestants = []
    for make in [lambda b=b: Martlet(b, options.threads) for b in options.backends.split(",")] + [
            lambda n=n: Peer(n, options.threads) for n in options.peers.split(",") if n]:
        try:
            contestants.append(make())
            note(f"{contestants[-1].name}: {contestants[-1].version}")
        except (OSError, RuntimeError, subprocess.CalledProcessError) as error:
            note(f"absent: {error}")

    table = []
    try:
        for case, shape, unit in cases.names():
            if wanted and case not in wanted:
                continue
            rates, failed = {c.name: [] for c in contestants}, set()
            for turn in range(options.rounds):
                order = contestants[turn % len(contestants):] + contestants[:turn % len(contestants)]
                for contestant in order:
                    if contestant.name in failed:
                        continue
                    try:
                        rates[contestant.name] += contestant.turn(case, shape, options.seconds)
                    except RuntimeError as error:
                        note(f"{contestant.name} takes no part in {case} {shape}: {error}")
                        failed.add(contestant.name)
            row = {"case": case, "shape": shape, "unit": unit, "threads": options.threads, "results": [
                {"name": name, "best": max(found), "median": statistics.median(found)} for name, found in rates.items()
                if found and name not in failed]}
            table.append(row)
            if options.json:
                print(json.dumps(row), flush=True)
            else:
                note(f"{case} {shape}: " + ", ".join(f"{r['name']} {r['best']:.4g}" for r in row["results"]))
    except KeyboardInterrupt:
        note("interrupted; what was measured:")
    finally:
        for contestant in contestants:
            if isinstance(contestant, Peer):
                contestant.close()
    if not options.json:
        show(table, [c.name for c in contestants])


def show(table, names):
    """Best (median) of each, and how many times the best peer's best is Martlet's."""
    heading = ["case", "shape", "unit"] + names + ["martlet / best peer"]
    lines = [heading]
    for row in table:
        found = {result["name"]: result for result in row["results"]}
        cells = [f"{found[n]['best']:.4g} ({found[n]['median']:.4g})" if n in found else "-" for n in names]
        ours = [r["best"] for r in row["results"] if r["name"].startswith("martlet")]
        peers = [r["best"] for r in row["results"] if not r["name"].startswith("martlet")]
        ratio = f"{max(ours) / max(peers):.2f}" if ours and peers else "-"
        lines.append([row["case"], row["shape"], row["unit"]] + cells + [ratio])
    widths = [max(len(line[column]) for line in lines) for column in range(len(heading))]
    for line in lines:
        print("  ".join(cell.ljust(width) for cell, width in zip(line, widths)).rstrip())


main()
