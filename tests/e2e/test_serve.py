"""The server as an operator meets it."""
import json
import signal
import socket
import subprocess
import tempfile
import time
import unittest
import urllib.parse
import urllib.request

import grpc
import numpy

from client import Device, Job, http_call, jm, spec, until
from site_process import BINARY, Site


def serve(*arguments, config=""):
    with tempfile.TemporaryDirectory() as folder:
        path = f"{folder}/propius.toml"
        with open(path, "w") as file:
            file.write(config)
        return subprocess.run([BINARY, "serve", "--config", path, *arguments], capture_output=True, text=True, timeout=60)


class Configuration(unittest.TestCase):
    def refused(self, expected, *arguments, config="", code=2):
        done = serve(*arguments, config=config)
        self.assertEqual(done.returncode, code, done.stderr)
        self.assertIn(expected, done.stderr)
        said = [line for line in done.stderr.splitlines() if not line.startswith("{")]
        self.assertEqual(len(said), 1, done.stderr)

    def test_a_wrong_configuration_is_one_clear_line_and_exit_code_2(self):
        self.refused('propius.toml:2: leaf.prot: unknown key, did you mean "port"?', config="[leaf]\nprot = 1\n")
        self.refused('propius.toml:2: leaf.port: expected a whole number from 1 to 65535, got "many"', config='[leaf]\nport = "many"\n')
        self.refused("expected a loopback address", config='[control]\naddress = "0.0.0.0"\n')
        self.refused("policy", config='[scheduler]\npolicy = "best"\n')
        self.refused("--set: leaf.port", "--set", "leaf.port=0")
        self.refused("propius.toml:1: expected TOML", config="[leaf\n")
        self.assertEqual(serve("--no-such-flag").returncode, 2)

    def test_the_configuration_in_force_is_printed(self):
        done = serve("--print-config", "--set", "leaf.port=21000", config="[client_manager]\nlease = \"7s\"\n")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("port = 21000", done.stdout)
        self.assertIn('lease = "7s"', done.stdout)

    def test_a_port_that_is_taken_is_named(self):
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            port = taken.getsockname()[1]
            self.refused(str(port), "--set", f"control.port={port}", code=1)


class SmallBatches(unittest.TestCase):
    def test_devices_are_matched_together_and_hear_of_it_when_they_ask_again(self):
        scheduler = {"mode": '"small_batch"', "batch_interval": '"100ms"', "policy": '"venn"'}
        with Site({"scheduler": scheduler}) as site:
            job = Job(site, spec(demand=3)).register()
            job.request({"w": numpy.zeros(1, numpy.float32)})
            devices = [Device(site) for _ in range(5)]
            greetings = [device.check_in() for device in devices]
            self.assertTrue(all(not greeting.offers for greeting in greetings))
            offered = set()
            deadline = time.monotonic() + 20
            while len(offered) < 3 and time.monotonic() < deadline:
                for index, device in enumerate(devices):
                    if index not in offered and device.ping().offers:
                        device.accept(device.ping().offers[0].round)
                        offered.add(index)
                time.sleep(0.05)
            self.assertEqual(len(offered), 3)
            self.assertEqual(job.status().latest_round.allocated, 3)
            with urllib.request.urlopen(f"{site.admin}/metrics") as answer:
                self.assertIn("propius_batches_made_total", answer.read().decode())


class Why(unittest.TestCase):
    def setUp(self):
        self.site = Site()
        self.addCleanup(self.site.close)

    def why(self, job, *arguments):
        return subprocess.run([BINARY, "job", "why", str(job), "--job-manager", self.site.job_manager, *arguments],
                              capture_output=True, text=True, timeout=60)

    def test_a_waiting_job_is_told_its_place_its_supply_and_what_would_help(self):
        wanted = spec(demand=4)
        wanted.public_constraint.add(name="ram_gb", value=6)
        job = Job(self.site, wanted).register()
        self.assertIn("has not requested a round", self.why(job.id).stdout)
        job.request({"w": numpy.zeros(1, numpy.float32)})
        for ram in (4, 4, 8):
            Device(self.site, {"ram_gb": ram}).check_in()
        said = self.why(job.id)
        self.assertEqual(said.returncode, 0, said.stderr)
        self.assertIn("Round 1 waits for 4 of 4 devices.", said.stdout)
        self.assertIn("It is number 1 of 1 in the plan.", said.stdout)
        self.assertIn("1 of the 3 heard from lately meet it", said.stdout)
        self.assertIn("Without ram_gb >= 6 3 times as many devices would do", said.stdout)
        told = json.loads(self.why(job.id, "--format", "json").stdout)
        self.assertTrue(told["waiting"])
        self.assertEqual(told["rank"], 1)
        self.assertEqual(told["window_eligible"], 1)
        self.assertGreater(told["expected_wait_seconds"], 0)
        self.assertIn("constraint", [remedy["kind"] for remedy in told["remedies"]])
        self.assertIn("Round 1 waits for 4 of 4 devices.", told["sentences"])

    def test_a_job_that_is_not_there_is_a_clear_line(self):
        said = self.why(99)
        self.assertEqual(said.returncode, 1)
        self.assertIn("job 99: expected a job of yours, found none", said.stderr)


class Running(unittest.TestCase):
    def setUp(self):
        self.site = Site()
        self.addCleanup(self.site.close)

    def test_a_second_process_on_the_same_store_is_refused(self):
        done = subprocess.run([BINARY, "serve", "--config", self.site.config], capture_output=True, text=True, timeout=60)
        self.assertEqual(done.returncode, 1, done.stderr)
        self.assertIn("control.db", done.stderr)

    def test_it_tells_how_it_is(self):
        Job(self.site, spec(3, name="metrics")).register().request({"n": numpy.zeros(1, "<f4")})
        Device(self.site).check_in()
        time.sleep(1.2)
        with urllib.request.urlopen(f"{self.site.admin}/metrics", timeout=5) as answer:
            text = answer.read().decode()
        self.assertIn("propius_jobs_open 1", text)
        self.assertIn("propius_devices_in_window 1", text)
        with urllib.request.urlopen(f"{self.site.admin}/healthz", timeout=5) as answer:
            self.assertEqual(answer.status, 200)
        for line in self.site.log.read_text().splitlines():
            json.loads(line)

    def test_sigterm_drains_and_a_new_start_goes_on(self):
        job = Job(self.site, spec(2, name="drain")).register()
        job.request({"n": numpy.zeros(1, "<f4")})
        one = Device(self.site)
        one.take_task(job.id)
        self.assertEqual(one.upload({"n": numpy.ones(1, "<f4")}), "committed")
        self.assertEqual(self.site.stop(), 0)
        self.site.start()
        two = Device(self.site)
        two.take_task(job.id)
        self.assertEqual(two.upload({"n": numpy.ones(1, "<f4")}), "committed")
        self.assertEqual(job.aggregate()[1]["count"], "2")


class Stopping(unittest.TestCase):
    def test_a_leaf_under_a_parent_that_hangs_stops_in_time(self):
        with socket.create_server(("127.0.0.1", 0)) as parent:
            at = f'"http://127.0.0.1:{parent.getsockname()[1]}"'
            with Site({"server": {"roles": '["leaf"]'}, "leaf": {"parent": at}}) as leaf:
                with socket.create_connection(("127.0.0.1", leaf.ports["leaf"])) as device:
                    device.sendall(f"GET /v1/plans/{'a' * 64} HTTP/1.1\r\nHost: leaf\r\n\r\n".encode())
                    parent.settimeout(10)
                    with parent.accept()[0]:  # the leaf asks for the plan, and waits
                        self.assertEqual(leaf.stop(limit=10), 0)

    def test_a_site_that_stops_says_so_at_once_and_takes_no_new_work(self):
        roles = '["job-manager", "scheduler", "client-manager", "leaf"]'
        with socket.create_server(("127.0.0.1", 0)) as parent:
            at = f'"http://127.0.0.1:{parent.getsockname()[1]}"'
            with Site({"server": {"roles": roles}, "leaf": {"parent": at}}) as site:
                job = Job(site, spec(1, name="stopping")).register()
                job.request({"n": numpy.zeros(1, "<f4")}, publish=False)
                device = Device(site)
                device.take_task(job.id)
                upload = socket.create_connection(("127.0.0.1", site.ports["leaf"]))
                path = urllib.parse.urlsplit(device.url("updates")).path
                upload.sendall(f"POST {path}?wait=10s HTTP/1.1\r\nHost: leaf\r\nContent-Length: 1\r\n"
                               f"Authorization: Propius-Ticket {device.task.ticket}\r\n\r\n?".encode())
                parent.settimeout(10)
                with upload, parent.accept()[0]:  # the leaf cannot pass it on: that holds the drain up
                    site.process.send_signal(signal.SIGTERM)
                    status, _, body = until(lambda: http_call("GET", f"{site.admin}/readyz"), lambda answer: answer[0] == 503, 2)
                    self.assertIn(b"shutting down", body)
                    with self.assertRaises(grpc.RpcError) as refused:
                        job.stub.RegisterJob(jm.RegisterJobRequest(idempotency_key="late", spec=job.spec), timeout=1)
                    self.assertEqual(refused.exception.code(), grpc.StatusCode.UNAVAILABLE)
                    self.assertIn("shutting down", refused.exception.details())
                    self.assertEqual(job.stub.GetJob(jm.GetJobRequest(job_id=job.id), timeout=1).job.job_id, job.id)
                    self.assertEqual(site.stop(limit=10), 0, "a second signal must not cut the drain short")


if __name__ == "__main__":
    unittest.main()
