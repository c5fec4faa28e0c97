"""The protocol, spoken by a foreign client: rounds, retries, and input that must be refused without a trace."""
import hashlib
import random
import struct
import unittest

import grpc
import numpy

import safetensors
from client import Device, Job, http_call, spec, until
from propius.v1 import client_manager_pb2 as cm
from propius.v1 import job_manager_pb2 as jm
from propius.v1 import types_pb2 as types
from site_process import Site

MODEL = {"w": numpy.zeros((2, 3), "<f4"), "b": numpy.zeros(4, "<f4")}


def update(chance):
    return {"w": numpy.array(chance.choices(range(-1000, 1000), k=6), "<f4").reshape(2, 3),
            "b": numpy.array(chance.choices(range(-1000, 1000), k=4), "<f4")}


class OneSite(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.site = Site({"limits": {"max_slots_per_round": 1000}})
        cls.addClassCleanup(cls.site.close)

    def refused(self, code, call):
        with self.assertRaises(grpc.RpcError) as caught:
            call()
        self.assertEqual(caught.exception.code(), code, caught.exception.details())
        return caught.exception.details()


class Rounds(OneSite):
    def test_the_weighted_mean_of_integer_vectors_is_exact_to_the_last_bit(self):
        chance = random.Random(1)
        job = Job(self.site, spec(8, name="mean")).register()
        for _ in range(3):
            job.request(MODEL)
            sent = []
            for _ in range(8):
                device = Device(self.site)
                device.take_task(job.id)
                tensors, _ = device.plan()
                self.assertEqual(sorted(tensors), sorted(MODEL))
                sent.append((update(chance), chance.randrange(1, 500)))
                self.assertEqual(device.upload(*sent[-1]), "committed")
            tensors, metadata, ledger = job.aggregate()
            total = sum(weight for _, weight in sent)
            for name in MODEL:
                exact = sum(part[name].astype("<f8") * weight for part, weight in sent) / total
                numpy.testing.assert_array_equal(tensors[name], exact.astype("<f4"))
            self.assertEqual((metadata["outcome"], metadata["count"]), ("completed", "8"))
            self.assertEqual(float(metadata["total_weight"]), total)
            self.check_balance(ledger)
            self.assertEqual(ledger["counted"], 8)

    def test_the_sum_of_integers_is_exact(self):
        job = Job(self.site, spec(3, name="sum", reducer=types.Reducer(name="sum"))).register()
        job.request({"n": numpy.zeros(2, "<i4")})
        for value in (2**31 - 1, 2**31 - 1, -5):
            device = Device(self.site)
            device.take_task(job.id)
            self.assertEqual(device.upload({"n": numpy.array([value, 1], "<i4")}), "committed")
        tensors, _, ledger = job.aggregate()
        self.assertEqual(tensors["n"].tolist(), [2 * (2**31 - 1) - 5, 3])
        self.assertEqual(tensors["n"].dtype, numpy.dtype("<i8"))
        self.check_balance(ledger)

    def test_over_committed_devices_are_late_and_the_ledger_says_so(self):
        job = Job(self.site, spec(2, name="over", over_commit=2.0)).register()
        job.request(MODEL)
        devices = [Device(self.site) for _ in range(4)]
        for device in devices:
            device.take_task(job.id)
        ones = {name: numpy.ones_like(array) for name, array in MODEL.items()}
        self.assertEqual([device.upload(ones) for device in devices[:2]], ["committed", "committed"])
        tensors, _, ledger = job.aggregate()
        self.assertEqual(tensors["b"].tolist(), [1, 1, 1, 1])
        self.check_balance(ledger)
        self.assertEqual(ledger["bound"], 4)
        self.assertEqual([device.upload(ones) for device in devices[2:]], ["late", "late"])

    def test_a_round_that_is_closed_early_is_partial(self):
        job = Job(self.site, spec(5, name="partial")).register()
        job.request(MODEL)
        device = Device(self.site)
        device.take_task(job.id)
        device.upload({name: numpy.full_like(array, 7) for name, array in MODEL.items()})
        self.assertEqual(job.close()[0], 200)
        tensors, metadata, ledger = job.aggregate()
        self.assertEqual((metadata["outcome"], tensors["b"].tolist()), ("partial", [7, 7, 7, 7]))
        self.check_balance(ledger)

    def test_a_round_without_contributions_is_aborted_at_its_deadline(self):
        job = Job(self.site, spec(5, name="aborted", deadline_ms=700)).register()
        job.request(MODEL)
        tensors, metadata, ledger = job.aggregate()
        self.assertEqual((metadata["outcome"], tensors), ("aborted", {}))
        self.check_balance(ledger)
        until(job.status, lambda status: status.latest_round.outcome == types.ROUND_OUTCOME_ABORTED)

    def test_only_eligible_devices_are_offered_a_job_and_private_constraints_travel_with_it(self):
        job = Job(self.site, spec(1, name="picky", public_constraint=[types.Attribute(name="gpu_score", value=5)],
                                  private_constraint=[types.Attribute(name="samples", value=100)])).register()
        job.request(MODEL)
        for public in ({}, {"gpu_score": 4.9}, {"other": 9}):
            offers = Device(self.site, public).check_in().offers
            self.assertNotIn(job.id, [offer.round.job_id for offer in offers])
        device = Device(self.site, {"gpu_score": 5})
        offer = next(offer for offer in device.check_in().offers if offer.round.job_id == job.id)
        self.assertEqual([(bound.name, bound.value) for bound in offer.private_constraint], [("samples", 100)])
        weak = Device(self.site, {"gpu_score": 1})
        weak.check_in()
        self.refused(grpc.StatusCode.FAILED_PRECONDITION, lambda: weak.accept(offer.round))
        device.accept(offer.round)
        job.close()

    def check_balance(self, ledger):
        self.assertTrue(ledger["final"], ledger)
        self.assertEqual(ledger["granted"], ledger["returned"] + ledger["bound"] + ledger["stranded"], ledger)
        self.assertEqual(ledger["bound"], ledger["counted"] + ledger["late"] + sum(ledger["rejected"].values())
                         + sum(ledger["lost"].values()), ledger)


class Retries(OneSite):
    def test_every_call_may_be_repeated_and_counts_once(self):
        job = Job(self.site, spec(2, name="retries"))
        first = job.register("register-1").id
        self.assertEqual(job.register("register-1").id, first)
        granted = job.request(MODEL, "retries/1")
        again = job.request(MODEL, "retries/1")
        self.assertEqual((again.round, again.round_token), (granted.round, granted.round_token))

        one, two = Device(self.site), Device(self.site)
        offer = next(offer for offer in one.check_in().offers if offer.round.job_id == job.id)
        ticket = one.accept(offer.round, "attempt-1")
        repeated = one.accept(offer.round, "attempt-1")
        self.assertEqual((repeated.slot, repeated.ticket), (ticket.slot, ticket.ticket))
        self.assertEqual(one.check_in().holding.ticket, ticket.ticket)
        self.refused(grpc.StatusCode.FAILED_PRECONDITION, lambda: one.accept(offer.round, "attempt-2"))
        two.take_task(job.id)

        fives = {name: numpy.full_like(array, 5) for name, array in MODEL.items()}
        one.plan()
        body = safetensors.write(fives, {"weight": 1})
        for _ in range(3):
            self.assertEqual(one.post(body)[1]["state"], "committed")
        # A second opinion on the same ticket does not replace the first.
        nines = safetensors.write({name: numpy.full_like(array, 9) for name, array in MODEL.items()}, {"weight": 1})
        self.assertEqual(one.post(nines)[1]["state"], "committed")
        self.assertEqual(two.upload(fives), "committed")
        tensors, metadata, ledger = job.aggregate()
        self.assertEqual((tensors["b"].tolist(), metadata["count"], ledger["bound"]), ([5, 5, 5, 5], "2", 2))

        end = jm.EndRequestRequest(idempotency_key="end", round=types.RoundKey(job_id=job.id, round=job.round.round))
        self.assertEqual(job.call("EndRequest", end), job.call("EndRequest", end))
        finish = jm.FinishJobRequest(idempotency_key="finish", job_id=job.id)
        self.assertEqual(job.call("FinishJob", finish), job.call("FinishJob", finish))

    def test_a_refusal_is_remembered_as_an_answer_is(self):
        job = Job(self.site, spec(2, name="refusals")).register()
        job.request(MODEL, "round-1")
        say = [self.refused(grpc.StatusCode.FAILED_PRECONDITION, lambda: job.request(MODEL, "round-2", publish=False))]
        job.close()
        until(job.status, lambda status: status.latest_round.closed_unix_ms > 0)
        say.append(self.refused(grpc.StatusCode.FAILED_PRECONDITION, lambda: job.request(MODEL, "round-2", publish=False)))
        self.assertEqual(say[0], say[1])
        self.assertEqual(job.request(MODEL, "round-3").round, 2)

    def test_a_key_is_not_taken_for_another_request(self):
        Job(self.site, spec(2, name="a")).register("same-key")
        self.refused(grpc.StatusCode.INVALID_ARGUMENT, lambda: Job(self.site, spec(3, name="b")).register("same-key"))

    def test_a_ticket_of_an_earlier_round_is_late_in_it_and_refused_in_the_next(self):
        job = Job(self.site, spec(1, name="replay")).register()
        job.request(MODEL)
        device = Device(self.site)
        device.take_task(job.id)
        ones = {name: numpy.ones_like(array) for name, array in MODEL.items()}
        self.assertEqual(device.upload(ones), "committed")
        job.aggregate()
        old_ticket, old_task = device.task.ticket, device.task
        until(job.status, lambda status: status.latest_round.closed_unix_ms > 0)
        job.request(MODEL)
        fresh = Device(self.site)
        fresh.take_task(job.id)
        status, answer = fresh.post(safetensors.write(ones), ticket=old_ticket)
        self.assertEqual(status, 403, answer)
        device.task = old_task
        self.assertIn(device.post(safetensors.write(ones))[1].get("state"), ("committed", "late"))
        self.assertEqual(fresh.upload(ones), "committed")
        self.assertEqual(job.aggregate()[1]["count"], "1")


class BadInput(OneSite):
    def test_admission_control_refuses_a_demand_that_can_never_be_met_and_says_why(self):
        details = self.refused(grpc.StatusCode.INVALID_ARGUMENT, lambda: Job(self.site, spec(900, over_commit=2.0)).register())
        self.assertIn("1000", details)
        self.assertIn("1800", details)
        self.refused(grpc.StatusCode.INVALID_ARGUMENT, lambda: Job(self.site, spec(0)).register())
        self.refused(grpc.StatusCode.INVALID_ARGUMENT, lambda: Job(self.site, spec(2**32 - 1)).register())
        self.refused(grpc.StatusCode.INVALID_ARGUMENT, lambda: Job(self.site, spec(1, min_reports=-0.5)).register())
        self.refused(grpc.StatusCode.INVALID_ARGUMENT, lambda: Job(self.site, spec(1, reducer=types.Reducer(name="median"))).register())
        self.refused(grpc.StatusCode.INVALID_ARGUMENT, lambda: Job(
            self.site, spec(1, public_constraint=[types.Attribute(name="cpu_f", value=float("nan"))])).register())
        with self.assertRaises(ValueError):
            spec(-1)

    def test_unknown_things_are_not_found(self):
        job = Job(self.site, spec(1, name="unknown")).register()
        job.id += 10_000
        self.refused(grpc.StatusCode.NOT_FOUND, job.status)
        self.refused(grpc.StatusCode.NOT_FOUND, lambda: job.request(MODEL, publish=False))
        self.refused(grpc.StatusCode.NOT_FOUND, lambda: Device(self.site).ping())
        device = Device(self.site)
        device.check_in()
        self.refused(grpc.StatusCode.NOT_FOUND, lambda: device.accept(types.RoundKey(job_id=job.id, round=1)))
        for path in ("/v1/plans/" + "0" * 64, "/", "/v1/jobs/1/rounds/1/models", "/v1/jobs/x/rounds/1/aggregate"):
            self.assertIn(http_call("GET", self.site.root + path)[0], (400, 401, 404), path)

    def test_a_device_is_someone(self):
        self.refused(grpc.StatusCode.INVALID_ARGUMENT, lambda: Device(self.site).stub.CheckIn(cm.CheckInRequest(), timeout=5))
        self.refused(grpc.StatusCode.INVALID_ARGUMENT, lambda: Device(self.site, {"cpu_f": float("inf")}).check_in())
        self.refused(grpc.StatusCode.INVALID_ARGUMENT, lambda: Device(self.site, {"Bad Name": 1}).check_in())

    def test_the_plan_must_be_the_one_that_the_round_was_requested_with(self):
        job = Job(self.site, spec(1, name="plans")).register()
        job.request(MODEL, publish=False)
        good = job.plan
        for wrong in (b"", b"nonsense", safetensors.write({"w": numpy.ones(3, "<f4")}), good + b"\0"):
            job.plan = wrong
            self.assertEqual(job.publish()[0], 400)
        job.plan = good
        status, _, _ = http_call("PUT", job.url("plan"), "Propius-Round " + "A" * 200, good)
        self.assertEqual(status, 401)
        status, _, _ = http_call("PUT", job.url("plan"), "", good)
        self.assertEqual(status, 401)
        self.assertEqual(job.publish()[0], 200)
        self.assertEqual(job.publish()[0], 200)
        job.close()

    def test_a_bad_update_is_refused_with_its_reason_and_leaves_no_trace(self):
        good = {"w": numpy.full((2, 3), 3, "<f4"), "b": numpy.full(4, 3, "<f4")}
        nan, infinite = {**good, "b": numpy.array([1, 2, numpy.nan, 4], "<f4")}, {**good, "b": numpy.array([1, numpy.inf, 3, 4], "<f4")}
        whole = safetensors.write(good, {"weight": 1})
        lying = struct.pack("<Q", 2**60) + whole[8:]
        bad = {
            "shape": safetensors.write({**good, "b": numpy.ones(5, "<f4")}),
            "rank": safetensors.write({**good, "b": numpy.ones((2, 2), "<f4")}),
            "dtype": safetensors.write({**good, "b": numpy.ones(4, "<f8")}),
            "missing": safetensors.write({"w": good["w"]}),
            "extra": safetensors.write({**good, "z": numpy.ones(1, "<f4")}),
            "nan": safetensors.write(nan), "infinite": safetensors.write(infinite),
            "empty": b"", "noise": b"\xff" * 100, "truncated": whole[:-3], "longer": whole + b"\0\0\0\0", "lying header": lying,
            "negative weight": safetensors.write(good, {"weight": -1}), "zero weight": safetensors.write(good, {"weight": 0}),
            "huge weight": safetensors.write(good, {"weight": 1e9}), "nan weight": safetensors.write(good, {"weight": "nan"}),
            "no number": safetensors.write(good, {"weight": "heavy"}),
            "over the limit": safetensors.write({**good, "b": numpy.zeros(2000, "<f4")}),
        }
        job = Job(self.site, spec(1, name="bad updates", over_commit=1.0, max_update_bytes=4096)).register()
        job.request(MODEL)
        for name, body in bad.items():
            device = Device(self.site)
            device.take_task(job.id)
            status, answer = device.post(body)
            self.assertIn(status, (413, 422), (name, answer))
            if status == 422:
                self.assertEqual(answer["state"], "rejected", name)
                self.assertTrue(answer["reason"], name)
                self.assertEqual(device.post(whole)[0], 422, f"{name}: a rejection is final for its slot")
            device.reports = [cm.TaskReport(ticket=device.task.ticket, outcome=cm.TASK_OUTCOME_REJECTED)]
            device.check_in()
        device = Device(self.site)
        device.take_task(job.id)
        self.assertEqual(device.upload(good), "committed")
        tensors, metadata, ledger = job.aggregate()
        self.assertEqual(tensors["b"].tolist(), [3, 3, 3, 3])
        self.assertEqual(metadata["count"], "1")
        self.assertEqual(ledger["bound"], ledger["counted"] + ledger["late"] + sum(ledger["rejected"].values())
                         + sum(ledger["lost"].values()), ledger)

    def test_forged_tickets_are_refused_whatever_byte_was_changed(self):
        job = Job(self.site, spec(1, name="forged")).register()
        job.request(MODEL)
        device = Device(self.site)
        device.take_task(job.id)
        good = safetensors.write({name: numpy.ones_like(array) for name, array in MODEL.items()})
        ticket = device.task.ticket
        chance = random.Random(3)
        for place in chance.sample(range(len(ticket)), 40):
            forged = ticket[:place] + ("A" if ticket[place] != "A" else "B") + ticket[place + 1:]
            status, answer = device.post(good, ticket=forged)
            self.assertEqual(status, 401, (place, answer))
        for forged in ("", "x", "A" * 5000, ticket[:-1], ticket + "A", job.round.round_token):
            self.assertIn(device.post(good, ticket=forged)[0], (400, 401, 431), forged[:20])
        self.assertEqual(device.post(good)[0], 200)

    def test_a_message_over_its_limit_is_refused_before_it_is_read(self):
        job = Job(self.site, spec(1, name="x" * 70_000))
        self.refused(grpc.StatusCode.RESOURCE_EXHAUSTED, job.register)
        status, _, _ = http_call("PUT", f"{self.site.root}/v1/jobs/1/rounds/1/plan", "Propius-Round x",
                                 headers={"Content-Length": str(2**40)})
        self.assertEqual(status, 413)


class Plans(OneSite):
    def test_a_plan_is_served_as_a_cache_wants_it(self):
        job = Job(self.site, spec(1, name="caching")).register()
        job.request(MODEL)
        device = Device(self.site)
        device.take_task(job.id)
        digest = hashlib.sha256(job.plan).hexdigest()
        url = f"{device.task.leaf}/v1/plans/{digest}"
        status, headers, body = http_call("GET", url)
        self.assertEqual((status, body), (200, job.plan))
        self.assertIn("immutable", headers["cache-control"])
        self.assertIn("public", headers["cache-control"])
        status, headers, body = http_call("GET", url, headers={"Range": "bytes=10-19"})
        self.assertEqual((status, body, headers["content-range"]), (206, job.plan[10:20], f"bytes 10-19/{len(job.plan)}"))
        status, headers, _ = http_call("GET", url)
        self.assertEqual(http_call("GET", url, headers={"If-None-Match": headers["etag"]})[0], 304)
        self.assertEqual(http_call("GET", url, headers={"Range": "bytes=99999999-"})[0], 416)
        job.close()


if __name__ == "__main__":
    unittest.main()
