#include "sync_sim/experiment.h"

#include <algorithm>
#include <cmath>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "base/event.h"
#include "sync_sim/experiment_parts.h"
#include "sync_sim/summary.h"
#include "sync_sim/training_run.h"

namespace propius {
namespace {

Laboratory& Lab() {
  static Laboratory laboratory([](const std::string&) -> Result<Dataset> { return Fail(Code::kNotFound, "no file"); });
  return laboratory;
}

class EveryExperiment : public testing::TestWithParam<std::string> {};

TEST_P(EveryExperiment, RunsQuicklyAndConcludesInTablesAPageAndFiles) {
  const SyncExperiment* experiment = FindSyncExperiment(GetParam());
  ASSERT_NE(experiment, nullptr);
  RunSettings base;
  base.dataset = "clouds";
  base.limit_seconds = 900;
  const EventSink sink = SetEventSink([](Severity, std::string_view, const std::vector<EventField>&) {});
  auto runs = RunStudy(experiment->plan(base, true), Lab(), 2);
  SetEventSink(sink);
  ASSERT_TRUE(runs) << runs.error().message;
  const SyncFindings findings = experiment->conclude(*runs);
  ASSERT_FALSE(findings.tables.empty());
  for (const Table& table : findings.tables) {
    EXPECT_FALSE(table.rows.empty());
    for (const auto& row : table.rows) EXPECT_EQ(row.size(), table.columns.size()) << table.title;
    EXPECT_NE(TerminalText(table).find(table.title), std::string::npos);
  }
  const SyncStudy study{"1.0", experiment, *std::move(runs)};
  const auto summary = nlohmann::json::parse(SyncSummaryJson(study));
  EXPECT_EQ(summary["schema"], "propius.sync/1");
  EXPECT_EQ(summary["experiment"], GetParam());
  EXPECT_EQ(summary["runs"].size(), study.runs.size());
  EXPECT_EQ(summary["tables"].size(), findings.tables.size());
  const std::string page = Render(SyncPage(study));
  EXPECT_NE(page.find("All runs"), std::string::npos);
  EXPECT_FALSE(findings.figures.empty());
  EXPECT_NE(page.find("<svg"), std::string::npos);
}

TEST_P(EveryExperiment, PlansWholeRunsThatCanBe) {
  const SyncExperiment* experiment = FindSyncExperiment(GetParam());
  const auto plan = experiment->plan({}, false);
  EXPECT_GE(plan.size(), experiment->plan({}, true).size());
  SyncRegistry registry;
  AddBuiltinSyncModels(registry);
  for (const PlannedRun& run : plan) {
    EXPECT_FALSE(run.group.empty());
    const auto options = OptionsOf(run.settings);
    ASSERT_TRUE(options) << options.error().message;
    const auto choice = ParseSyncChoice(run.settings.scheme);
    ASSERT_TRUE(choice);
    EXPECT_TRUE(registry.Make(*choice, options->job)) << run.settings.scheme;
  }
}

std::vector<std::string> Names() {
  std::vector<std::string> names;
  for (const SyncExperiment& experiment : AllSyncExperiments()) names.push_back(experiment.name);
  return names;
}

INSTANTIATE_TEST_SUITE_P(All, EveryExperiment, testing::ValuesIn(Names()), [](const auto& tested) {
  std::string name = tested.param;
  std::ranges::replace(name, '-', '_');
  return name;
});

TEST(Experiments, AreFoundByTheirNames) {
  EXPECT_EQ(Names(), (std::vector<std::string>{"adsp-convergence", "adsp-heterogeneity", "adsp-delay", "adsp-scale",
                                               "adsp-waiting", "adsp-commit-rate", "adsp-search", "adsp-tuned",
                                               "adsp-shift", "adsp-skew"}));
  EXPECT_EQ(FindSyncExperiment("adsp-speed"), nullptr);
}

TEST(Experiments, PredictSavingsByThroughputAlone) {
  RunSettings settings;
  settings.jitter = 0;
  // 1 - 1 / (2 * (1 + 1 / 58.98) * (1 - 2 / 60))
  EXPECT_NEAR(PredictedSaving(settings, 40, 2), 0.4914, 1e-3);
  settings.jitter = 0.1;
  EXPECT_NEAR(PredictedSaving(settings, 1, 2), 0.72, 0.01) << "a barrier waits for the slowest of seven";
  settings.heterogeneity = 0.3;
  EXPECT_TRUE(std::isnan(PredictedSaving(settings, 1, 2)));
}

TEST(SyncSummary, HoldsWhatIsPromised) {
  SyncRun run;
  run.record.scheme = "bsp";
  run.record.reached = true;
  run.record.time_to_target_s = 12.5;
  run.record.final_loss = std::nan("");
  run.record.commits_per_worker = {3, 4};
  run.record.curve = {{0, 2, 0.1}, {5, 1, 0.5}};
  run.record.checkpoints = {{60, 3, 4, -1}};
  const auto json = nlohmann::json::parse(SyncSummaryJson({"1", nullptr, {run}}));
  const auto& shown = json["runs"][0];
  for (const char* key : {"scheme", "time_to_target_s", "reached", "steps", "commits", "busy_share", "waiting_share",
                          "final_loss", "final_accuracy", "commits_per_worker"}) {
    EXPECT_TRUE(shown.contains(key)) << key;
  }
  EXPECT_TRUE(shown["final_loss"].is_null());
  EXPECT_EQ(shown["commits_per_worker"], (std::vector<int>{3, 4}));
  EXPECT_EQ(SyncCurvesCsv({run}),
            "run,group,scheme,time_s,loss,accuracy\n0,\"\",\"adsp\",0,2,0.1\n0,\"\",\"adsp\",5,1,0.5\n");
  EXPECT_EQ(SyncCheckpointsCsv({run}),
            "run,group,scheme,time_s,fewest_commits,most_commits,knob\n0,\"\",\"adsp\",60,3,4,-1\n");
}

}  // namespace
}  // namespace propius
