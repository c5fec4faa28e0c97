// Venn's Fig. 14: what the fairness knob costs, and what it gives.
#include <algorithm>

#include "experiments/compare.h"
#include "experiments/experiment.h"
#include "experiments/slowdown.h"
#include "experiments/venn_papers.h"
#include "experiments/venn_setup.h"
#include "experiments/verdict.h"
#include "report/number.h"

namespace propius {
namespace {

std::string PolicyOf(const VennFairnessRow& row) { return "venn:fairness=" + std::string(row.epsilon); }

std::vector<RunAsked> Runs(const ExperimentAsked& asked) {
  std::vector<RunAsked> runs;
  std::vector<std::string> policies{"random"};
  for (const VennFairnessRow& row : kVennFig14) policies.push_back(PolicyOf(row));
  AddRuns(runs, asked, {.workloads = {"even"}, .policies = policies});
  return runs;
}

// Jobs that finish within their fair share: as many times their time alone as there are jobs.
double WithinFairShare(const RunRecord& record) {
  if (record.jobs.empty()) return 0;
  const auto jobs = static_cast<double>(record.jobs.size());
  const auto within = std::ranges::count_if(record.jobs, [&](const JobRecord& job) {
    return job.finish_s >= 0 && job.finish_s - job.start_s <= jobs * AloneSeconds(record, job);
  });
  return static_cast<double>(within) / jobs;
}

double WorstJct(const RunRecord& record) {
  double worst = 0;
  for (const JobRecord& job : record.jobs) worst = std::max(worst, job.finish_s - job.start_s);
  return worst;
}

Findings Conclude(const ExperimentAsked& asked, const std::vector<FinishedRun>& runs) {
  Findings findings{.experiment = "venn-fairness", .quick = asked.quick};
  Table table;
  table.title = "Fig. 14: the fairness knob (Even)";
  table.columns = {{.title = "epsilon"}};
  for (const char* title : {"over random paper", "over random here", "within fair share paper",
                            "within fair share here", "longest JCT s here"}) {
    table.columns.push_back({.title = title, .number = true});
  }
  std::optional<double> before;
  double at_none = 0;
  double at_most = 0;
  bool falls = true;
  for (const VennFairnessRow& row : kVennFig14) {
    const RunFilter filter{.policy = PolicyOf(row)};
    const auto gain = SpeedUp(runs, filter, {.policy = "random"});
    const auto fair = Over(runs, filter, WithinFairShare);
    table.rows.push_back({std::string(row.epsilon), ShowFixed(row.gain, 2), ShowOverSeeds(gain, 2),
                          row.within_fair_share ? ShowPercent(*row.within_fair_share, 0) : "–",
                          fair ? ShowPercent(fair->mean, 0) : "–", ShowOverSeeds(Over(runs, filter, WorstJct), 0)});
    if (gain) {
      falls = falls && gain->unfinished == 0 && (!before || gain->mean <= *before + 0.02);
      before = gain->mean;
    }
    if (fair && row.epsilon == "0") at_none = fair->mean;
    if (fair && row.epsilon == "4") at_most = fair->mean;
    if (row.epsilon == "2") {
      findings.claims.push_back({"At epsilon 2, 69 % of the jobs finish within their fair share", "69 %",
                                 fair ? ShowPercent(fair->mean, 0) : "–",
                                 fair && fair->mean >= 0.69 ? kByDefinition : kDiffers,
                                 "Fair share: as many times the time alone as there are jobs. With fifty jobs that is "
                                 "so generous that without the knob every job is within it."});
    }
  }
  findings.claims.push_back({"A larger epsilon costs average JCT", "falls", falls ? "falls" : "does not fall",
                             falls ? kAgrees : kDiffers, "Within 2 % of noise."});
  findings.claims.push_back({"A larger epsilon brings more jobs within their fair share", "40 to 80 %",
                             ShowPercent(at_none, 0) + " to " + ShowPercent(at_most, 0),
                             at_most > at_none ? kAgrees : kDiffers, "From epsilon 0 to 4."});
  findings.tables = {table};
  findings.remarks = {
      "The paper's points are readings of a plot. Which time enters its formula is open: time elapsed since "
      "registration is used here; with attained service, epsilon 1 and 2 are slower than random order "
      "(docs/decisions/0009-venn-fairness.md). The released knob crashes."};
  if (asked.quick) LeaveUnjudged(findings);
  return findings;
}

}  // namespace

Experiment VennFairness() {
  return {.name = "venn-fairness",
          .what = "Venn's Fig. 14: average JCT against fairness",
          .runs = Runs,
          .conclude = Conclude};
}

}  // namespace propius
