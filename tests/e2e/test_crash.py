"""kill -9 of the server at any moment: nothing that was acknowledged is lost or counted twice, and the job completes."""
import random
import threading
import time
import unittest

import numpy

from client import Device, Job, spec, until
from propius.v1 import job_manager_pb2 as jm
from site_process import Site

MODEL = {"n": numpy.zeros(64, "<f4")}


def contribution(number):
    """Bit `number` of the sum tells whether, and how often, this contribution is in it."""
    return {"n": numpy.array([float(number == place) for place in range(64)], "<f4")}


class Crash(unittest.TestCase):
    def setUp(self):
        self.site = Site()
        self.addCleanup(self.site.close)

    def balance(self, ledger):
        self.assertTrue(ledger["final"], ledger)
        self.assertEqual(ledger["granted"], ledger["returned"] + ledger["bound"] + ledger["stranded"], ledger)
        self.assertEqual(ledger["bound"], ledger["counted"] + ledger["late"] + sum(ledger["rejected"].values())
                         + sum(ledger["lost"].values()), ledger)

    def test_in_the_middle_of_a_round_no_acknowledged_contribution_is_lost_or_counted_twice(self):
        job = Job(self.site, spec(12, name="crash")).register("job")
        job.request(MODEL, "round")
        devices = [Device(self.site) for _ in range(12)]
        for device in devices:
            device.take_task(job.id)
        for number, device in enumerate(devices[:5]):
            self.assertEqual(device.upload(contribution(number)), "committed")
        tickets = [device.task.ticket for device in devices]

        self.site.restart_after_kill()

        # The job asks as before, and the devices still hold what they held.
        self.assertEqual(job.register("job").id, jm.RegisterJobResponse(job_id=job.id).job_id)
        token = job.round.round_token
        self.assertEqual(job.request(MODEL, "round").round_token, token)
        for device, ticket in zip(devices[5:], tickets[5:]):
            self.assertEqual(device.check_in().holding.ticket, ticket)
        # Uploads that were committed before are known, and are not counted again.
        for number, device in enumerate(devices):
            self.assertEqual(device.upload(contribution(number)), "committed")
        tensors, metadata, ledger = job.aggregate()
        self.assertEqual(metadata["count"], "12")
        numpy.testing.assert_array_equal(tensors["n"] * 12, [float(place < 12) for place in range(64)])
        self.balance(ledger)
        self.assertEqual(ledger["counted"], 12)

    def test_killed_again_and_again_while_devices_work_every_round_completes(self):
        chance = random.Random(5)
        rounds, demand = 4, 8
        job = Job(self.site, spec(demand, name="again", rounds=rounds)).register("job")
        stop = threading.Event()
        told = {}  # round -> numbers that were told "committed"
        lock = threading.Lock()

        def work(number):
            device = Device(self.site)
            while not stop.is_set():
                try:
                    greeting = device.check_in()
                    if greeting.HasField("holding"):
                        device.task = greeting.holding
                    elif greeting.offers:
                        device.accept(greeting.offers[0].round)
                    else:
                        time.sleep(0.02)
                        continue
                    round_number = device.task.round.round
                    if device.upload(contribution(number), seconds=20) == "committed":
                        with lock:
                            told.setdefault(round_number, set()).add(number)
                except Exception:  # whatever the crash did to this call: come back later
                    time.sleep(0.05)

        threads = [threading.Thread(target=work, args=(number,)) for number in range(12)]
        for thread in threads:
            thread.start()
        killer_done = threading.Event()

        def kill_now_and_then():
            for _ in range(6):
                time.sleep(chance.uniform(0.2, 0.9))
                self.site.restart_after_kill()
            killer_done.set()

        killer = threading.Thread(target=kill_now_and_then)
        killer.start()
        try:
            for number in range(1, rounds + 1):
                if number == rounds:
                    killer_done.wait(60)
                until(lambda: job.request(MODEL, f"round-{number}"), lambda grant: grant.round == number, 40)
                tensors, metadata, ledger = job.aggregate(seconds=60)
                self.assertEqual(metadata["outcome"], "completed")
                count = int(metadata["count"])
                sums = (tensors["n"].astype("<f8") * count).round(3)
                self.assertTrue(set(sums) <= {0.0, 1.0}, f"a contribution was counted twice: {sums}")
                counted = {place for place in range(64) if sums[place] == 1.0}
                self.assertEqual(len(counted), count)
                with lock:
                    self.assertTrue(told.get(number, set()) <= counted, "an acknowledged contribution was lost")
                self.balance(ledger)
                self.assertEqual(ledger["counted"], count)
                until(job.status, lambda status: status.latest_round.closed_unix_ms > 0)
        finally:
            stop.set()
            killer.join()
            for thread in threads:
                thread.join()

    def test_job_numbers_are_never_used_again(self):
        first = Job(self.site, spec(1)).register()
        first.call("FinishJob", jm.FinishJobRequest(idempotency_key="finish", job_id=first.id))
        self.site.restart_after_kill()
        self.assertGreater(Job(self.site, spec(1)).register().id, first.id)


if __name__ == "__main__":
    unittest.main()
