"""Runs the benchmarks of build/release and prints each beside its baseline; writes build/bench.json.

usage: run.py [--quick]
"""
import argparse
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import typing

ROOT = pathlib.Path(__file__).resolve().parent.parent
BIN = ROOT / "build" / "release" / "bin"
OUT = ROOT / "build" / "bench.json"


class Row(typing.NamedTuple):
    """One comparison: `metric` of two benchmarks of one program."""
    what: str
    against: str
    program: str
    ours: str
    baseline: str
    metric: str  # cpu_time, real_time or a counter
    unit: str
    less_is_better: bool


ROWS = [
    Row("accumulate an update of 25 MB", "plain loop", "accumulate", "AccumulateOurs", "AccumulatePlainLoop",
        "cpu_time", "ms CPU", True),
    Row("accumulate an update of 25 MB", "memcpy", "accumulate", "AccumulateOurs", "AccumulateMemcpy",
        "cpu_time", "ms CPU", True),
    Row("check-in in process, 100 jobs", "bare loop", "check_in", "CheckInOurs", "CheckInBareLoop",
        "cpu_time", "us CPU", True),
    Row("one Venn plan, 1,000 jobs in 4 groups", "plain std::sort", "plan", "Plan/Of1000JobsIn4Groups",
        "Sort/Of1000JobsIn4Groups", "cpu_time", "us CPU", True),
    Row("one Venn plan, 10,000 jobs in 100 groups", "plain std::sort", "plan", "Plan/Of10000JobsIn100Groups",
        "Sort/Of10000JobsIn100Groups", "cpu_time", "us CPU", True),
    Row("one plan of fluid, 1,000 jobs in 4 groups", "plan of venn", "plan", "PlanFluid/Of1000JobsIn4Groups",
        "Plan/Of1000JobsIn4Groups", "cpu_time", "us CPU", True),
    Row("replayed check-in, fifo, 50 jobs", "the same in Python", "replay", "ReplayFifo",
        "ReplayFifoInPython/iterations:1", "us_per_checkin", "us CPU", True),
    Row("the same, trace read from CSV.gz", "the same in Python", "replay", "ReadAndReplayFifo",
        "ReadAndReplayFifoInPython/iterations:1", "us_per_checkin", "us CPU", True),
    Row("the same, fixed delay: ties as in heapq", "the same in Python", "replay", "ReplayFifoFixedDelay",
        "ReplayFifoInPython/iterations:1", "us_per_checkin", "us CPU", True),
    Row("replayed check-in, srsf, 50 jobs", "the same in Python", "replay", "ReplaySrsf",
        "ReplaySrsfInPython/iterations:1", "us_per_checkin", "us CPU", True),
    Row("replayed check-in, venn_released, 50 jobs", "the same in Python", "replay", "ReplayVennReleased",
        "ReplayVennReleasedInPython/iterations:1", "us_per_checkin", "us CPU", True),
    Row("replayed check-in, venn, 50 jobs", "released, in Python", "replay", "ReplayVenn",
        "ReplayVennReleasedInPython/iterations:1", "us_per_checkin", "us CPU", True),
    Row("simulated check-in at the desks, 50 jobs", "bare loop", "fleet", "Fleet50Jobs", "FleetBareLoop",
        "us_per_checkin", "us CPU", True),
    Row("the same, 10,000 jobs in 100 groups", "50 jobs", "fleet", "Fleet10000JobsIn100Groups", "Fleet50Jobs",
        "us_per_checkin", "us CPU", True),
    Row("simulated task, check-in to report", "bare loop", "fleet", "FleetTasks", "FleetBareLoop",
        "us_per_checkin", "us CPU", True),
    Row("check-in read from CSV", "counting lines", "replay", "ReadCheckIns", "ReadCheckInsBareLoop",
        "us_per_checkin", "us CPU", True),
    Row("check-in in memory", "vector of sessions", "replay", "ReadCheckIns", "CheckInsInAVector/iterations:1",
        "bytes_per_checkin", "bytes", True),
    Row("check-in on virtual time, 50 jobs", "bare hash map", "wide_check_in", "CheckIn50Jobs", "CheckInBareMap",
        "cpu_time", "ns CPU", True),
    Row("check-in, 10,000 jobs in 100 groups", "50 jobs", "wide_check_in", "CheckIn10000Jobs", "CheckIn50Jobs",
        "cpu_time", "ns CPU", True),
    Row("the same with 20 offers", "50 jobs", "wide_check_in", "CheckIn10000Jobs20Offers", "CheckIn50Jobs20Offers",
        "cpu_time", "ns CPU", True),
    Row("check-in, accept and report", "check-in", "wide_check_in", "BindFleet", "CheckIn50Jobs",
        "cpu_time", "ns CPU", True),
    Row("a device in the window, of 10 million", "unordered_map", "wide_check_in", "WindowOurs/iterations:1",
        "WindowUnorderedMap/iterations:1", "bytes_per_device", "bytes", True),
    Row("check-in over gRPC, 20 offers", "health check", "rpc", "RpcCheckIn", "RpcHealth",
        "calls_per_s", "calls/s", False),
    Row("check-in over gRPC, 20 offers", "health check", "rpc", "RpcCheckIn", "RpcHealth",
        "server_cpu_us", "us server CPU", True),
    Row("check-in over gRPC, no offer", "health check", "rpc", "RpcCheckInNothing", "RpcHealth",
        "calls_per_s", "calls/s", False),
    Row("check-in over gRPC, no offer", "health check", "rpc", "RpcCheckInNothing", "RpcHealth",
        "server_cpu_us", "us server CPU", True),
    Row("durable binds, 256 queued", "one at a time", "store", "StoreGroupCommit", "StoreOneAtATime",
        "per_s", "binds/s", False),
    Row("durable binds, one at a time", "bare fdatasync", "store", "StoreOneAtATime", "StoreBareSync",
        "per_s", "/s", False),
    Row("update of 1.7 MB over HTTP to a leaf", "bare TCP and loop", "upload", "UploadOurs", "UploadBare",
        "server_cpu_us", "us server CPU", True),
    Row("commit of 1.7 MB over HTTP to the root", "bare TCP and loop", "commit", "CommitOurs/threads:16",
        "CommitBare/threads:16", "server_cpu_us", "us server CPU", True),
    Row("the same, store in memory", "bare TCP and loop", "commit", "CommitInMemory/threads:16",
        "CommitBare/threads:16", "server_cpu_us", "us server CPU", True),
    Row("three schemes to the goal, all cores", "the same in NumPy", "sync", "SyncThree", "SyncThreeNumpy/iterations:1",
        "wall_ms", "ms", True),
    Row("adsp to the goal, one core", "the same in NumPy", "sync", "SyncAdsp", "SyncAdspNumpy/iterations:1",
        "cpu_ms", "ms CPU", True),
    Row("bsp to the goal, one core", "the same in NumPy", "sync", "SyncBsp", "SyncBspNumpy/iterations:1",
        "cpu_ms", "ms CPU", True),
]


def measure(program: str, options: argparse.Namespace) -> dict:
    """Medians of every benchmark of a program, by its name."""
    path = BIN / f"bench_{program}"
    if not path.exists():
        sys.exit(f"expected {path}: build it with cmake --preset release && cmake --build --preset release")
    # Repetitions of ours and the baselines take turns, so that what else the machine does falls on all of them.
    seconds, repetitions = (0.05, 3) if options.quick else (0.25, 5)
    with tempfile.NamedTemporaryFile(suffix=".json") as out:
        ran = subprocess.run(
            [path, f"--benchmark_out={out.name}", "--benchmark_out_format=json",
             f"--benchmark_min_time={seconds}", f"--benchmark_repetitions={repetitions}",
             "--benchmark_enable_random_interleaving=true", "--benchmark_report_aggregates_only=true"],
            cwd=BIN.parent, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
        if ran.returncode != 0:
            sys.exit(f"{path.name}: expected it to end well, it ended with {ran.returncode}:\n{ran.stdout}")
        entries = json.loads(pathlib.Path(out.name).read_text())["benchmarks"]
    medians = {}
    for entry in entries:
        name = entry["run_name"].replace("/real_time", "")
        if entry.get("error_occurred"):
            sys.exit(f"{path.name}: {name}: {entry['error_message']}")
        if entry.get("aggregate_name") == "median":
            medians[name] = entry
    return medians


def number(value: float) -> str:
    """Three digits, whole numbers with separators."""
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.3g}" if value < 10 else f"{value:.1f}"


def table(rows: list) -> str:
    cells = [["what", "ours", "baseline", "", "unit", "ratio", "better"]]
    for row in rows:
        cells.append([row["what"], number(row["ours"]), number(row["baseline"]), row["against"], row["unit"],
                      f"{row['ratio']:.2f}", row["better"]])
    widths = [max(len(line[i]) for line in cells) for i in range(len(cells[0]))]
    right = {1, 2, 5}
    return "\n".join("  ".join(cell.rjust(width) if i in right else cell.ljust(width)
                               for i, (cell, width) in enumerate(zip(line, widths))).rstrip() for line in cells)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="a few seconds: does everything run?")
    options = parser.parse_args()

    load_before = os.getloadavg()[0]
    medians = {}
    for program in dict.fromkeys(row.program for row in ROWS):
        print(f"measuring: {program}", file=sys.stderr)
        medians[program] = measure(program, options)
    rows = []
    for row in ROWS:
        ours, baseline = (medians[row.program][name][row.metric] for name in (row.ours, row.baseline))
        rows.append({"what": row.what, "against": row.against, "ours": ours, "baseline": baseline,
                     "ratio": ours / baseline, "unit": row.unit, "better": "less" if row.less_is_better else "more"})
    machine = {"cpus": os.cpu_count(), "load_before": load_before, "load_after": os.getloadavg()[0]}
    OUT.write_text(json.dumps({"schema": "propius.bench/1", "machine": machine, "rows": rows}, indent=1) + "\n")
    print(table(rows))
    print(f"\n{machine['cpus']} CPUs, load {load_before:.1f} before and {machine['load_after']:.1f} after; "
          f"ratio = ours / baseline; written to {OUT.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
