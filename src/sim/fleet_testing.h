// A small workload for the tests of fleet runs.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "base/event.h"
#include "sim/fleet.h"
#include "workload/paper_workloads.h"
#include "workload/traces.h"

namespace propius {

// Six jobs of three rounds over the four classes, and more devices than they need.
inline Workload SmallWorkload(std::uint64_t sessions = 12'000) {
  Workload workload;
  workload.name = "small test";
  for (std::uint64_t i = 0; i < 6; ++i) {
    ArrivingJob& job = workload.jobs.emplace_back();
    job.id = 10 + i;
    job.tenant = i % 2 == 0 ? "even" : "odd";
    job.arrives_s = 60.0 * static_cast<double>(i);
    job.workload = 30;
    job.comm = 10;
    job.requirement = static_cast<int>(i % 4) + 1;
    job.spec.rounds = 3;
    job.spec.demand = 10 + static_cast<std::uint32_t>(i);
    job.spec.min_reports = 0.8;
    job.spec.deadline = 10min;
    job.spec.needs = ClassConstraint(job.requirement);
    job.spec.work = WorkOf(job.workload, job.comm);
  }
  workload.fleet.eligibility = PaperEligibility();
  workload.fleet.capacities = DrawCapacities(500, 3);
  workload.sessions = MakeGeneratedTrace({.sessions = sessions, .rate = 0.5, .diurnal = false});
  return workload;
}

// Checks each bind as it is made: by which device, for which round.
class BindLedger {
 public:
  explicit BindLedger(const Workload& workload) : workload_(workload) {}

  std::function<void(const FleetBind&)> watch() {
    return [this](const FleetBind& bind) { Enter(bind); };
  }
  std::uint64_t binds() const { return binds_; }
  // The most that one round has bound.
  std::size_t most() const {
    std::size_t most = 0;
    for (const auto& [round, slots] : slots_) most = std::max(most, slots.size());
    return most;
  }
  std::size_t BoundIn(const RoundKey& round) const {
    const auto found = slots_.find(round);
    return found == slots_.end() ? 0 : found->second.size();
  }
  const std::map<RoundKey, std::set<std::uint32_t>>& rounds() const { return slots_; }

 private:
  void Enter(const FleetBind& bind) {
    ++binds_;
    EXPECT_GE(bind.at, last_);
    last_ = bind.at;
    EXPECT_TRUE(slots_[bind.round].insert(bind.slot.value).second) << Show(bind.round);
    EXPECT_TRUE(devices_[bind.round].insert(bind.device.value).second) << Show(bind.round);
    // Ids are given in the order of arrival; the workload's jobs stand in it.
    const ArrivingJob& job = workload_.jobs.at(bind.round.job.value - 1);
    const auto& eligibility = workload_.fleet.eligibility;
    const std::uint8_t meets = eligibility[(bind.device.value - 1) % eligibility.size()];
    EXPECT_TRUE(job.requirement == 0 || ((meets >> (job.requirement - 1)) & 1) != 0) << Show(bind.round);
  }

  const Workload& workload_;
  std::uint64_t binds_ = 0;
  Time last_;
  std::map<RoundKey, std::set<std::uint32_t>> slots_;
  std::map<RoundKey, std::set<std::uint64_t>> devices_;
};

// Keeps events off the screen while it lives; an Error event fails the test.
class QuietEvents {
 public:
  QuietEvents()
      : before_(SetEventSink([](Severity severity, std::string_view name, const std::vector<EventField>&) {
          EXPECT_NE(severity, Severity::kError) << name;
        })) {}
  ~QuietEvents() { SetEventSink(std::move(before_)); }
  QuietEvents(const QuietEvents&) = delete;
  QuietEvents& operator=(const QuietEvents&) = delete;

 private:
  EventSink before_;
};

}  // namespace propius
