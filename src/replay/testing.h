// Small workloads for tests.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "replay/kinds.h"
#include "replay/schedulers/released.h"
#include "workload/traces.h"
#include "workload/workload.h"

namespace propius {

inline ArrivingJob MakeJob(std::uint64_t id, double arrives, std::uint32_t demand, std::uint32_t rounds = 1,
                           int requirement = 1) {
  ArrivingJob job{.id = id, .arrives_s = arrives, .workload = 30, .comm = 10, .requirement = requirement};
  job.spec.name = "job";
  job.spec.rounds = rounds;
  job.spec.demand = demand;
  job.spec.min_reports = 0.8;
  job.spec.deadline = 300s;
  job.spec.needs = ClassConstraint(requirement);
  job.spec.work = WorkOf(job.workload, job.comm);
  return job;
}

// Mean devices that check in every `gap` seconds for an hour each: a task takes them 50 s.
inline Workload MakeWorkload(std::vector<ArrivingJob> jobs, int sessions = 2'000, double gap = 1,
                             std::vector<std::uint8_t> eligibility = {15}) {
  std::vector<Session> stays;
  for (int i = 0; i < sessions; ++i) {
    const Time start(FromSeconds(i * gap));
    stays.push_back({start, start + 1h, 0});
  }
  Workload workload{.name = "test", .jobs = std::move(jobs)};
  workload.fleet.capacities = {{kMeanMs, kMeanKbps}};
  workload.fleet.eligibility = std::move(eligibility);
  workload.sessions = MakeStoredTrace(stays);
  return workload;
}

// A scheduler of the authors' with jobs of class 1 … 4 and devices of two kinds: 0 meets class 1, 1 meets all.
struct ReleasedSetting {
  explicit ReleasedSetting(std::vector<ReleasedJob> jobs_in) : jobs(std::move(jobs_in)) {}

  Kinds kinds = MakeKinds(MakeWorkload({}, 1, 1, {1, 15})).value();
  std::vector<ReleasedJob> jobs;
};

inline JobPlace PickOf(ReplayScheduler& scheduler, KindId kind, double now = 0) {
  return scheduler.Pick({now, kind, 0}).job;
}

inline void Bind(ReplayScheduler& scheduler, JobPlace job, int times = 1) {
  ReplayOffer offer{.job = job};
  for (int i = 0; i < times; ++i) scheduler.Bound(offer, {}, 0);
}

}  // namespace propius
