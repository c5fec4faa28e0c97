"""Long campaigns: many seeds of simulated faults, and long fuzzing. `./run nightly [--minutes M]`, M minutes in all.

Prints one line for each campaign and exits with 1 if any found something.
"""
import argparse
import concurrent.futures
import pathlib
import re
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).parent.parent
SWARM = ROOT / "build/dev/bin/swarm"
FUZZ = ROOT / "build/fuzz/bin"
CHUNK = 500  # seeds


def swarm(first):
    done = subprocess.run([SWARM, str(first), str(first + CHUNK - 1)], capture_output=True, text=True)
    return done.returncode, done.stdout


def fuzz(target, seconds):
    learned = ROOT / "build/fuzz/fuzz" / target.name
    learned.mkdir(parents=True, exist_ok=True)
    done = subprocess.run([target, f"-max_total_time={seconds}", "-max_len=8192", "-rss_limit_mb=1024", "-print_final_stats=1",
                           f"-artifact_prefix={learned}-", learned, ROOT / "fuzz/corpus" / target.name],
                          capture_output=True, text=True)
    runs = re.search(r"number_of_executed_units: (\d+)", done.stderr)
    return done.returncode, int(runs[1]) if runs else 0, done.stderr[-2000:]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=480)
    parser.add_argument("--first-seed", type=int, default=1_000_000)
    options = parser.parse_args()
    bad = False

    half, seed, totals = time.monotonic() + options.minutes * 30, options.first_seed, {}
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        while time.monotonic() < half:
            chunks = [seed, seed + CHUNK]
            seed += 2 * CHUNK
            for code, text in pool.map(swarm, chunks):
                bad |= code != 0
                *failures, summary = text.splitlines() or ["swarm ended without a word"]
                print(*failures, sep="\n", end="\n" if failures else "", flush=True)
                for name, number in re.findall(r"([a-z ]+) ([\d.]+)", summary):
                    totals[name.strip()] = totals.get(name.strip(), 0) + float(number)
    print("swarm:", ", ".join(f"{name} {number:,.0f}" for name, number in totals.items()), flush=True)

    targets = sorted(path for path in FUZZ.glob("fuzz_*") if path.is_file())
    seconds = max(1, int(options.minutes * 30 / max(1, (len(targets) + 1) // 2)))
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        for target, (code, runs, tail) in zip(targets, pool.map(lambda target: fuzz(target, seconds), targets)):
            bad |= code != 0
            print(f"{target.name}: {runs:,} executions, {'clean' if code == 0 else 'FOUND SOMETHING'}", flush=True)
            if code != 0:
                print(tail)
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
