"""The main job, as a newcomer runs it, and through a crash of the server."""
import json
import os
import pathlib
import re
import signal
import subprocess
import tempfile
import time
import unittest

from site_process import BINARY, Site

MLP = pathlib.Path(__file__).parents[2] / "examples" / "jobs" / "digits-mlp.toml"


class Demo(unittest.TestCase):
    def test_the_quick_demo_trains_four_jobs_of_two_tenants_and_writes_its_results(self):
        with tempfile.TemporaryDirectory() as folder:
            out = pathlib.Path(folder) / "demo"
            done = subprocess.run([BINARY, "demo", "--quick", "--out", out], capture_output=True, text=True, timeout=300)
            self.assertEqual(done.returncode, 0, done.stderr)
            summary = json.loads((out / "summary.json").read_text())
            self.assertEqual(summary["schema"], "propius.demo/1")
            self.assertTrue(summary["ledgers_balance"])
            self.assertEqual([job["name"] for job in summary["jobs"]], ["digits-cnn", "digits-mlp", "parity", "digits-adsp"])
            self.assertEqual(len({job["tenant"] for job in summary["jobs"]}), 2)
            for job in summary["jobs"]:
                self.assertEqual(job["rounds_completed"], job["rounds"], job)
                if job["sync"] is None:
                    self.assertGreaterEqual(job["contributions"], job["rounds"] * job["demand"])
                self.assertGreater(job["test_accuracy"], 0.5)
                self.assertAlmostEqual(job["scheduling_seconds"] + job["collection_seconds"], job["jct_seconds"],
                                       delta=max(5, job["jct_seconds"] * 0.6))
                self.assertIn(job["name"], done.stdout)
            asynchronous = summary["jobs"][3]
            self.assertTrue(asynchronous["sync"].startswith("adsp"), asynchronous)
            self.assertGreaterEqual(asynchronous["contributions"], 90, "commits")
            self.assertGreaterEqual(asynchronous["devices_used"], asynchronous["demand"])
            looks = [event for event in map(json.loads, (out / "events.jsonl").read_text().splitlines())
                     if event["event"] == "look"]
            self.assertGreater(len(looks), 3)
            self.assertEqual(sorted(look["commits"] for look in looks), [look["commits"] for look in looks])
            self.assertEqual(summary["fleet"]["devices"], 60)
            self.assertGreater(summary["fleet"]["utilization"], 0)
            self.assertLessEqual(summary["fleet"]["utilization"], 1)
            page = (out / "report.html").read_text()
            self.assertIn("<svg", page)
            self.assertIsNone(re.search(r'(src|href)="(https?:)?//', page), "the report stands alone")
            for name in ("events.jsonl", "rounds.csv", "tasks.csv"):
                self.assertGreater((out / name).stat().st_size, 100, name)
            # Nothing is left behind: the server's store can be opened again.
            self.assertIn('"stopped"', (out / "server" / "serve.log").read_text())

            again = subprocess.run([BINARY, "report", out], capture_output=True, text=True, timeout=60)
            self.assertEqual(again.returncode, 0, again.stderr)

    def test_a_folder_that_holds_something_else_is_not_touched(self):
        for name in ("thesis.txt", "summary.json", "server/propius.toml"):
            with self.subTest(name), tempfile.TemporaryDirectory() as folder:
                precious = pathlib.Path(folder) / name
                precious.parent.mkdir(exist_ok=True)
                precious.write_text("precious")
                done = subprocess.run([BINARY, "demo", "--quick", "--out", folder], capture_output=True, text=True,
                                      timeout=60)
                self.assertEqual(done.returncode, 2)
                self.assertIn("--out: expected an empty folder", done.stderr)
                self.assertEqual(precious.read_text(), "precious")

    def test_it_goes_on_through_kill_9_of_its_server(self):
        with tempfile.TemporaryDirectory() as folder:
            out = pathlib.Path(folder) / "demo"
            demo = subprocess.Popen([BINARY, "demo", "--quick", "--out", out, "--format", "json"], stdout=subprocess.PIPE,
                                    stderr=subprocess.PIPE, text=True)
            try:
                for _ in range(2):
                    os.kill(self.server_of(demo, out), signal.SIGKILL)
                    time.sleep(3)
                result, errors = demo.communicate(timeout=300)
            finally:
                demo.kill()
            self.assertEqual(demo.returncode, 0, errors)
            self.assertEqual(errors.count("the server was gone"), 2, errors)
            summary = json.loads(result)
            self.assertTrue(summary["ledgers_balance"])
            for job in summary["jobs"]:
                self.assertEqual(job["rounds_completed"], job["rounds"], job)

    def server_of(self, demo, out):
        """The pid of its server, once jobs are training."""
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            children = pathlib.Path(f"/proc/{demo.pid}/task/{demo.pid}/children").read_text().split()
            for pid in children:
                command = pathlib.Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
                if b"serve" in command and '"round_closed"' in self.log_of(out):
                    return int(pid)
            time.sleep(0.2)
        self.fail("no server to kill within 60 s")

    def log_of(self, out):
        log = out / "server" / "serve.log"
        return log.read_text() if log.exists() else ""


class Restart(unittest.TestCase):
    def submit(self, site, job_file, *arguments):
        return subprocess.Popen([BINARY, "job", "submit", job_file, "--job-manager", site.job_manager, "--key", "run-1",
                                 "--format", "json", *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def fleet(self, site):
        return subprocess.Popen(
            [BINARY, "device", "run", "--client-manager", site.client_manager, "--agents", "24", "--fleet", "24",
             "--images", "6000", "--slowness", "0.01"], stderr=subprocess.DEVNULL)

    def job_file(self, folder, rounds):
        job_file = pathlib.Path(folder) / "job.toml"
        job_file.write_text(re.sub(r"rounds = \d+", f"rounds = {rounds}", MLP.read_text()))
        return job_file

    def test_a_job_that_is_submitted_again_goes_on_where_it_was(self):
        with Site() as site, tempfile.TemporaryDirectory() as folder:
            job_file, model = self.job_file(folder, 6), pathlib.Path(folder) / "model.safetensors"
            devices = self.fleet(site)
            try:
                first = self.submit(site, job_file, "--out", model)
                for line in first.stderr:
                    if line.startswith("round 3/6"):
                        break
                while b'"round":"3"' not in (model.read_bytes()[:400] if model.exists() else b""):
                    time.sleep(0.01)
                first.kill()
                first.communicate()

                forgetful = self.submit(site, job_file)
                _, errors = forgetful.communicate(timeout=60)
                self.assertEqual(forgetful.returncode, 1)
                self.assertIn("rounds behind it: expected its model as --out left it", errors)

                second = self.submit(site, job_file, "--out", model)
                out, errors = second.communicate(timeout=200)
                self.assertEqual(second.returncode, 0, errors)
                self.assertNotIn("round 2/6", errors)
                self.assertIn("round 6/6", errors)
                result = json.loads(out)
                self.assertLessEqual(result["rounds_completed"], 3)
                self.assertGreater(result["test_accuracy"], 0.6)
            finally:
                devices.send_signal(signal.SIGTERM)
                self.assertEqual(devices.wait(20), 0)

    def test_ctrl_c_ends_a_job_in_the_middle_of_its_round(self):
        with Site() as site, tempfile.TemporaryDirectory() as folder:
            job = self.submit(site, self.job_file(folder, 6))  # there is no device
            self.assertIn("is registered", job.stderr.readline())
            time.sleep(0.5)
            job.send_signal(signal.SIGINT)
            out, errors = job.communicate(timeout=30)
            self.assertEqual(job.returncode, 0, errors)
            self.assertEqual(json.loads(out)["rounds_completed"], 0)
            shown = subprocess.run([BINARY, "job", "ls", "--job-manager", site.job_manager, "--format", "json"],
                                   capture_output=True, text=True, timeout=30)
            self.assertEqual([entry["state"] for entry in json.loads(shown.stdout)], ["finished"])

    def test_training_goes_on_through_kill_9_of_the_server(self):
        with Site() as site, tempfile.TemporaryDirectory() as folder:
            devices = self.fleet(site)
            try:
                job = self.submit(site, self.job_file(folder, 4))
                for _ in range(3):
                    time.sleep(1.5)
                    site.restart_after_kill()
                out, errors = job.communicate(timeout=200)
                self.assertEqual(job.returncode, 0, errors)
                result = json.loads(out)
                self.assertEqual(result["rounds_completed"], 4)
                self.assertTrue(result["ledgers_balance"])
                self.assertGreater(result["test_accuracy"], 0.5)
            finally:
                devices.send_signal(signal.SIGTERM)
                self.assertEqual(devices.wait(20), 0)


class JobVerbs(unittest.TestCase):
    def run_verb(self, *arguments, code=0):
        done = subprocess.run([BINARY, "job", *arguments], capture_output=True, text=True, timeout=60)
        self.assertEqual(done.returncode, code, done.stderr)
        return done

    def test_an_engineer_registers_lists_shows_and_stops_a_job(self):
        with Site() as site:
            at = ["--job-manager", site.job_manager]
            made = json.loads(self.run_verb("submit", str(MLP), "--register-only", "--key", "k", "--format", "json", *at).stdout)
            again = json.loads(self.run_verb("submit", str(MLP), "--register-only", "--key", "k", "--format", "json", *at).stdout)
            self.assertEqual(made["id"], again["id"])
            jobs = json.loads(self.run_verb("ls", "--format", "json", *at).stdout)
            self.assertEqual([(job["id"], job["name"], job["state"]) for job in jobs], [(made["id"], "digits-mlp", "idle")])
            self.assertIn("digits-mlp", self.run_verb("ls", *at).stdout)
            self.assertIn("idle", self.run_verb("show", str(made["id"]), *at).stdout)
            self.run_verb("stop", str(made["id"]), *at)
            shown = json.loads(self.run_verb("show", str(made["id"]), "--format", "json", *at).stdout)
            self.assertEqual(shown["state"], "finished")
            self.assertIn("99", self.run_verb("show", "99", *at, code=1).stderr)
            self.assertIn("no-such.toml", self.run_verb("submit", "no-such.toml", *at, code=1).stderr)
            bad = pathlib.Path(site.folder.name) / "bad.toml"
            bad.write_text('[job]\nname = "x"\ndemand = -4\n')
            self.assertIn("bad.toml:3: job.demand: expected a whole number", self.run_verb("submit", str(bad), *at, code=2).stderr)


if __name__ == "__main__":
    unittest.main()
