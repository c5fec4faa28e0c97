// Venn's Table 1 and the README's expected results.
#include <algorithm>

#include "experiments/compare.h"
#include "experiments/experiment.h"
#include "experiments/venn_papers.h"
#include "experiments/venn_setup.h"
#include "experiments/verdict.h"
#include "report/number.h"

namespace propius {
namespace {

constexpr const char* kReleased = "venn_released";
constexpr double kAsFast = 0.995;  // what two runs of near-identical rules may differ by

std::vector<RunAsked> Runs(const ExperimentAsked& asked) {
  std::vector<RunAsked> runs;
  AddRuns(runs, asked, {.workloads = VennWorkloads(), .policies = {"random", "fifo", "srsf", kReleased, "venn"}});
  return runs;
}

std::optional<OverSeeds> OverRandom(const std::vector<FinishedRun>& runs, const std::string& policy,
                                    const std::string& workload) {
  return SpeedUp(runs, {.policy = policy, .workload = workload}, {.policy = "random", .workload = workload});
}

Table SpeedUps(const std::vector<FinishedRun>& runs) {
  Table table;
  table.title = "Table 1: average JCT, times faster than random";
  table.columns = {{.title = "workload"}};
  for (const char* title : {"FIFO paper", "FIFO here", "SRSF paper", "SRSF here", "Venn paper", "Venn released here",
                            "Venn product here", "random JCT s here"}) {
    table.columns.push_back({.title = title, .number = true});
  }
  for (const std::string& workload : Workloads(runs)) {
    const VennPaperRow* paper = RowOf(kVennTable1, workload);
    const auto printed = [&](double VennPaperRow::* field) { return paper ? ShowFixed(paper->*field, 2) : "–"; };
    const auto ours = [&](const char* policy) { return ShowOverSeeds(OverRandom(runs, policy, workload), 2); };
    table.rows.push_back({workload, printed(&VennPaperRow::fifo), ours("fifo"), printed(&VennPaperRow::srsf),
                          ours("srsf"), printed(&VennPaperRow::venn), ours(kReleased), ours("venn"),
                          ShowOverSeeds(AverageJct(runs, {.policy = "random", .workload = workload}), 0)});
  }
  table.caption =
      "All policies on the same trace by the authors' event rules; the range is that of the seeds. FIFO, SRSF and Venn "
      "released are the rules of the released code; Venn product is our production policy with 24 hours of supply.";
  return table;
}

Table Readme(const std::vector<FinishedRun>& runs) {
  Table table;
  table.title = "The README's expected results (Even)";
  table.columns = {{.title = "policy"}};
  for (const char* title :
       {"JCT s README", "JCT s here", "makespan s README", "makespan s here", "queueing s README", "queueing s here"}) {
    table.columns.push_back({.title = title, .number = true});
  }
  for (const VennReadmeRow& row : kVennReadme) {
    const RunFilter filter{.policy = std::string(row.policy), .workload = "even"};
    const auto figure = [&](double RunRecord::* field, int decimals) {
      return ShowOverSeeds(Over(runs, filter, [field](const RunRecord& record) { return record.*field; }), decimals);
    };
    table.rows.push_back({std::string(row.policy), ShowFixed(row.jct_s, 0), ShowOverSeeds(AverageJct(runs, filter), 0),
                          ShowFixed(row.makespan_s, 0), figure(&RunRecord::makespan_s, 0),
                          ShowFixed(row.queue_delay_s, 1), figure(&RunRecord::avg_queue_delay_s, 1)});
  }
  table.caption =
      "Queueing: as the authors count it, from the opening of a round until exactly 0.8 D devices have taken the task, "
      "aborted rounds included.";
  return table;
}

Table IneligibleOffers(const std::vector<FinishedRun>& runs) {
  Table table;
  table.title = "Offers to devices that are not eligible";
  table.columns = {
      {.title = "workload"}, {.title = "Venn released", .number = true}, {.title = "Venn product", .number = true}};
  const auto share = [](const RunRecord& record) {
    return record.bindings == 0 ? 0
                                : static_cast<double>(record.ineligible_offers) / static_cast<double>(record.bindings);
  };
  for (const std::string& workload : Workloads(runs)) {
    std::vector<Cell> row{workload};
    for (const char* policy : {kReleased, "venn"}) {
      const auto shares = Over(runs, {.policy = policy, .workload = workload}, share);
      row.emplace_back(shares ? ShowPercent(shares->mean, 2) : "–");
    }
    table.rows.push_back(std::move(row));
  }
  table.caption = "In per cent of the bindings. The released plan gives whole groups away and does not look back.";
  return table;
}

// The lowest, or the highest, of these ratios, with the unfinished jobs of all workloads.
std::optional<OverSeeds> Extreme(const std::vector<FinishedRun>& runs, const RunFilter& ours, const RunFilter& base,
                                 bool most) {
  std::optional<OverSeeds> found;
  std::uint32_t unfinished = 0;
  for (const std::string& workload : Workloads(runs)) {
    const auto ratio =
        SpeedUp(runs, {.policy = ours.policy, .workload = workload}, {.policy = base.policy, .workload = workload});
    if (!ratio) continue;
    unfinished += ratio->unfinished;
    if (!found || (most ? ratio->mean > found->mean : ratio->mean < found->mean)) found = ratio;
  }
  if (found) found->unfinished = unfinished;
  return found;
}

// What this project asks of its own Venn.
void JudgeOwnAims(const std::vector<FinishedRun>& runs, std::vector<Claim>& claims) {
  for (const std::string& workload : Workloads(runs)) {
    const auto gain = OverRandom(runs, "venn", workload);
    claims.push_back({"Product Venn is at least so much faster than random, " + workload, "1.50",
                      ShowOverSeeds(gain, 2), JudgeAim(gain, 1.5), "An aim of ours."});
  }
  for (const char* workload : {"even", "small", "low"}) {
    const auto ratio =
        SpeedUp(runs, {.policy = "venn", .workload = workload}, {.policy = kReleased, .workload = workload});
    if (!ratio) continue;
    claims.push_back(
        {std::string("Product Venn is not more than 1 % slower than the released rules: their JCT over its, ") +
             workload,
         "0.99", ShowOverSeeds(ratio, 3), JudgeAim(ratio, 0.99),
         "An aim of ours. In Large and High the released rules use devices that are not eligible."});
  }
}

std::vector<Claim> Claims(const std::vector<FinishedRun>& runs) {
  const RunFilter random{.policy = "random"};
  std::vector<Claim> claims;
  const auto best = Extreme(runs, {.policy = "venn"}, random, true);
  claims.push_back({"Venn is up to so much faster than random", "1.88", ShowOverSeeds(best, 2),
                    JudgeAtLeast(best, 1.88),
                    "Random draws once per request. Drawn per device, as production systems do, most jobs never "
                    "finish, and any ratio could be had."});
  const auto worst = Extreme(runs, {.policy = "venn"}, random, false);
  claims.push_back({"Venn is faster than random on every workload, at least", "1.63", ShowOverSeeds(worst, 2),
                    JudgeAtLeast(worst, 1.63),
                    "In Large and High the released rules are 4 % nearer: they give devices to jobs that those are not "
                    "eligible for."});
  const auto srsf = Extreme(runs, {.policy = "venn"}, {.policy = "srsf"}, false);
  claims.push_back({"Venn is not behind SRSF anywhere: JCT of SRSF over Venn's, least", "1.06", ShowOverSeeds(srsf, 2),
                    JudgeAim(srsf, kAsFast), "SRSF orders by what is left of the current request, not of the job."});
  JudgeOwnAims(runs, claims);
  for (const VennReadmeRow& row : kVennReadme) {
    const auto jct = AverageJct(runs, {.policy = std::string(row.policy), .workload = "even"});
    claims.push_back(
        {"README, Even: JCT of " + std::string(row.policy), ShowFixed(row.jct_s, 0), ShowOverSeeds(jct, 0),
         JudgeAbout(jct, row.jct_s, 0.02),
         "Within 2 %. The trace is generated; its rate of 4.676 check-ins per second was fitted to these."});
  }
  const auto offers = Over(runs, {.policy = "venn"},
                           [](const RunRecord& record) { return static_cast<double>(record.ineligible_offers); });
  claims.push_back({"A device works only for jobs that it is eligible for: product Venn's other offers", "0",
                    ShowOverSeeds(offers, 0), offers && offers->high == 0 ? kAgrees : kDiffers,
                    "The released code breaks it, the paper's algorithm does not."});
  return claims;
}

Findings Conclude(const ExperimentAsked& asked, const std::vector<FinishedRun>& runs) {
  Findings findings{.experiment = "venn-table1", .quick = asked.quick};
  findings.tables = {SpeedUps(runs), Readme(runs), IneligibleOffers(runs)};
  findings.claims = Claims(runs);
  findings.remarks = {
      "Averages are over finished jobs, as in the authors' script; jobs that did not finish are counted beside a "
      "figure where there are any."};
  if (asked.quick) LeaveUnjudged(findings);
  return findings;
}

}  // namespace

Experiment VennTable1() {
  return {.name = "venn-table1",
          .what = "Venn's Table 1: Even, Small, Large, Low and High under random, FIFO, SRSF and Venn",
          .runs = Runs,
          .conclude = Conclude};
}

}  // namespace propius
