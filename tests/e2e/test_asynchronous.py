"""An asynchronous job over the wire: devices commit to shared parameters, through kill -9 of the server."""
import http.client
import json
import random
import threading
import time
import unittest
import urllib.request

import numpy

import safetensors
from client import Device, Job, http_call, spec, until
from propius.v1 import types_pb2 as types
from site_process import Site

PLACES = 16


def one_at(place):
    return {"w": numpy.array([float(place == i) for i in range(PLACES)], "<f4")}


def asynchronous(demand, model="adsp:rate=4", **more):
    sync = types.Sync(model=model, period_ms=2000, eta=1.0, **more)
    return spec(demand, name="shared", rounds=1, sync=sync)


class Asynchronous(unittest.TestCase):
    def setUp(self):
        self.site = Site()
        self.addCleanup(self.site.close)

    def open(self, demand, **more):
        job = Job(self.site, asynchronous(demand, **more)).register("job")
        job.request({"w": numpy.zeros(PLACES, "<f4")}, "round")
        return job

    def device(self, job):
        device = Device(self.site)
        device.take_task(job.id)
        return device

    def test_a_device_joins_commits_repeats_and_leaves(self):
        job = self.open(1, commits=3)
        device = self.device(job)
        status, headers, body = device.join()
        self.assertEqual((status, headers["propius-commits"]), (200, "0"))
        self.assertTrue(headers["propius-work"].startswith("us="), headers)
        numpy.testing.assert_array_equal(safetensors.read(body)[0]["w"], numpy.zeros(PLACES))

        status, headers, body = device.commit(1, one_at(0), version=0, steps=3, step_us=1000, loss=0.5)
        self.assertEqual((status, headers["propius-commits"]), (200, "1"))
        numpy.testing.assert_array_equal(safetensors.read(body)[0]["w"], one_at(0)["w"])
        status, headers, body = device.commit(1, one_at(0))  # as if the answer had been lost
        self.assertEqual((status, headers["propius-commits"]), (200, "1"))
        numpy.testing.assert_array_equal(safetensors.read(body)[0]["w"], one_at(0)["w"])

        status, headers, body = device.commit(3, one_at(0))
        self.assertEqual((status, headers["propius-commits"], json.loads(body)["state"]), (409, "1", "gap"))
        status, _, body = device.commit(2, {"w": numpy.full(PLACES, numpy.nan, "<f4")})
        self.assertEqual((status, json.loads(body)["state"]), (422, "rejected"))
        self.assertEqual(device.leave()[0], 204)

        self.assertEqual(device.commit(2, one_at(1))[0], 200)
        self.assertEqual(device.commit(3, one_at(1))[0], 410, "the job has what it wants")
        tensors, metadata, ledger = job.aggregate()
        self.assertEqual((metadata["outcome"], metadata["count"]), ("completed", "3"))
        numpy.testing.assert_array_equal(tensors["w"], one_at(0)["w"] + 2 * one_at(1)["w"])
        self.assertTrue(ledger["final"], ledger)
        with urllib.request.urlopen(f"{self.site.admin}/metrics", timeout=5) as answer:
            text = answer.read().decode()
        self.assertRegex(text, r'propius_http_requests_total\{call="commits",method="POST",node="[^"]+",status="200"\} 3\n')

    def test_killed_again_and_again_no_acknowledged_commit_is_lost_or_applied_twice(self):
        chance = random.Random(3)
        workers = 6
        job = self.open(workers)
        stop = threading.Event()
        acknowledged = [0] * workers  # of all slots that a worker had
        slots = [0] * workers

        def work(place):
            device = Device(self.site)
            done = 0
            ticket = None
            while not stop.is_set():
                try:
                    device.take_task(job.id, seconds=30)
                    if device.task.ticket != ticket:
                        ticket, done = device.task.ticket, 0
                        slots[place] += 1
                    while not stop.is_set():
                        status, headers, _ = device.commit(done + 1, one_at(place), wait="200ms")
                        if status not in (200, 202, 409):
                            break
                        told = int(headers["propius-commits"])
                        acknowledged[place] += told - done
                        done = told
                except (OSError, http.client.HTTPException, AssertionError):
                    time.sleep(0.02)

        threads = [threading.Thread(target=work, args=(place,)) for place in range(workers)]
        for thread in threads:
            thread.start()
        try:
            for _ in range(6):
                time.sleep(chance.uniform(0.3, 1.2))
                self.site.restart_after_kill()
            time.sleep(1)
        finally:
            stop.set()
            for thread in threads:
                thread.join()
        until(job.close, lambda answer: answer[0] == 200)
        tensors, metadata, ledger = job.aggregate()
        applied = tensors["w"]
        for place in range(workers):
            self.assertGreater(acknowledged[place], 10)
            self.assertGreaterEqual(applied[place], acknowledged[place], "an acknowledged commit was lost")
            # The last one of a slot may be applied without an answer.
            self.assertLessEqual(applied[place], acknowledged[place] + slots[place], "a commit was applied twice")
        self.assertEqual(int(metadata["count"]), int(applied.sum()))
        self.assertTrue(ledger["final"], ledger)
        self.assertEqual(ledger["bound"], ledger["counted"] + ledger["late"] + sum(ledger["rejected"].values())
                         + sum(ledger["lost"].values()), ledger)

    def test_only_the_job_itself_reads_its_parameters(self):
        job = self.open(1)
        url = job.url("").rsplit("/rounds/", 1)[0] + "/parameters"
        status, headers, body = http_call("GET", url, job.authorization)
        self.assertEqual((status, headers["propius-version"], headers["propius-commits"]), (200, "0", "0"))
        numpy.testing.assert_array_equal(safetensors.read(body)[0]["w"], numpy.zeros(PLACES))
        self.assertEqual(http_call("GET", url, "Propius-Round forged")[0], 401)


if __name__ == "__main__":
    unittest.main()
