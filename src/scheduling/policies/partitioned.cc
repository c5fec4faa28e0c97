#include "scheduling/policies/partitioned.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "base/check.h"
#include "scheduling/policies/part_problem.h"
#include "scheduling/policies/part_roster.h"
#include "scheduling/policies/side_by_side.h"

namespace propius {
namespace {

FleetPart Within(FleetPart outer, FleetPart inner) {
  const double width = outer.to - outer.from;
  return {.from = outer.from + inner.from * width, .to = inner.to == 1 ? outer.to : outer.from + inner.to * width};
}

// What a part's plan says, said of the part of the fleet that is its.
void Append(Plan part, FleetPart of_fleet, Plan& whole) {
  for (Group& group : part.groups) {
    group.part = Within(of_fleet, group.part);
    whole.groups.push_back(std::move(group));
  }
  for (JobTerms& terms : part.terms) {
    if (terms.care) {
      terms.care->available_rate *= of_fleet.to - of_fleet.from;
      terms.care->supply_rate *= of_fleet.to - of_fleet.from;
    }
    whole.terms.push_back(terms);
  }
}

// Everybody's jobs, the parts taking turns: whoever stands first in his part stands in front here.
Group Lending(const std::vector<Plan>& parts) {
  std::vector<std::vector<JobId>> orders;
  std::size_t longest = 0;
  for (const Plan& part : parts) {
    std::vector<JobId>& order = orders.emplace_back();
    for (const Group& group : part.groups) order.insert(order.end(), group.order.begin(), group.order.end());
    longest = std::max(longest, order.size());
  }
  Group lending;
  for (std::size_t rank = 0; rank < longest; ++rank) {
    for (const std::vector<JobId>& order : orders) {
      if (rank < order.size()) lending.order.push_back(order[rank]);
    }
  }
  return lending;
}

class Partitioned final : public Policy {
 public:
  Partitioned(std::vector<std::unique_ptr<Policy>> inner, Workers* workers)
      : inner_(std::move(inner)), workers_(workers) {
    CHECK(!inner_.empty());
  }

  Plan MakePlan(const Snapshot& seen, Rng& chance) override {
    const std::size_t parts = std::clamp<std::size_t>(seen.jobs.size(), 1, inner_.size());
    if (!roster_) roster_.emplace(chance());
    roster_->Update(seen.jobs, parts);

    SharedCensus census(seen.census);
    std::vector<PartProblem> problems(parts);
    for (std::size_t i = 0; i < seen.jobs.size(); ++i) problems[roster_->PartOf(seen.jobs[i].job)].AddJob(seen, i);
    for (const OpenRequest& request : seen.requests) {
      problems[roster_->PartOf(request.job)].AddRequest(request);
    }
    std::vector<Rng> chances;
    for (std::size_t i = 0; i < parts; ++i) chances.push_back(chance.Fork());
    static_cast<void>(seen.supply.rates());  // computes them if they are out of date: not for several threads

    std::vector<Plan> plans(parts);
    SideBySide(workers_, parts, [&](std::size_t i) {
      const PartCensus part(census, parts);
      plans[i] = inner_[i]->MakePlan(problems[i].Seen(seen, part), chances[i]);
    });

    Plan whole;
    Group lending = Lending(plans);
    for (std::size_t i = 0; i < parts; ++i) {
      const auto count = static_cast<double>(parts);
      Append(std::move(plans[i]), {static_cast<double>(i) / count, static_cast<double>(i + 1) / count}, whole);
    }
    if (parts > 1) whole.groups.push_back(std::move(lending));
    return whole;
  }

 private:
  std::vector<std::unique_ptr<Policy>> inner_;
  Workers* workers_;
  std::optional<PartRoster> roster_;
};

}  // namespace

std::unique_ptr<Policy> MakePartitioned(std::vector<std::unique_ptr<Policy>> inner, Workers* workers) {
  return std::make_unique<Partitioned>(std::move(inner), workers);
}

}  // namespace propius
