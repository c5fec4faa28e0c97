"""A job and a device that know only the proto files and docs/protocol.md."""
import hashlib
import http.client
import json
import time
import urllib.parse
import uuid

import grpc

import safetensors
from propius.v1 import client_manager_pb2 as cm
from propius.v1 import client_manager_pb2_grpc as cm_grpc
from propius.v1 import job_manager_pb2 as jm
from propius.v1 import job_manager_pb2_grpc as jm_grpc
from propius.v1 import types_pb2 as types

RETRY = (grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.DEADLINE_EXCEEDED)


def http_call(method, url, authorization="", body=None, headers=None, timeout=70):
    """(status, headers, body); no connection is reused."""
    parts = urllib.parse.urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=timeout)
    try:
        all_headers = dict(headers or {})
        if authorization:
            all_headers["Authorization"] = authorization
        connection.request(method, parts.path + ("?" + parts.query if parts.query else ""), body, all_headers)
        answer = connection.getresponse()
        return answer.status, dict((k.lower(), v) for k, v in answer.getheaders()), answer.read()
    finally:
        connection.close()


def until(call, good, seconds=40):
    """Calls until the answer is good, through servers that are away."""
    deadline = time.monotonic() + seconds
    answer = None
    while time.monotonic() < deadline:
        try:
            answer = call()
            if good(answer):
                return answer
        except (OSError, http.client.HTTPException) as error:
            answer = error
        except grpc.RpcError as error:
            if error.code() not in RETRY:
                raise
            answer = error
        time.sleep(0.05)
    raise AssertionError(f"no good answer within {seconds} s, the last: {answer}")


def answered(call):
    """The answer of a call that is safe to repeat, through a server that is away for a moment."""
    return until(call, lambda answer: True, 20)


def attributes(values):
    return [types.Attribute(name=name, value=value) for name, value in values.items()]


class Job:
    def __init__(self, site, spec, token=None):
        self.site = site
        self.metadata = [("authorization", f"Bearer {token}")] if token else None
        self.stub = jm_grpc.JobManagerStub(grpc.insecure_channel(
            site.job_manager, options=[("grpc.enable_http_proxy", 0), ("grpc.max_reconnect_backoff_ms", 300)]))
        self.spec = spec
        self.id = 0
        self.round = None
        self.plan = b""

    def call(self, method, request):
        return answered(lambda: getattr(self.stub, method)(request, timeout=5, metadata=self.metadata))

    def register(self, key=None):
        answer = self.call("RegisterJob", jm.RegisterJobRequest(idempotency_key=key or uuid.uuid4().hex, spec=self.spec))
        self.id = answer.job_id
        return self

    def request(self, tensors, key=None, metadata=None, publish=True):
        self.plan = safetensors.write(tensors, metadata)
        request = jm.RequestRoundRequest(idempotency_key=key or uuid.uuid4().hex, job_id=self.id,
                                         plan_digest=hashlib.sha256(self.plan).digest())
        self.round = self.call("RequestRound", request)
        if publish:
            status, _, body = self.publish()
            assert status == 200, body
        return self.round

    def url(self, what):
        return f"{self.round.data_plane}/v1/jobs/{self.id}/rounds/{self.round.round}/{what}"

    @property
    def authorization(self):
        return f"Propius-Round {self.round.round_token}"

    def publish(self):
        return http_call("PUT", self.url("plan"), self.authorization, self.plan)

    def aggregate(self, wait="10s", seconds=40):
        """(tensors, metadata, ledger) of the closed round."""
        _, _, body = until(lambda: http_call("GET", self.url(f"aggregate?wait={wait}"), self.authorization),
                           lambda answer: answer[0] == 200, seconds)
        tensors, metadata = safetensors.read(body)
        return tensors, metadata, json.loads(metadata["ledger"])

    def close(self):
        return http_call("POST", self.url("close"), self.authorization)

    def status(self):
        return self.call("GetJob", jm.GetJobRequest(job_id=self.id))


class Device:
    def __init__(self, site, public=None, device_id=None):
        self.site = site
        self.id = device_id or (uuid.uuid4().int & (2**64 - 1)) | 1
        self.public = public or {}
        self.stub = cm_grpc.ClientManagerStub(grpc.insecure_channel(
            site.client_manager, options=[("grpc.enable_http_proxy", 0), ("grpc.max_reconnect_backoff_ms", 300)]))
        self.task = None
        self.reports = []

    def check_in(self):
        request = cm.CheckInRequest(device_id=self.id, public_attributes=attributes(self.public), reports=self.reports)
        greeting = answered(lambda: self.stub.CheckIn(request, timeout=5)).greeting
        self.reports = []
        return greeting

    def ping(self):
        return answered(lambda: self.stub.Ping(cm.PingRequest(device_id=self.id), timeout=5)).greeting

    def accept(self, round_key, nonce=None):
        request = cm.AcceptRequest(device_id=self.id, round=round_key, nonce=nonce or uuid.uuid4().hex)
        self.task = answered(lambda: self.stub.Accept(request, timeout=5)).assignment
        return self.task

    def take_task(self, job_id=None, seconds=20):
        """Checks in until there is an offer (of that job) and accepts it."""
        def try_once():
            greeting = self.check_in()
            if greeting.HasField("holding"):
                self.task = greeting.holding
                return self.task
            for offer in greeting.offers:
                if job_id in (None, offer.round.job_id):
                    return self.accept(offer.round)
            return None
        return until(try_once, lambda task: task is not None, seconds)

    def url(self, what):
        return f"{self.task.leaf}/v1/jobs/{self.task.round.job_id}/rounds/{self.task.round.round}/{what}"

    def plan(self):
        _, _, body = until(lambda: http_call("GET", f"{self.task.leaf}/v1/plans/{self.task.plan_digest.hex()}"),
                           lambda answer: answer[0] == 200)
        assert hashlib.sha256(body).digest() == self.task.plan_digest
        return safetensors.read(body)

    def post(self, body, wait="10s", ticket=None):
        status, _, answer = http_call("POST", self.url(f"updates?wait={wait}"),
                                      f"Propius-Ticket {self.task.ticket if ticket is None else ticket}", body)
        return status, json.loads(answer)

    def upload(self, tensors, weight=1, seconds=40):
        """Sends the update until it is committed, late or rejected."""
        body = safetensors.write(tensors, {"weight": weight})
        status, answer = until(lambda: self.post(body), lambda answer: answer[0] in (200, 410, 422), seconds)
        outcomes = {"committed": cm.TASK_OUTCOME_COMMITTED, "late": cm.TASK_OUTCOME_LATE, "rejected": cm.TASK_OUTCOME_REJECTED}
        self.reports = [cm.TaskReport(ticket=self.task.ticket, outcome=outcomes[answer["state"]])]
        return answer["state"]

    # Asynchronous jobs: each answer is (status, headers, body).

    def commits(self, query=""):
        return f"{self.task.leaf}/v1/jobs/{self.task.round.job_id}/commits{query}"

    def join(self, wait="1s"):
        return http_call("GET", self.commits(f"?wait={wait}"), f"Propius-Ticket {self.task.ticket}")

    def commit(self, number, tensors, wait="1s", **said):
        query = "&".join(f"{key}={value}" for key, value in {"number": number, "wait": wait, **said}.items())
        return http_call("POST", self.commits(f"?{query}"), f"Propius-Ticket {self.task.ticket}",
                         safetensors.write(tensors))

    def leave(self):
        return http_call("DELETE", self.commits(), f"Propius-Ticket {self.task.ticket}")


def spec(demand, **more):
    return types.JobSpec(**{"name": "test", "rounds": 10, "demand": demand, "deadline_ms": 60000, **more})
