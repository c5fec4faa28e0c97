// Venn's Fig. 10: what a plan costs with more jobs and more groups of jobs.
#include "experiments/experiment.h"
#include "experiments/plan_cost.h"
#include "experiments/verdict.h"
#include "report/number.h"

namespace propius {
namespace {

struct OverheadPoint {
  std::uint32_t jobs = 0;
  std::uint32_t groups = 0;
  const char* paper = "–";
  double claimed_us = 0;  // of Venn; 0: none
};

constexpr OverheadPoint kPoints[] = {{100, 4, "200 µs", 200},
                                     {300, 4},
                                     {1'000, 4, "1,000 µs", 1'000},
                                     {1'000, 10, "200 µs (10 groups)", 0},
                                     {1'000, 100, "1,000 µs (100 groups)", 1'000},
                                     {10'000, 4},
                                     {10'000, 100, "–", 0}};

std::string ShowMicros(double micros) { return ShowCompact(micros) + " µs"; }

Findings Conclude(const ExperimentAsked& asked, const std::vector<FinishedRun>& /*runs*/) {
  Findings findings{.experiment = "venn-overhead", .quick = asked.quick};
  Table table;
  table.title = "Fig. 10: CPU time of one plan";
  table.columns = {{.title = "jobs", .number = true}, {.title = "groups", .number = true}};
  for (const char* title :
       {"Venn paper", "Venn here", "Venn, first plan", "SRSF here", "fluid here", "fluid, first plan"}) {
    table.columns.push_back({.title = title, .number = true});
  }
  PolicyRegistry policies;
  AddBuiltinPolicies(policies);
  for (const OverheadPoint& point : kPoints) {
    if (asked.quick && point.jobs > 1'000) continue;
    std::vector<Cell> row{ShowCount(point.jobs), ShowCount(point.groups), point.paper};
    for (const char* policy : {"venn", "srsf", "fluid"}) {
      const auto cost = MeasurePlanCost(policies, policy, point.jobs, point.groups);
      const bool has_first = std::string_view(policy) != "srsf";
      row.emplace_back(cost ? ShowMicros(cost->usual_us) : "–");
      if (has_first) row.emplace_back(cost ? ShowMicros(cost->first_us) : "–");
      if (std::string_view(policy) != "venn" || point.claimed_us == 0) continue;
      findings.claims.push_back(
          {"One plan with " + ShowCount(point.jobs) + " jobs in " + ShowCount(point.groups) + " groups costs at most",
           point.paper, cost ? ShowMicros(cost->usual_us) : "–",
           cost && cost->usual_us <= point.claimed_us ? kAgrees : kDiffers, "Readings of a plot."});
    }
    table.rows.push_back(std::move(row));
  }
  table.caption =
      "Requirements on a grid of two attributes, so that groups overlap without being nested. Medians of nine plans, "
      "one request changed before each.";
  findings.tables = {table};
  findings.remarks = {
      "The released planner takes 1.7 ms for 4 groups and 10 ms for 100, and quadratic time in the devices that it "
      "looks back at: it does not meet the paper's figure."};
  return findings;
}

}  // namespace

Experiment VennOverhead() {
  return {.name = "venn-overhead",
          .what = "Venn's Fig. 10: the cost of a plan against jobs and groups",
          .runs = [](const ExperimentAsked&) { return std::vector<RunAsked>{}; },
          .conclude = Conclude};
}

}  // namespace propius
