// Records made up for the tests of this room.
#pragma once

#include <string>

#include "experiments/run.h"

namespace propius {

// Three jobs that start at 0, 100 and 200 s and take `jct_s` each.
inline RunRecord MadeUpRecord(double jct_s) {
  RunRecord record;
  for (int i = 0; i < 3; ++i) {
    record.jobs.push_back({.id = static_cast<std::uint64_t>(i),
                           .start_s = 100.0 * i,
                           .finish_s = 100.0 * i + jct_s,
                           .rounds = 10,
                           .aborts = static_cast<std::uint32_t>(i),
                           .demand = 20,
                           .requirement = 1 + i % 2,
                           .scheduling_s = jct_s / 4,
                           .collecting_s = jct_s / 2});
  }
  record.makespan_s = 200 + jct_s;
  record.avg_queue_delay_s = jct_s / 40;
  record.utilization = 0.5;
  record.utilization_of_all = 0.25;
  record.bindings = 600;
  record.bindings_per_second = 1.5;
  record.bindings_per_waiting_second = 12.5;
  record.checkins = 2'000;
  record.plans = 30;
  record.loop_cpu_s = 0.001;
  record.digest = "d1";
  record.supply_by_hour.resize(3);
  record.supply_by_hour[0].fill(3'600);
  record.supply_by_hour[1].fill(1'800);
  record.supply_by_hour[2].fill(900);
  return record;
}

inline FinishedRun MadeUpRun(const std::string& policy, double jct_s, std::uint64_t seed = 1) {
  FinishedRun run;
  run.asked.policy = policy;
  run.asked.workload = "even";
  run.asked.seed = seed;
  run.record = MadeUpRecord(jct_s);
  run.record.policy = policy;
  run.record.workload = "even";
  run.record.seed = seed;
  return run;
}

}  // namespace propius
