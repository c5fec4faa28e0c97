#include "sim/fleet_kinds.h"

#include <cmath>
#include <limits>
#include <map>
#include <string>
#include <utility>

namespace propius {
namespace {

constexpr std::uint32_t kNone = std::numeric_limits<std::uint32_t>::max();
constexpr double kStepsOfMs = 8;  // per doubling
constexpr double kStepsOfKbps = 4;

double InSteps(double value, double steps) { return std::exp2(std::round(std::log2(value) * steps) / steps); }

Result<Attributes> WithSpeed(const Attributes& device, const Fleet::Capacity& speed) {
  std::vector<Attribute> entries;
  for (const Attribute& entry : device.entries()) {
    if (entry.name != "ms_per_sample" && entry.name != "kbps") entries.push_back(entry);
  }
  entries.push_back({"ms_per_sample", speed.ms});
  entries.push_back({"kbps", speed.kbps});
  return Attributes::Make(std::move(entries), "fleet");
}

}  // namespace

Result<FleetKinds> FleetKinds::Make(const Workload& workload) {
  const Fleet& fleet = workload.fleet;
  const bool by_class = fleet.profiles.empty();
  const std::size_t places = by_class ? fleet.eligibility.size() : fleet.profiles.size();
  if (fleet.capacities.empty() || places == 0) {
    return Fail(Code::kInvalidArgument, "workload " + workload.name +
                                            ": expected capacities and eligibility (or profiles) of devices, got " +
                                            std::to_string(fleet.capacities.size()) + " and " + std::to_string(places));
  }

  FleetKinds kinds;
  std::vector<Constraint> predicates;
  std::map<Constraint, std::uint32_t> numbers;
  const auto number_of = [&](const Constraint& needs) {
    const auto [entry, is_new] = numbers.emplace(needs, static_cast<std::uint32_t>(predicates.size()));
    if (is_new) predicates.push_back(needs);
    return entry->second;
  };
  if (by_class) {
    for (int requirement = 1; requirement <= 4; ++requirement) number_of(ClassConstraint(requirement));
  }
  for (const ArrivingJob& job : workload.jobs) kinds.predicate_of_job_.push_back(number_of(job.spec.needs));
  kinds.predicates_ = predicates.size();

  std::map<Attributes, std::uint32_t> known;
  for (std::size_t i = 0; i < places; ++i) {
    Attributes device = by_class ? ClassAttributes(fleet.eligibility[i]) : fleet.profiles[i];
    const auto [entry, is_new] = known.emplace(device, static_cast<std::uint32_t>(known.size()));
    kinds.kind_of_.push_back(entry->second);
    if (!is_new) continue;
    std::vector<bool>& meets = kinds.meets_.emplace_back();
    for (const Constraint& needs : predicates) meets.push_back(needs.Admits(device));
    kinds.attributes_.push_back(std::move(device));
  }

  kinds.capacities_ = &fleet.capacities;
  std::map<std::pair<double, double>, std::uint32_t> speeds;
  for (const Fleet::Capacity& capacity : fleet.capacities) {
    const Fleet::Capacity stated{InSteps(capacity.ms, kStepsOfMs), InSteps(capacity.kbps, kStepsOfKbps)};
    const auto number = static_cast<std::uint32_t>(speeds.size());
    const auto [entry, is_new] = speeds.emplace(std::pair(stated.ms, stated.kbps), number);
    if (is_new) kinds.speeds_.push_back(stated);
    kinds.speed_of_.push_back(entry->second);
  }
  kinds.stated_of_.assign(kinds.attributes_.size() * kinds.speeds_.size(), kNone);
  // Checked here once, so that no check-in can fail on it.
  for (const Attributes& device : kinds.attributes_) {
    if (const auto stated = WithSpeed(device, kinds.speeds_.front()); !stated) return tl::unexpected(stated.error());
  }
  return kinds;
}

const Attributes& FleetKinds::Stated(const Session& session) {
  const std::size_t kind = KindOf(session);
  const std::size_t speed = speed_of_[session.device % speed_of_.size()];
  std::uint32_t& place = stated_of_[kind * speeds_.size() + speed];
  if (place == kNone) {
    place = static_cast<std::uint32_t>(stated_.size());
    stated_.push_back(WithSpeed(attributes_[kind], speeds_[speed]).value_or(attributes_[kind]));
  }
  return stated_[place];
}

Duration FleetKinds::TaskOf(const ArrivingJob& job, const Session& session) const {
  const Fleet::Capacity& capacity = (*capacities_)[session.device % capacities_->size()];
  return FromSeconds(job.workload * (capacity.ms / kMeanMs) + 2 * job.comm / (capacity.kbps / kMeanKbps));
}

}  // namespace propius
