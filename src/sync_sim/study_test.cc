// Virtual-time training on drawn clouds: what every change of the schemes must leave true (docs/experiments.md, ADSP).
#include "sync_sim/study.h"

#include <algorithm>
#include <cmath>

#include <gtest/gtest.h>

#include "base/event.h"
#include "sync_sim/experiment_parts.h"
#include "sync_sim/summary.h"

namespace propius {
namespace {

Laboratory& Lab() {
  static Laboratory laboratory([](const std::string& name) -> Result<Dataset> {
    return Fail(Code::kNotFound, "dataset: expected clouds, got " + name);
  });
  return laboratory;
}

RunSettings Clouds(std::uint64_t seed) {
  RunSettings settings;
  settings.dataset = "clouds";
  settings.seed = seed;
  return settings;
}

std::vector<SyncRun> RunAllOf(const std::vector<PlannedRun>& plan) {
  auto runs = RunStudy(plan, Lab(), 2);
  EXPECT_TRUE(runs) << runs.error().message;
  return runs ? *std::move(runs) : std::vector<SyncRun>{};
}

TEST(Study, AdspSavesWhatItsThroughputPromises) {
  for (const std::uint64_t seed : {7U, 8U, 9U}) {
    for (const double h : {1.45, 2.0, 2.6, 3.2}) {
      RunSettings settings = Clouds(seed);
      settings.heterogeneity = h;
      const auto runs = RunAllOf(Cross({{"", settings}}, {"bsp", "fixed_adacomm", "adsp"}));
      ASSERT_EQ(runs.size(), 3U);
      for (const SyncRun& run : runs) EXPECT_TRUE(run.record.reached) << run.settings.scheme;
      EXPECT_NEAR(Saving(&runs[2], &runs[1]), PredictedSaving(settings, 40, 2), 0.08) << "H " << h << " seed " << seed;
      if (h != 2.0) continue;
      EXPECT_LE(runs[2].record.time_to_target_s, 0.45 * runs[0].record.time_to_target_s);
      EXPECT_LE(runs[2].record.time_to_target_s, 0.62 * runs[1].record.time_to_target_s);
      EXPECT_NEAR(
          static_cast<double>(runs[2].record.steps_to_target) / static_cast<double>(runs[0].record.steps_to_target), 1,
          0.12);
    }
  }
}

TEST(Study, GivesTheSameWheneverItIsRunAndOnHoweverManyCores) {
  RunSettings settings = Clouds(3);
  settings.goal = -1;
  settings.limit_seconds = 150;
  const auto plan = Cross({{"", settings}}, {"bsp", "ssp:s=4", "adacomm", "adsp:stagger=1", "esync", "fedbuff",
                                             "fedasync", "dynsgd", "batch_tune:inner=asp"});
  const EventSink sink = SetEventSink([](Severity, std::string_view, const std::vector<EventField>&) {});
  const auto one = RunStudy(plan, Lab(), 1);
  const auto three = RunStudy(plan, Lab(), 3);
  SetEventSink(sink);
  ASSERT_TRUE(one && three);
  EXPECT_EQ(SyncSummaryJson({"1", nullptr, *one}), SyncSummaryJson({"1", nullptr, *three}));
  EXPECT_EQ(SyncCurvesCsv(*one), SyncCurvesCsv(*three));
  settings.seed = 4;
  const auto other = RunAllOf({{"", settings}});
  EXPECT_NE(other[0].record.final_loss, (*one)[3].record.final_loss);
}

TEST(Study, AdacommDoesNotCollapse) {
  RunSettings settings = Clouds(5);
  settings.scheme = "adacomm";
  settings.goal = -1;
  settings.limit_seconds = 3000;
  const auto runs = RunAllOf({{"", settings}});
  ASSERT_EQ(runs.size(), 1U);
  EXPECT_GE(runs[0].record.checkpoints.back().knob, 5);
}

TEST(Study, ASuddenSlownessCostsABarrierFarMoreThanAdsp) {
  RunSettings settings = Clouds(6);
  RunSettings shifted = settings;
  shifted.slowdown_at = 100;
  shifted.slowdown = 3;
  const auto runs = RunAllOf(Cross({{"steady", settings}, {"shift", shifted}}, {"fixed_adacomm", "adsp"}));
  ASSERT_EQ(runs.size(), 4U);
  const auto longer = [&](const char* scheme) {
    return 1 - Saving(FindRun(runs, "shift", scheme), FindRun(runs, "steady", scheme));
  };
  EXPECT_LT(longer("adsp"), 1.25);
  EXPECT_GT(longer("fixed_adacomm"), 1.7);
}

TEST(Study, LearnsWithAPerceptronFiltersAndMomentumToo) {
  RunSettings settings = Clouds(2);
  settings.limit_seconds = 3000;
  std::vector<PlannedRun> plan;
  settings.model = "mlp";
  plan.push_back({"mlp", settings});
  settings.model = "softmax";
  settings.push = "dgc";
  plan.push_back({"dgc", settings});
  settings.push = "significant";
  plan.push_back({"significant", settings});
  settings.push = "dense";
  settings.momentum = 0.3;
  plan.push_back({"momentum", settings});
  const auto runs = RunAllOf(plan);
  ASSERT_EQ(runs.size(), 4U);
  EXPECT_TRUE(runs[0].record.reached);
  EXPECT_LT(runs[1].record.sent_share, 0.4);
  EXPECT_LT(runs[1].record.final_loss, 1.0);
  EXPECT_TRUE(runs[2].record.reached);
  EXPECT_LE(runs[2].record.sent_share, 1);
  EXPECT_TRUE(runs[3].record.reached);
  EXPECT_NEAR(runs[3].record.server_gain, 1 / 0.7, 1e-9);
}

TEST(Study, TrainsOnSkewedPartsWithEqualCommitsUnderAdspAlone) {
  RunSettings settings = Clouds(4);
  settings.skew = "speed";
  settings.heterogeneity = 3.2;
  settings.goal = -1;
  settings.limit_seconds = 600;
  const EventSink sink = SetEventSink([](Severity, std::string_view, const std::vector<EventField>&) {});
  auto plan = Cross({{"", settings}}, {"adsp", "fedbuff:k=6"});
  settings.skew = "dirichlet:0.1";
  plan.push_back({"dirichlet", settings});
  const auto runs = RunAllOf(plan);
  SetEventSink(sink);
  ASSERT_EQ(runs.size(), 3U);
  const auto spread = [](const SyncRun& run) {
    const auto [fewest, most] = std::ranges::minmax(run.record.commits_per_worker);
    return most - fewest;
  };
  EXPECT_LE(spread(runs[0]), 1U);
  EXPECT_GT(spread(runs[1]), 10U);
  EXPECT_LE(spread(runs[2]), 1U);
  for (const SyncRun& run : runs) EXPECT_LT(run.record.final_loss, 1);
}

TEST(Study, SaysWhatCannotBe) {
  const auto fails = [](const std::function<void(RunSettings&)>& spoil) {
    RunSettings settings = Clouds(1);
    spoil(settings);
    const auto runs = RunStudy({{"", settings}}, Lab(), 1);
    return runs ? "" : runs.error().message;
  };
  EXPECT_NE(fails([](RunSettings& s) { s.dataset = "cifar"; }).find("cifar"), std::string::npos);
  EXPECT_NE(fails([](RunSettings& s) { s.model = "svm", s.goal = 1; }).find("svm"), std::string::npos);
  EXPECT_NE(fails([](RunSettings& s) { s.model = "svm"; }).find("goal"), std::string::npos);
  EXPECT_NE(fails([](RunSettings& s) { s.skew = "dirichlet:0"; }).find("dirichlet"), std::string::npos);
  EXPECT_NE(fails([](RunSettings& s) { s.skew = "odd"; }).find("odd"), std::string::npos);
  EXPECT_NE(fails([](RunSettings& s) { s.heterogeneity = 0.5; }).find("heterogeneity"), std::string::npos);
  EXPECT_NE(fails([](RunSettings& s) { s.step_seconds = {1, 2}; }).find("step times"), std::string::npos);
  EXPECT_NE(fails([](RunSettings& s) { s.workers = 50'000; }).find("rows"), std::string::npos);
}

TEST(Study, CanBeStopped) {
  int told = 0;
  const auto runs =
      RunStudy({{"", Clouds(1)}, {"", Clouds(2)}}, Lab(), 2, [&](const StudyProgress&) { return ++told < 5; });
  ASSERT_FALSE(runs);
  EXPECT_EQ(runs.error().code, Code::kAborted);
}

}  // namespace
}  // namespace propius
