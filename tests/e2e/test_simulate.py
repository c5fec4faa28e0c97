"""`propius simulate`: golden runs of Venn's authors, every experiment in its quick form, and wrong usage."""
import gzip
import json
import pathlib
import re
import subprocess
import tempfile
import unittest

from site_process import BINARY

DATA = pathlib.Path(__file__).parents[2] / "data" / "venn"
EXPERIMENTS = ("venn-table1", "venn-biased", "venn-ablation", "venn-fairness", "venn-overhead", "beyond-venn",
               "propius-fig2", "propius-fig3", "propius-fig4")
VERDICTS = {"agrees", "differs", "by luck", "by definition", "not judged"}
JOB_LIST = """
[[jobs]]
name = "any-phone"
demand = 10
rounds = 3
min_reports = 0.8

[jobs.work]
samples = 400
kilobits = 80000

[[jobs]]
name = "fast-phones"
arrival = "10m"
tenant = "vision"
demand = 5
rounds = 2
min_reports = 0.8

[jobs.needs]
cpu_f = 7

[jobs.work]
samples = 400
kilobits = 80000
"""


class Simulations(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory(prefix="propius-simulate-")
        self.addCleanup(self.folder.cleanup)
        self.out = pathlib.Path(self.folder.name) / "out"

    def simulate(self, *arguments, code=0, timeout=240):
        done = subprocess.run([BINARY, "simulate", "--out", self.out, *map(str, arguments)], capture_output=True,
                              text=True, timeout=timeout)
        self.assertEqual(done.returncode, code, done.stderr)
        return done

    def summary(self):
        return json.loads((self.out / "summary.json").read_text())

    def assert_golden(self, run, golden):
        theirs = json.loads(golden.read_text())
        self.assertLessEqual(run["checkins"], theirs["checkins"])
        self.assertEqual(run["finished"], theirs["finished"])
        self.assertAlmostEqual(run["avg_jct_s"], theirs["avg_jct_s"], delta=1e-6)
        self.assertAlmostEqual(run["makespan_s"], theirs["makespan_s"], delta=1e-6)
        ours = {job["id"]: job for job in run["jobs"]}
        self.assertEqual(set(ours), {job["id"] for job in theirs["per_job"]})
        for job in theirs["per_job"]:
            self.assertAlmostEqual(ours[job["id"]]["finish_s"], job["finish"], delta=1e-6, msg=str(job))
            self.assertEqual(ours[job["id"]]["aborts"], job["aborts"], job)
            self.assertEqual(ours[job["id"]]["rounds"], job["rounds"], job)


class Golden(Simulations):
    def test_the_released_rules_give_the_authors_figures(self):
        done = self.simulate("--rules", "released", "--dispatch-delay", "1s", "--policy", "fifo,srsf,venn_released",
                             "--checkins", DATA / "checkins_100k.csv.gz", "--capacity", DATA / "device_capacity.csv.gz",
                             "--eligibility", DATA / "eligibility.csv", "--jobs", DATA / "jobs_even_100k_20.csv")
        summary = self.summary()
        self.assertEqual(summary["schema"], "propius.simulate/1")
        self.assertEqual([run["policy"] for run in summary["runs"]], ["fifo", "srsf", "venn_released"])
        for run in summary["runs"]:
            self.assert_golden(run, DATA / f"golden_{run['policy']}_even_100k_20.json")
            self.assertIn(run["policy"], done.stdout)
        page = (self.out / "report.html").read_text()
        self.assertGreaterEqual(page.count("<svg"), 4)
        self.assertIsNone(re.search(r'(src|href)="(https?:)?//', page), "the report stands alone")
        self.assertEqual((self.out / "jobs.csv").read_text().count("\n"), 1 + 3 * 20)
        again = subprocess.run([BINARY, "report", self.out], capture_output=True, text=True, timeout=60)
        self.assertEqual(again.returncode, 0, again.stderr)
        self.assertEqual((self.out / "report.html").read_text(), page)

    def test_a_plain_file_gives_what_the_gzipped_one_gives(self):
        plain = pathlib.Path(self.folder.name) / "checkins.csv"
        plain.write_bytes(gzip.decompress((DATA / "checkins_100k.csv.gz").read_bytes()))
        self.simulate("--rules", "released", "--dispatch-delay", "1000ms", "--policy", "fifo", "--checkins", plain,
                      "--capacity", DATA / "device_capacity.csv.gz", "--eligibility", DATA / "eligibility.csv", "--jobs",
                      DATA / "jobs_even_100k_20.csv")
        self.assert_golden(self.summary()["runs"][0], DATA / "golden_fifo_even_100k_20.json")


class Runs(Simulations):
    def test_equal_seeds_give_equal_digests_and_others_do_not(self):
        for rules in ("released", "production"):
            digests = []
            for seed in (3, 3, 4):
                self.simulate("--quick", "--rules", rules, "--policy", "venn", "--workload", "low", "--seeds", seed)
                digests.append(self.summary()["runs"][0]["digest"])
            self.assertEqual(digests[0], digests[1], rules)
            self.assertNotEqual(digests[0], digests[2], rules)

    def test_policies_seeds_and_workloads_stand_side_by_side_on_one_trace(self):
        done = self.simulate("--quick", "--rules", "released", "--policy", "random,venn", "--workload", "even,low",
                             "--seeds", "1,2", "--format", "json")
        summary = json.loads(done.stdout)
        self.assertEqual(summary, self.summary())
        runs = summary["runs"]
        self.assertEqual([(run["workload"], run["seed"], run["policy"]) for run in runs],
                         [(workload, seed, policy) for workload in ("even", "low") for seed in (1, 2)
                          for policy in ("random", "venn")])
        for run in runs:
            self.assertEqual(run["finished"], 50, run["policy"])
            self.assertEqual(len(run["supply_by_hour"][0]), 24)
            self.assertGreater(run["utilization"], run["utilization_of_all"])
            if run["policy"] == "venn":
                self.assertEqual(run["ineligible_offers"], 0)
        self.assertEqual(len(done.stderr.strip().splitlines()), 1 + 8, "a plain line for every run")

    def test_the_production_desks_finish_the_same_jobs_in_both_modes(self):
        for mode in ("online", "small_batch"):
            self.simulate("--quick", "--policy", "fifo,venn", "--workload", "low", "--mode", mode)
            for run in self.summary()["runs"]:
                self.assertEqual((run["mode"], run["rules"]), (mode, "production"))
                self.assertEqual(run["unfinished"], 0, run["policy"])
                self.assertEqual(run["ineligible_offers"], 0)

    def test_a_list_of_jobs_in_toml_runs_on_real_phones(self):
        jobs = pathlib.Path(self.folder.name) / "mine.toml"
        jobs.write_text(JOB_LIST)
        self.simulate("--jobs", jobs, "--policy", "fifo,srsf", "--rate", "0.5", "--devices", "2000")
        runs = self.summary()["runs"]
        self.assertEqual([run["workload"] for run in runs], ["mine", "mine"])
        for run in runs:
            self.assertEqual([job["rounds"] for job in run["jobs"]], [3, 2])
            self.assertEqual([job["start_s"] for job in run["jobs"]], [0, 600])


class Experiments(Simulations):
    def run_experiment(self, name):
        done = self.simulate("--experiment", name, "--quick", "--seeds", "1")
        experiment = self.summary()["experiment"]
        self.assertEqual(experiment["name"], name)
        self.assertTrue(experiment["quick"])
        self.assertTrue(experiment["tables"])
        for table in experiment["tables"]:
            self.assertTrue(table["rows"], table["title"])
            for row in table["rows"]:
                self.assertEqual(len(row), len(table["columns"]), table["title"])
            self.assertIn(table["title"], done.stdout)
        self.assertTrue(experiment["claims"])
        for claim in experiment["claims"]:
            self.assertIn(claim["verdict"], VERDICTS)
        self.assertIn(f"Propius experiment: {name}", (self.out / "report.html").read_text())


for experiment in EXPERIMENTS:
    setattr(Experiments, f"test_{experiment.replace('-', '_')}_runs_quickly",
            lambda self, name=experiment: self.run_experiment(name))


class WrongUsage(Simulations):
    def complaint(self, *arguments):
        done = self.simulate(*arguments, code=2)
        self.assertEqual(done.stdout, "")
        self.assertFalse(self.out.exists(), "nothing is written")
        return done.stderr

    def test_is_told_in_one_line_with_exit_code_2(self):
        for arguments, expected in (
                (["--policy", "nope"], "policy: expected one of "),
                (["--policy", "venn:colour=3"], "colour"),
                (["--workload", "huge"], "--workload: expected some of even, small, large, low, high"),
                (["--experiment", "venn-table9"], "--experiment: expected one of venn-table1"),
                (["--experiment", "venn-table1", "--policy", "fifo"], "--policy: expected nothing beside --experiment"),
                (["--dispatch-delay", "1s"], "--dispatch-delay: expected nothing without --rules released"),
                (["--rules", "released", "--dispatch-delay", "soon"], "--dispatch-delay: expected a duration"),
                (["--rules", "released", "--mode", "small_batch"], "--mode: expected nothing but online")):
            error = self.complaint(*arguments)
            self.assertTrue(error.startswith("propius: "), error)
            self.assertEqual(error.count("\n"), 1, error)
            self.assertIn(expected, error)

    def test_of_flags_says_which(self):
        for arguments, expected in ((["--rules", "mine"], "--rules"), (["--checkins", "nowhere.csv"], "nowhere.csv"),
                                    (["--rate", "-1"], "--rate"), (["--seeds", "x"], "--seeds"), (["--color"], "--color")):
            self.assertIn(expected, self.complaint(*arguments))

    def test_of_files_says_where(self):
        jobs = pathlib.Path(self.folder.name) / "jobs.csv"
        jobs.write_text("id,start,rounds,participants,deadline,min_fraction,workload,comm,requirement\n"
                        "0,3600,many,10,300,0.8,30,10,1\n")
        done = self.simulate("--jobs", jobs, "--policy", "fifo", code=2)
        self.assertIn("jobs.csv:2", done.stderr)

    def test_a_folder_that_holds_something_else_is_not_touched(self):
        self.out.mkdir()
        (self.out / "thesis.txt").write_text("precious")
        done = self.simulate("--quick", code=2)
        self.assertIn("--out: expected an empty folder", done.stderr)
        self.assertEqual((self.out / "thesis.txt").read_text(), "precious")


if __name__ == "__main__":
    unittest.main()
