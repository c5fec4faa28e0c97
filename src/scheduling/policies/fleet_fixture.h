// A fleet for the tests of policies that cut it: kinds of devices in known numbers, and whom a plan gives them to.
#pragma once

#include <map>
#include <vector>

#include <gtest/gtest.h>

#include "scheduling/matcher.h"
#include "scheduling/testing.h"

namespace propius {

class CountedCensus final : public Census {
 public:
  explicit CountedCensus(std::int64_t devices) : devices_(devices) {}
  std::int64_t Size() const override { return devices_; }
  std::int64_t SubsetSize(const Constraint& /*constraint*/) const override { return devices_; }

 private:
  std::int64_t devices_;
};

// Devices of kind k meet what jobs of tier k or lower need, as in the Propius paper's evaluation.
class TieredFleet {
 public:
  static Constraint Tier(int tier) {
    if (tier == 0) return {};
    return Constraint(Attributes::Make({{"tier", static_cast<double>(tier)}}, "needs").value());
  }
  static Attributes Kind(int tier) { return Attributes::Make({{"tier", static_cast<double>(tier)}}, "device").value(); }

  // Devices by kind; each checks in once.
  void Arrive(const std::vector<int>& devices) {
    devices_ = devices;
    seen.supply.Advance(Time(5s));
    for (std::size_t kind = 0; kind < devices.size(); ++kind) {
      const AtomId atom = seen.supply.Locate(Kind(static_cast<int>(kind)));
      for (int i = 0; i < devices[kind]; ++i) seen.supply.Count(atom, Time(5s));
    }
  }
  Snapshot Known(const Census& census) const {
    return {seen.now, seen.jobs, seen.requests, census, seen.supply, seen.experience};
  }

  // How many of the devices are offered a job at all, and how many each job is offered first.
  std::map<std::uint64_t, int> Deal(Plan plan) {
    Matcher matcher(seen.supply, seen.experience);
    matcher.Load(std::move(plan), seen.requests, seen.jobs);
    Rng chance(1);
    std::map<std::uint64_t, int> dealt;
    for (std::size_t kind = 0; kind < devices_.size(); ++kind) {
      const Attributes attributes = Kind(static_cast<int>(kind));
      const AtomId atom = seen.supply.Locate(attributes);
      for (int i = 0; i < devices_[kind]; ++i) {
        const DeviceView device{
            .atom = atom, .hash = (i + 0.5) / devices_[kind], .speed = {}, .attributes = &attributes};
        matcher.Match(device, seen.now, chance, [&](std::size_t request) {
          ++dealt[seen.requests[request].job.value];
          return true;
        });
      }
    }
    return dealt;
  }

  SeenByPolicy seen;

 private:
  std::vector<int> devices_;
};

}  // namespace propius
