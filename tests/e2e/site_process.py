"""One `propius serve` process on loopback, with a store of its own, that a test may kill and start again."""
import os
import pathlib
import random
import signal
import socket
import subprocess
import tempfile
import time
import urllib.request

BINARY = pathlib.Path(os.environ["PROPIUS_BUILD"]) / "bin" / "propius"
PORTS = ("control", "root", "leaf", "admin")


def free_ports(count):
    while True:
        first = random.randrange(20000, 32000 - count)
        try:
            for port in range(first, first + count):
                with socket.socket() as probe:
                    probe.bind(("127.0.0.1", port))
            return list(range(first, first + count))
        except OSError:
            continue


class Site:
    """`config`: {table: {key: TOML text}} beside the ports; `extra`: more TOML."""

    def __init__(self, config=None, extra=""):
        self.folder = tempfile.TemporaryDirectory(prefix="propius-e2e-")
        self.ports = dict(zip(PORTS, free_ports(len(PORTS))))
        tables = {"server": {"data_dir": '"data"'},
                  "client_manager": {"lease": '"5s"', "min_retry": '"20ms"', "max_retry": '"100ms"'}}
        for name, port in self.ports.items():
            tables.setdefault(name, {})["port"] = port
        for table, keys in (config or {}).items():
            tables.setdefault(table, {}).update(keys)
        text = "".join(f"[{table}]\n" + "".join(f"{key} = {value}\n" for key, value in keys.items())
                       for table, keys in tables.items())
        self.config = pathlib.Path(self.folder.name) / "propius.toml"
        self.config.write_text(text + extra)
        self.log = pathlib.Path(self.folder.name) / "serve.log"
        self.process = None
        self.start()

    @property
    def job_manager(self):
        return f"127.0.0.1:{self.ports['control']}"

    client_manager = job_manager

    @property
    def root(self):
        return f"http://127.0.0.1:{self.ports['root']}"

    @property
    def admin(self):
        return f"http://127.0.0.1:{self.ports['admin']}"

    def start(self):
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen([BINARY, "serve", "--config", self.config], stdout=log, stderr=log)
        deadline = time.monotonic() + 30
        while True:
            try:
                with urllib.request.urlopen(f"{self.admin}/readyz", timeout=1) as answer:
                    if answer.status == 200:
                        return
            except OSError:
                pass
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise AssertionError(f"propius serve did not get ready: {self.log.read_text()[-2000:]}")
            time.sleep(0.02)

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def restart_after_kill(self):
        self.kill()
        self.start()

    def stop(self, limit=12):
        """SIGTERM; answers the exit code."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(limit)
        except subprocess.TimeoutExpired:
            self.kill()
            raise AssertionError(f"propius serve did not stop within {limit} s")

    def close(self):
        if self.process.poll() is None:
            self.kill()
        self.folder.cleanup()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()
