#include <algorithm>
#include <map>
#include <set>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "experiments/experiment.h"
#include "experiments/findings_json.h"
#include "experiments/run_page.h"
#include "experiments/run_plots.h"
#include "experiments/run_table.h"
#include "experiments/testing.h"

namespace propius {
namespace {

// Venn twice as fast as random, fluid faster than Venn, the rest between, seeds a little apart.
std::vector<FinishedRun> MadeUpRuns(const std::vector<RunAsked>& asked) {
  std::vector<FinishedRun> runs;
  for (const RunAsked& each : asked) {
    double jct = 1'000 + static_cast<double>(each.seed);
    if (each.policy.starts_with("venn")) jct /= 2;
    if (each.policy.starts_with("fluid")) jct /= 2.6;
    if (each.policy == "srsf" || each.policy == "fifo") jct /= 1.6;
    runs.push_back({.asked = each, .record = MadeUpRecord(jct)});
  }
  return runs;
}

class EveryExperiment : public testing::TestWithParam<std::size_t> {
 protected:
  const Experiment experiment_ = AllExperiments()[GetParam()];
};

INSTANTIATE_TEST_SUITE_P(All, EveryExperiment, testing::Range(std::size_t{0}, AllExperiments().size()));

TEST_P(EveryExperiment, AsksForDifferentRunsAndForFewerSmallOnesWhenQuick) {
  const std::vector<RunAsked> full = experiment_.runs({});
  const std::vector<RunAsked> quick = experiment_.runs({.quick = true, .seeds = {}, .workloads = {}});
  EXPECT_LE(quick.size(), full.size());
  EXPECT_EQ(quick.empty(), full.empty());
  std::set<std::tuple<std::string, std::string, std::string, std::uint64_t, std::uint32_t>> keys;
  for (const RunAsked& run : full) {
    EXPECT_TRUE(keys.emplace(run.policy, run.workload, run.variant, run.seed, run.population).second)
        << run.policy << " " << run.workload;
  }
}

TEST_P(EveryExperiment, ConcludesWithTablesAndJudgedClaims) {
  const ExperimentAsked asked{.quick = true, .seeds = {1, 2}, .workloads = {}};
  const std::vector<FinishedRun> runs = MadeUpRuns(experiment_.runs(asked));
  const Findings findings = experiment_.conclude(asked, runs);
  EXPECT_EQ(findings.experiment, experiment_.name);
  EXPECT_TRUE(findings.quick);
  EXPECT_FALSE(findings.tables.empty());
  for (const Table& table : findings.tables) {
    EXPECT_FALSE(table.rows.empty()) << table.title;
    for (const auto& row : table.rows) EXPECT_EQ(row.size(), table.columns.size()) << table.title;
  }
  EXPECT_FALSE(findings.claims.empty());
  for (const Claim& claim : findings.claims) {
    EXPECT_FALSE(claim.what.empty());
    EXPECT_FALSE(claim.claimed.empty()) << claim.what;
    EXPECT_FALSE(claim.ours.empty()) << claim.what;
    EXPECT_TRUE(
        (std::set<std::string>{"agrees", "differs", "by luck", "by definition", "not judged"}).contains(claim.verdict))
        << claim.verdict;
  }
  const Findings again = FindingsFromJson(FindingsToJson(findings));
  EXPECT_EQ(FindingsToJson(again), FindingsToJson(findings));
}

TEST_P(EveryExperiment, IsShownOnAPageThatStandsAlone) {
  const ExperimentAsked asked{.quick = true, .seeds = {1}, .workloads = {}};
  Simulation simulation{.version = "0", .runs = MadeUpRuns(experiment_.runs(asked)), .findings = {}};
  simulation.findings = experiment_.conclude(asked, simulation.runs);
  const std::string page = Render(SimulationPage(simulation));
  EXPECT_TRUE(page.ends_with("</html>\n"));
  EXPECT_NE(page.find("Claims"), std::string::npos);
  EXPECT_EQ(page.find("src=\"http"), std::string::npos);
}

TEST_P(EveryExperiment, BearsRunsOfWhichNoneFinished) {
  const ExperimentAsked asked{.quick = true, .seeds = {1}, .workloads = {}};
  std::vector<FinishedRun> runs = MadeUpRuns(experiment_.runs(asked));
  for (FinishedRun& run : runs) {
    for (JobRecord& job : run.record.jobs) job.finish_s = -1;
    run.record.supply_by_hour.clear();
    run.record.utilization = run.record.bindings_per_second = run.record.bindings_per_waiting_second = 0;
    run.record.checkins = run.record.bindings = 0;
  }
  const Findings findings = experiment_.conclude(asked, runs);
  EXPECT_FALSE(findings.tables.empty());
  const std::string page = Render(SimulationPage({.version = "0", .runs = runs, .findings = findings}));
  EXPECT_EQ(page.find("did not finish") != std::string::npos, !runs.empty());
}

// By the claim's first words.
std::string VerdictOf(const Findings& findings, const std::string& what) {
  const auto found =
      std::ranges::find_if(findings.claims, [&](const Claim& each) { return each.what.starts_with(what); });
  return found == findings.claims.end() ? "no such claim" : found->verdict;
}

TEST(VennTable1, JudgesTheProjectsOwnAims) {
  const Experiment experiment = VennTable1();
  std::vector<FinishedRun> runs = MadeUpRuns(experiment.runs({}));
  const auto verdict = [&](const std::string& what) { return VerdictOf(experiment.conclude({}, runs), what); };
  for (const std::string workload : {"even", "small", "large", "low", "high"}) {
    EXPECT_EQ(verdict("Product Venn is at least so much faster than random, " + workload), "agrees");
  }
  const std::string near = "Product Venn is not more than 1 % slower than the released rules: their JCT over its, low";
  EXPECT_EQ(verdict(near), "agrees");
  for (FinishedRun& run : runs) {
    if (run.asked.policy == "venn" && run.asked.workload == "low") run.record = MadeUpRecord(1'000);
  }
  EXPECT_EQ(verdict(near), "differs");
  EXPECT_EQ(verdict("Product Venn is at least so much faster than random, low"), "differs");
  EXPECT_EQ(verdict("Product Venn is at least so much faster than random, even"), "agrees");
}

TEST(BeyondVenn, DoesNotWinByLeavingJobsUnfinished) {
  const Experiment experiment = BeyondVenn();
  std::vector<FinishedRun> runs = MadeUpRuns(experiment.runs({}));
  const auto verdict = [&](const std::string& what) { return VerdictOf(experiment.conclude({}, runs), what); };
  const std::vector<std::string> claims = {"fluid is faster than Venn, even, paper lists",
                                           "No job's slowdown is worse than Venn's worst, even",
                                           "No job is more than 4 times slower than under Venn, even, stream"};
  for (const std::string& claim : claims) EXPECT_EQ(verdict(claim), "agrees") << claim;
  // The last job, with the others as they were; under Venn, too.
  for (FinishedRun& run : runs) {
    if (run.asked.workload == "even") run.record.jobs.back().finish_s = -1;
  }
  for (const std::string& claim : claims) EXPECT_EQ(verdict(claim), "differs") << claim;
}

TEST(BeyondVenn, DrawsJobsAgainWithTheSeedsAskedForAndTellsFluidWhatIsWrong) {
  std::map<std::string, std::set<std::string>> workloads;
  for (const RunAsked& run : BeyondVenn().runs({.quick = false, .seeds = {7, 8}, .workloads = {}})) {
    workloads[run.variant].insert(run.workload);
    EXPECT_EQ(run.changes.drawn_again == 8, run.variant.ends_with("drawn again 8"));
    EXPECT_EQ(run.changes.stated_factor == 0.5, run.variant == "totals halved");
    EXPECT_EQ(run.speed_known, run.variant != "speeds unknown");
  }
  EXPECT_EQ(workloads["drawn again 7"].size(), 5);
  EXPECT_EQ(workloads["drawn again 8"].size(), 5);
  EXPECT_EQ(workloads["stream, drawn again 8"].size(), 2);
  for (const char* variant : {"totals halved", "totals doubled", "each total within a half and twice",
                              "speeds off by sigma 0.4", "speeds unknown"}) {
    EXPECT_EQ(workloads[variant].size(), 3) << variant;
  }
  const std::vector<FinishedRun> runs = MadeUpRuns(BeyondVenn().runs({}));
  EXPECT_EQ(VerdictOf(BeyondVenn().conclude({}, runs),
                      "fluid is not slower than Venn though it knows less, low, speeds unknown"),
            "agrees");
}

TEST(RunTable, HasARowForEachPolicyAndMeansOverTheSeeds) {
  const Table table = RunTable({MadeUpRun("fifo", 1'000, 1), MadeUpRun("fifo", 2'000, 2), MadeUpRun("venn", 500, 1)});
  ASSERT_EQ(table.rows.size(), 2U);
  EXPECT_EQ(table.rows[0][1].text, "fifo");
  EXPECT_EQ(table.rows[0][2].text, "1,500");
  EXPECT_EQ(table.rows[0][4].text, "6 of 6");
  EXPECT_EQ(table.rows[1][2].text, "500");
  const std::string text = PlainText(table);
  EXPECT_NE(text.find("1,500"), std::string::npos);
  EXPECT_TRUE(RunTable({}).rows.empty());
}

TEST(RunFigures, ShowWhatThePapersShow) {
  std::vector<std::string> titles;
  for (const Figure& figure : RunFigures({MadeUpRun("fifo", 1'000), MadeUpRun("venn", 500)})) {
    titles.push_back(figure.title);
  }
  EXPECT_EQ(titles,
            (std::vector<std::string>{"Job completion time by policy and workload", "Distribution of the JCT: even",
                                      "Scheduling delay against collection time", "Supply by hour"}));
  std::vector<FinishedRun> runs{MadeUpRun("fifo", 1'000), MadeUpRun("fifo", 1'000)};
  runs[0].asked.population = 1'200;
  runs[1].asked.population = 1'800;
  const std::vector<Figure> figures = RunFigures(runs);
  EXPECT_EQ(figures.front().title, "Utilisation of the devices that were used");
  EXPECT_EQ(std::get<LineChart>(figures.front().plot).series.front().points.size(), 2U);
  EXPECT_TRUE(RunFigures({}).empty());
}

}  // namespace
}  // namespace propius
