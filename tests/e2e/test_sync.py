"""`propius sync`: the paper's comparison on MNIST, determinism, an experiment, and wrong usage."""
import csv
import json
import pathlib
import re
import subprocess
import tempfile
import unittest

from site_process import BINARY

SCHEMES = ["bsp", "asp", "ssp", "adacomm", "fixed_adacomm", "adsp", "esync"]
KEYS = {"scheme", "time_to_target_s", "reached", "steps", "commits", "busy_share", "waiting_share", "final_loss",
        "final_accuracy", "commits_per_worker"}


class Sync(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.out = pathlib.Path(self.folder.name) / "out"

    def tearDown(self):
        self.folder.cleanup()

    def run_sync(self, *arguments, code=0):
        done = subprocess.run([BINARY, "sync", "--out", self.out, *map(str, arguments)], capture_output=True, text=True,
                              timeout=300)
        self.assertEqual(done.returncode, code, done.stderr)
        return done

    def summary(self):
        return json.loads((self.out / "summary.json").read_text())

    def test_the_papers_comparison_comes_out_as_its_throughput_says(self):
        done = self.run_sync("--schemes", ",".join(SCHEMES), "--workers", 18, "--heterogeneity", 2.0, "--commit-seconds", 1,
                             "--model", "softmax", "--seed", 7)
        summary = self.summary()
        self.assertEqual(summary["schema"], "propius.sync/1")
        runs = {run["scheme"]: run for run in summary["runs"]}
        self.assertEqual(list(runs), SCHEMES)
        for run in runs.values():
            self.assertLessEqual(KEYS, run.keys())
            self.assertTrue(run["reached"], run["scheme"])
            self.assertEqual(len(run["commits_per_worker"]), 18)
            self.assertAlmostEqual(run["busy_share"] + run["waiting_share"], 1)
            self.assertGreater(run["final_accuracy"], 0.9)
            self.assertIn(run["scheme"], done.stdout)
        time = {name: run["time_to_target_s"] for name, run in runs.items()}
        self.assertLessEqual(time["adsp"], 0.45 * time["bsp"])
        self.assertLessEqual(time["adsp"], 0.62 * time["fixed_adacomm"])
        self.assertLess(time["adacomm"], time["bsp"])
        self.assertLessEqual(runs["ssp"]["widest_gap"], 40)
        self.assertAlmostEqual(runs["adsp"]["steps_to_target"] / runs["bsp"]["steps_to_target"], 1, delta=0.12)
        with open(self.out / "checkpoints.csv") as file:
            checks = [row for row in csv.DictReader(file) if row["scheme"] == "adsp"]
        self.assertGreater(len(checks), 10)
        for row in checks[2:]:
            self.assertLessEqual(int(row["most_commits"]) - int(row["fewest_commits"]), 1, row)
        page = (self.out / "report.html").read_text()
        self.assertIn("<svg", page)
        self.assertIsNone(re.search(r'(src|href)="(https?:)?//', page), "the report stands alone")
        self.assertGreater((self.out / "curves.csv").stat().st_size, 1000)

    def test_the_saving_over_fixed_adacomm_follows_heterogeneity(self):
        for heterogeneity, slow in ((1.45, 0.971), (3.2, 2.573)):
            self.run_sync("--schemes", "fixed_adacomm,adsp", "--heterogeneity", heterogeneity, "--seed", 21)
            fixed, adsp = self.summary()["runs"]
            predicted = 1 - 1 / (heterogeneity * (1 + 1 / (40 * slow)) * (1 - 2 / 60))
            self.assertAlmostEqual(1 - adsp["time_to_target_s"] / fixed["time_to_target_s"], predicted, delta=0.08)

    def test_equal_seeds_give_equal_files(self):
        arguments = ["--schemes", "bsp,adsp:search=1,fedbuff:k=6", "--limit-seconds", 200, "--seed", 5]
        self.run_sync(*arguments)
        first = {name: (self.out / name).read_bytes() for name in ("summary.json", "curves.csv", "report.html")}
        self.run_sync(*arguments, "--cores", 1)
        for name, text in first.items():
            self.assertEqual((self.out / name).read_bytes(), text, name)

    def test_on_real_processes_the_same_run_trains_as_in_virtual_time(self):
        done = self.run_sync("--testbed", "--time-scale", 20, "--schemes", "adsp:least_timer=0.1", "--workers", 4,
                             "--step-seconds", "0.5,0.6,0.6,1.2", "--dataset", "clouds", "--local-rate", 0.4, "--seed", 3,
                             "--limit-seconds", 1200)
        run = self.summary()["runs"][0]
        real = run["testbed"]
        self.assertTrue(run["reached"] and real["reached"], run)
        self.assertGreater(real["commits"], 0)
        self.assertGreaterEqual(real["steps"], real["commits"])
        self.assertIn("Virtual time and real processes", done.stdout)
        self.assertIn("Does virtual time tell the truth?", (self.out / "report.html").read_text())
        logs = [json.loads(log.read_text().splitlines()[-1]) for log in (self.out / "testbed" / "0").glob("worker-*.log")]
        self.assertEqual(sorted(log["worker"] for log in logs), [0, 1, 2, 3])
        for log in logs:
            self.assertGreater(log["busy_s"], 0)

    def test_what_real_devices_cannot_do_is_refused(self):
        for arguments, what in ((["--push", "dgc"], "--push"), (["--server-seconds", 1], "--server-seconds"),
                                (["--experiment", "adsp-scale"], "--testbed")):
            done = self.run_sync("--testbed", *arguments, code=2)
            self.assertIn(what, done.stderr)

    def test_a_cnn_trains_with_torch(self):
        self.run_sync("--model", "cnn", "--schemes", "adsp:rate=6", "--workers", 3, "--limit-seconds", 60, "--local-rate", 0.05,
                      "--test-every", 20)
        run, = self.summary()["runs"]
        self.assertGreater(run["final_accuracy"], 0.5)

    def test_an_experiment_shows_its_figures_beside_the_papers(self):
        done = self.run_sync("--experiment", "adsp-heterogeneity", "--quick")
        self.assertIn("paper", done.stdout)
        self.assertIn("-62 %", done.stdout)
        summary = self.summary()
        self.assertEqual(summary["experiment"], "adsp-heterogeneity")
        self.assertEqual(len(summary["runs"]), 6)
        self.assertEqual(len(summary["tables"]), 2)

    def test_json_goes_to_stdout(self):
        done = self.run_sync("--dataset", "clouds", "--schemes", "adsp", "--format", "json")
        self.assertEqual(json.loads(done.stdout), self.summary())

    def test_a_gain_that_diverges_is_warned_of_and_told(self):
        done = self.run_sync("--dataset", "clouds", "--schemes", "adsp", "--momentum", 0.9, "--limit-seconds", 300)
        self.assertIn("server gain", done.stdout)
        self.assertEqual(len(self.summary()["runs"][0]["warnings"]), 1)

    def test_wrong_usage_is_told_before_anything_runs(self):
        for arguments, message in ((["--schemes", "adps"], "expected one of adacomm"),
                                   (["--schemes", "adsp:rate=x"], "rate: expected a number"),
                                   (["--experiment", "adsp-speed"], "expected one of adsp-convergence"),
                                   (["--experiment", "adsp-skew", "--schemes", "bsp"], "expected none beside"),
                                   (["--schemes", "adsp", "--heterogeneity", "1.01"], "heterogeneity"),
                                   (["--skew", "odd"], "skew: expected none"),
                                   (["--dataset", "fashion", "--fashion", "/nonexistent"], "train-images-idx3-ubyte")):
            done = subprocess.run([BINARY, "sync", "--out", self.out, *arguments], capture_output=True, text=True, timeout=60)
            self.assertIn(done.returncode, (1, 2))
            self.assertIn(message, done.stderr)
            self.assertFalse((self.out / "summary.json").exists())

    def test_a_folder_that_holds_something_else_is_not_touched(self):
        self.out.mkdir()
        (self.out / "thesis.txt").write_text("precious")
        done = self.run_sync("--schemes", "adsp", code=2)
        self.assertIn("--out: expected an empty folder", done.stderr)
        self.assertEqual((self.out / "thesis.txt").read_text(), "precious")


if __name__ == "__main__":
    unittest.main()
