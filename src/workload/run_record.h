// What one simulated run showed; one element of `runs` in summary.json (docs/results.md, propius.simulate/1).
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

namespace propius {

struct JobRecord {
  std::uint64_t id = 0;
  double start_s = 0;
  double finish_s = -1;  // -1: not finished
  std::uint32_t rounds = 0;
  std::uint32_t aborts = 0;
  std::uint32_t demand = 0;
  int requirement = 0;
  double scheduling_s = 0;  // waiting for devices, over all rounds
  double collecting_s = 0;
};

struct RunRecord {
  std::string policy;
  std::string workload;
  std::uint64_t seed = 0;
  std::vector<JobRecord> jobs;  // by id
  double makespan_s = 0;        // latest finish
  // From the opening of a round to the last device that it needs. Production rules: of good rounds; released rules: of
  // all in which exactly so many devices have taken the task.
  double avg_queue_delay_s = 0;
  double utilization = 0;         // busy share of devices that were ever used
  double utilization_of_all = 0;  // of all devices
  double bindings_per_second = 0;
  double bindings_per_waiting_second = 0;  // bindings over the time that jobs spent waiting for devices
  std::uint64_t bindings = 0;
  std::uint64_t ineligible_offers = 0;
  std::uint64_t checkins = 0;
  std::uint64_t plans = 0;
  double loop_cpu_s = 0;  // of the event loop, loading not included
  std::string digest;     // of every bind in order: equal seeds give equal digests
  // By class of requirement, check-ins per hour of the day of devices that meet it (index 0: all devices).
  std::vector<std::array<double, 24>> supply_by_hour;

  std::uint32_t finished() const;
  double average_jct() const;  // of the finished jobs; 0 if there is none
};

}  // namespace propius
