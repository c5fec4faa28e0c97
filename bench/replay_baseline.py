"""A plain event loop of the released rules (venn.md 3.6) in Python: what bench_replay is measured against.

usage: replay_baseline.py CHECKINS CAPACITY ELIGIBILITY JOBS [--policy fifo|srsf|venn_released] [--delay 1] [--first N]
Prints one JSON object: us of CPU per check-in for the loop and for reading the check-ins, and every job's finish time and aborts.
"""
import argparse
import collections
import csv
import gzip
import heapq
import itertools
import json
import time

HORIZON = 432_000.0


def rows(path):
    opener = gzip.open if path.endswith(".gz") else open
    with opener(path, "rt", newline="") as file:
        yield from csv.DictReader(file)


class Job:
    def __init__(self, row):
        self.id = int(row["id"])
        self.start = float(row["start"])
        self.rounds = int(row["rounds"])
        self.demand = int(row["participants"])
        self.deadline = int(row["deadline"])
        self.fraction = float(row["min_fraction"])
        self.workload = float(row["workload"])
        self.comm = float(row["comm"])
        self.requirement = int(row["requirement"])
        self.round = 0
        self.closes_at = None
        self.closing = False
        self.dispatched = 0
        self.results = 0
        self.done = 0
        self.aborts = 0
        self.finish = -1.0


class Fifo:
    def __init__(self, jobs):
        self.jobs = jobs
        self.left = {}  # by job, in order of arrival

    def request(self, job, now):
        self.left[job] = self.left.get(job, 0) + 1 if self.jobs[job].demand == 1 else self.jobs[job].demand

    def pick(self, classes, now):
        for job, left in self.left.items():
            if left > 0 and self.jobs[job].requirement in classes:
                return job
        return None

    def bound(self, job):
        if job in self.left:
            self.left[job] -= 1

    def closed(self, job, finished):
        if finished:
            del self.left[job]


class Srsf(Fifo):
    def __init__(self, jobs):
        super().__init__(jobs)
        self.order = []

    def request(self, job, now):
        super().request(job, now)
        if self.jobs[job].demand > 1:
            self.order = [each for each in sorted(self.left, key=self.left.get) if self.left[each] > 0]

    def pick(self, classes, now):
        for job in self.order:
            if self.left.get(job, 0) > 0 and self.jobs[job].requirement in classes:
                return job
        return None


class Venn(Fifo):
    """With all that the released code does differently from the paper (venn.md 2, rows 1-4, 6, 7)."""

    def __init__(self, jobs):
        super().__init__(jobs)
        self.seen = collections.deque(maxlen=1000)
        self.arrivals = collections.defaultdict(lambda: collections.deque(maxlen=100))
        self.queues = {}
        self.owner = {}

    def request(self, job, now):
        wants = self.jobs[job]
        heapq.heappush(self.queues.setdefault(wants.requirement, []), (wants.demand, job))
        self.plan()
        times = self.arrivals[wants.requirement]
        per_minute = 100 * 60 / max(1, times[-1] - times[0])
        if 0.5 * (wants.demand / (wants.deadline // 60)) > per_minute:
            self.left[job] = 0
        else:
            super().request(job, now)

    def drop(self, job):
        queue = self.queues.get(self.jobs[job].requirement)
        if queue is None:
            return
        at = next((i for i, (_, each) in enumerate(queue) if each == job), None)
        if at is not None:
            queue.pop(at)
            heapq.heapify(queue)
        if not queue:
            del self.queues[self.jobs[job].requirement]

    def plan(self):
        kinds = collections.Counter(self.seen)
        supply = collections.Counter()
        for classes, count in kinds.items():
            for each in classes:
                supply[each] += count
        free = dict(kinds)
        amount, sets = {}, {}
        for each, _ in sorted(supply.items(), key=lambda item: item[1]):
            mine = [classes for classes in free if each in classes]
            amount[each] = max(1, sum(free.pop(classes) for classes in mine))
            if mine:
                sets[each] = set(mine)
        length = {each: len(queue) for each, queue in self.queues.items()}
        demand = {each: sorted(amount for amount, _ in queue) for each, queue in self.queues.items()}
        rate = {each: [amount.get(each, 0)] * length[each] for each in self.queues}
        order = [each for each, _ in sorted(supply.items(), key=lambda item: item[1], reverse=True)]
        for at, each in enumerate(order):
            if length.get(each, 0) == 0 or amount[each] == 0:
                sets[each] = set()
                amount[each] = 0
                continue
            for other in order[at + 1:]:
                if length.get(other, 0) == 0:
                    amount[each] += amount[other]
                    sets[each] = sets.get(each, set()) | sets.get(other, set())
                    sets.setdefault(other, set())
                    continue
                drain = sum(d / r for d, r in zip(demand[other], rate[other]))
                ends = list(itertools.accumulate(d / r for d, r in zip(demand[each], rate[each])))
                helped = len(ends)
                if (ends[-1] if ends else 0) > drain:
                    helped = next(i for i, end in enumerate(ends) if end >= drain)
                if not (amount[other] > 0 and helped / amount[each] > length[other] / amount[other]):
                    break
                rate[each] = [r + amount[other] for r in rate[each]] + rate[other]
                demand[each] = demand[each] + demand[other]
                amount[each] += amount[other]
                length[each] += length[other]
                sets[each] = sets.get(each, set()) | sets.get(other, set())
                amount[other], sets[other], demand[other], rate[other] = 0, set(), [], []
        self.owner = {}
        for each, mine in sets.items():
            for classes in mine:
                if each in self.queues:
                    self.owner.setdefault(classes, each)

    def pick(self, classes, now):
        for each in classes:
            self.arrivals[each].append(now)
        self.seen.append(classes)
        queue = self.queues.get(self.owner.get(classes))
        if not queue:
            return None
        best = queue[0][1]
        for _, job in queue:
            if 0 < self.left.get(job, 0) < self.left.get(best, 0):
                best = job
        return best

    def bound(self, job):
        if job in self.left:
            self.left[job] -= 1
            if self.left[job] == 0:
                self.drop(job)
                self.plan()

    def closed(self, job, finished):
        self.drop(job)
        self.plan()
        super().closed(job, finished)


class Event:
    """Compared by time alone, like the authors' own: what the heap makes of equal times is part of the rules."""
    __slots__ = ("at", "kind", "what")

    def __init__(self, at, kind, what):
        self.at, self.kind, self.what = at, kind, what

    def __lt__(self, other):
        return self.at < other.at


def replay(sessions, capacities, eligibility, jobs, scheduler, delay):
    def open_round(job, now):
        job.closes_at = now + job.deadline
        job.closing = False
        job.dispatched = job.results = 0
        return [Event(now + 0.1, "request", job), Event(job.closes_at, "close", job)]

    queue = [Event(session[0], "checkin", (i, session)) for i, session in enumerate(sessions)]
    for job in jobs:
        queue += open_round(job, job.start)
    queue.append(Event(HORIZON, "end", None))
    heapq.heapify(queue)
    began = time.process_time()
    while queue:
        event = heapq.heappop(queue)
        now = event.at
        if event.kind == "checkin":
            i, session = event.what
            job = scheduler.pick(eligibility[i % len(eligibility)], now)
            if job is not None:
                heapq.heappush(queue, Event(now + delay, "assign", (i, session, jobs[job])))
        elif event.kind == "assign":
            i, session, job = event.what
            if now + (job.workload + job.comm * 2) <= session[1] + 80:
                job.dispatched += 1
                scheduler.bound(job.id)
                ms, kbps = capacities[i % len(capacities)]
                done = now + (job.workload * (ms / 78) + job.comm / (kbps / 13736) * 2)
                if done <= session[1] + 80:
                    heapq.heappush(queue, Event(done, "result", (job, job.round)))
        elif event.kind == "result":
            job, of_round = event.what
            if of_round == job.round:
                job.results += 1
                if job.results >= job.demand * job.fraction and not job.closing:
                    job.closing = True
                    job.closes_at = now
                    heapq.heappush(queue, Event(now, "close", job))
        elif event.kind == "request":
            scheduler.request(event.what.id, now)
        elif event.kind == "close":
            job = event.what
            if job.closes_at != now:
                continue
            if (job.dispatched >= job.demand * job.fraction
                    and job.results >= min(job.dispatched, job.demand) * job.fraction):
                job.done += 1
                if job.done >= job.rounds:
                    job.finish = now
            else:
                job.aborts += 1
            job.round += 1
            job.closes_at = None
            job.dispatched = job.results = 0
            scheduler.closed(job.id, job.finish > 0)
            if job.finish < 0:
                for opened in open_round(job, now):
                    heapq.heappush(queue, opened)
        else:
            break
    return time.process_time() - began


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    for name in ("checkins", "capacity", "eligibility", "jobs"):
        parser.add_argument(name)
    parser.add_argument("--policy", choices=["fifo", "srsf", "venn_released"], default="fifo")
    parser.add_argument("--delay", type=float, default=1.0, help="seconds from an offer to its assignment")
    parser.add_argument("--first", type=int, help="read only so many check-ins")
    options = parser.parse_args()
    began = time.process_time()
    sessions = [(float(row["start"]), float(row["end"]))
                for row in itertools.islice(rows(options.checkins), options.first)]
    sessions.sort(key=lambda session: session[0])
    loading = time.process_time() - began
    capacities = [(float(row["computation"]), float(row["communication"])) for row in rows(options.capacity)]
    eligibility = [tuple(k for k in range(1, 5) if int(row["mask"]) >> (k - 1) & 1)
                   for row in rows(options.eligibility)]
    jobs = [Job(row) for row in rows(options.jobs)]
    scheduler = {"fifo": Fifo, "srsf": Srsf, "venn_released": Venn}[options.policy](jobs)
    spent = replay(sessions, capacities, eligibility, jobs, scheduler, options.delay)
    print(json.dumps({"policy": options.policy, "checkins": len(sessions),
                      "loop_us_per_checkin": spent / len(sessions) * 1e6,
                      "load_us_per_checkin": loading / len(sessions) * 1e6,
                      "jobs": [{"id": job.id, "finish": job.finish, "rounds": job.done, "aborts": job.aborts}
                               for job in jobs]}))


if __name__ == "__main__":
    main()
