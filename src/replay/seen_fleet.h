// The fleet as a policy gets to see it: kinds of devices with their numbers, and each device's stated speed.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "domain/census.h"
#include "domain/task_work.h"
#include "replay/kinds.h"
#include "replay/replay.h"
#include "scheduling/supply.h"

namespace propius {

class SeenFleet final : public Census {
 public:
  // `kinds` and `supply` outlive it.
  SeenFleet(const Workload& workload, const ReplayOptions& options, const Kinds& kinds, const Supply& supply,
            std::uint64_t seed);

  // Devices heard from lately: the check-ins of ten minutes, at the day's rate.
  std::int64_t Size() const override;
  std::int64_t SubsetSize(const Constraint& constraint) const override;

  // Every kind with its share of the fleet.
  void Visit(const std::function<void(const Attributes&, double)>& visit) const;
  const DeviceSpeed& SpeedOf(std::uint64_t device) const { return speeds_[device % speeds_.size()]; }

 private:
  const Kinds& kinds_;
  const Supply& supply_;
  std::vector<double> devices_;      // by kind
  std::vector<DeviceSpeed> speeds_;  // by place in Fleet::capacities
};

}  // namespace propius
