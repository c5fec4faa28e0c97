"""The baseline of bench_sync: the same virtual-time training, of the same arithmetic, as one writes it with NumPy.

usage: sync_numpy.py IMAGES LABELS TEST_IMAGES TEST_LABELS SCHEME[,SCHEME...] GOAL

Files are raw: float32 rows of 196 values, and one byte per label. Prints CPU and wall seconds, steps and virtual time to
the goal, one JSON object per scheme.
"""
import heapq
import json
import sys
import time

import numpy as np

WORKERS, GAMMA, RATE, BATCH, COMMIT, TEST_EVERY = 18, 60.0, 0.2, 32, 1.0, 5.0
STEP_SECONDS = [0.5] * 4 + [0.6] * 7 + [29 / (59 / 3)] * 7  # heterogeneity 2


class Worker:
    """What one worker has: its part of the data, in one place, and its parameters."""

    def __init__(self, images, labels, server):
        self.x, self.y, self.rows = images, labels, np.arange(BATCH)
        self.local = [part.copy() for part in server]
        self.base = [part.copy() for part in server]

    def step(self, chance):
        weights, bias = self.local
        picked = chance.integers(0, len(self.y), BATCH)
        x = self.x[picked]
        z = x @ weights + bias
        z -= z.max(axis=1, keepdims=True)
        np.exp(z, out=z)
        z /= z.sum(axis=1, keepdims=True)
        z[self.rows, self.y[picked]] -= 1
        z *= RATE / BATCH
        weights -= x.T @ z
        bias -= z.sum(axis=0)


def loss(x, y, weights, bias):
    z = x @ weights + bias
    z -= z.max(axis=1, keepdims=True)
    return float((np.log(np.exp(z).sum(axis=1)) - z[np.arange(len(y)), y]).mean())


def run(scheme, images, labels, test_images, test_labels, goal):
    """The virtual time of the first of three tests in a row that meet the goal, and the steps trained until then."""
    chance = np.random.default_rng(7)
    server = [np.zeros((images.shape[1], 10), np.float32), np.zeros(10, np.float32)]
    workers = [Worker(images[part], labels[part], server)
               for part in np.array_split(chance.permutation(len(labels)), WORKERS)]
    timer = GAMMA / 2 - COMMIT if scheme == "adsp" else 0.0
    least = {"adsp": 1, "bsp": 1, "fixed_adacomm": 40}[scheme]
    events, order, held, steps, hits, first = [], 0, [], 0, 0, 0.0

    def begin(index, now):
        """Draws the length of the local phase; its arithmetic is done when the commit arrives."""
        nonlocal order
        worker = workers[index]
        for mine, theirs, start in zip(worker.local, server, worker.base):
            mine[:] = theirs
            start[:] = theirs
        at, count = now, 0
        while count < least or at - now < timer:
            at += STEP_SECONDS[index] * max(0.1, 1 + 0.1 * chance.standard_normal())
            count += 1
        order += 1
        heapq.heappush(events, (at + COMMIT / 2, order, "commit", index, count))

    for index in range(WORKERS):
        begin(index, 0.0)
    heapq.heappush(events, (0.0, -1, "test", 0, 0))
    while True:
        now, _, what, index, count = heapq.heappop(events)
        if what == "test":
            if loss(test_images, test_labels, *server) <= goal:
                first = now if hits == 0 else first
                hits += 1
                if hits == 3:
                    return first, steps
            else:
                hits = 0
            order += 1
            heapq.heappush(events, (now + TEST_EVERY, order, "test", 0, 0))
        elif what == "begin":
            begin(index, now)
        else:
            worker = workers[index]
            for _ in range(count):
                worker.step(chance)
            steps += count
            ready = [index]
            if scheme == "adsp":
                for part, mine, start in zip(server, worker.local, worker.base):
                    part += (mine - start) / WORKERS
            else:
                held.append(index)
                ready = []
                if len(held) == WORKERS:
                    for i, part in enumerate(server):
                        part += sum(other.local[i] - other.base[i] for other in workers) / WORKERS
                    ready, held = held, []
            for other in ready:
                order += 1
                heapq.heappush(events, (now + COMMIT / 2, order, "begin", other, 0))


def main(images, labels, test_images, test_labels, schemes, goal):
    read = lambda path, kind: np.fromfile(path, kind)
    x, y = read(images, np.float32).reshape(-1, 196), read(labels, np.uint8)
    tx, ty = read(test_images, np.float32).reshape(-1, 196), read(test_labels, np.uint8)
    for scheme in schemes.split(","):
        cpu, wall = time.process_time(), time.perf_counter()
        virtual, steps = run(scheme, x, y, tx, ty, float(goal))
        print(json.dumps({"scheme": scheme, "cpu_s": time.process_time() - cpu, "wall_s": time.perf_counter() - wall,
                          "steps": steps, "virtual_s": virtual}))


if __name__ == "__main__":
    main(*sys.argv[1:])
