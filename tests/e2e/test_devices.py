"""Devices that die, stay silent, or belong to another tenant's job."""
import unittest

import grpc
import numpy

from client import Device, Job, spec, until
from site_process import Site

MODEL = {"n": numpy.zeros(2, "<f4")}
ONES = {"n": numpy.ones(2, "<f4")}


class DeadDevices(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.site = Site({"client_manager": {"lease": '"400ms"'}})
        cls.addClassCleanup(cls.site.close)

    def test_the_place_of_a_device_that_died_after_accept_comes_back(self):
        job = Job(self.site, spec(1, name="dead")).register()
        job.request(MODEL)
        dead = Device(self.site)
        dead.take_task(job.id)
        self.assertEqual(list(Device(self.site).check_in().offers), [], "the only place is taken")
        heir = Device(self.site)
        heir.take_task(job.id)
        self.assertNotEqual(heir.task.slot, dead.task.slot, "a slot number is issued once")
        self.assertEqual(heir.upload(ONES), "committed")
        _, _, ledger = job.aggregate()
        self.assertEqual((ledger["bound"], ledger["counted"], ledger["lost"]), (2, 1, {"lease_expired": 1}))
        self.assertEqual(dead.upload(ONES), "late")

    def test_a_device_that_pings_keeps_its_place(self):
        job = Job(self.site, spec(1, name="pinging")).register()
        job.request(MODEL)
        device = Device(self.site)
        device.take_task(job.id)
        lost = []
        until(lambda: lost.append(device.ping().holding.ticket != device.task.ticket) or len(lost), lambda count: count >= 20)
        self.assertFalse(any(lost))
        self.assertEqual(device.upload(ONES), "committed")
        self.assertEqual(job.aggregate()[2]["bound"], 1)

    def test_a_device_is_bound_to_a_round_once(self):
        job = Job(self.site, spec(2, name="once")).register()
        job.request(MODEL)
        device = Device(self.site)
        device.take_task(job.id)
        self.assertEqual(device.upload(ONES), "committed")
        self.assertNotIn(job.id, [offer.round.job_id for offer in device.check_in().offers])
        with self.assertRaises(grpc.RpcError) as caught:
            device.accept(device.task.round)
        self.assertEqual(caught.exception.code(), grpc.StatusCode.FAILED_PRECONDITION)
        job.close()


class Tenants(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.site = Site(extra='[[tenant]]\nname = "red"\ntoken = "red-red-red-red-red"\n'
                              '[[tenant]]\nname = "blue"\ntoken = "blue-blue-blue-blue"\n')
        cls.addClassCleanup(cls.site.close)

    def code(self, call):
        with self.assertRaises(grpc.RpcError) as caught:
            call()
        return caught.exception.code(), caught.exception.details()

    def test_a_tenant_does_not_see_anothers_job(self):
        red = Job(self.site, spec(1, name="red"), "red-red-red-red-red").register()
        red.request(MODEL)
        blue = Job(self.site, spec(1, name="blue"), "blue-blue-blue-blue")
        blue.id = red.id
        theirs = self.code(blue.status)
        blue.id = red.id + 1000
        absent = self.code(blue.status)
        self.assertEqual(theirs[0], grpc.StatusCode.NOT_FOUND)
        self.assertEqual(theirs[1].replace(str(red.id), "N"), absent[1].replace(str(red.id + 1000), "N"))
        blue.id = red.id
        self.assertEqual(self.code(lambda: blue.request(MODEL, publish=False))[0], grpc.StatusCode.NOT_FOUND)
        blue.register()
        blue.request(MODEL)
        self.assertEqual(self.code(lambda: Job(self.site, spec(1)).register())[0], grpc.StatusCode.UNAUTHENTICATED)
        self.assertEqual(self.code(lambda: Job(self.site, spec(1), "guess-guess-guess").register())[0],
                         grpc.StatusCode.UNAUTHENTICATED)


if __name__ == "__main__":
    unittest.main()
