#include "workload/workload.h"

#include <string>
#include <utility>

#include "base/check.h"

namespace propius {
namespace {

std::string ClassName(int requirement) { return "class_" + std::to_string(requirement); }

Attributes Named(std::vector<Attribute> entries) {
  Result<Attributes> made = Attributes::Make(std::move(entries), "classes");
  CHECK(made.has_value());
  return *std::move(made);
}

}  // namespace

TaskWork WorkOf(double workload, double comm) {
  return {.samples = workload * 1'000 / kMeanMs, .kilobits = 2 * comm * kMeanKbps};
}

void StateInVennUnits(const TaskWork& work, ArrivingJob& job) {
  job.workload = work.samples * kMeanMs / 1'000;
  job.comm = work.kilobits / (2 * kMeanKbps);
}

Attributes ClassAttributes(std::uint8_t eligibility) {
  std::vector<Attribute> entries;
  for (int requirement = 1; requirement <= 8; ++requirement) {
    if (((eligibility >> (requirement - 1)) & 1) != 0) entries.push_back({ClassName(requirement), 1});
  }
  return Named(std::move(entries));
}

Constraint ClassConstraint(int requirement) {
  if (requirement == 0) return {};
  return Constraint(Named({{ClassName(requirement), 1}}));
}

}  // namespace propius
