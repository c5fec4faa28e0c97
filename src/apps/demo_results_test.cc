#include "apps/demo_results.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "apps/demo_figures.h"
#include "apps/demo_record.h"
#include "apps/demo_table.h"
#include "base/testing.h"
#include "config/files.h"

namespace propius {
namespace {

// Two devices and one job of two rounds, from second 1 to second 11.
DemoResults MakeResults() {
  DemoResults results;
  results.seed = 7;
  results.policy = "fifo";
  for (const std::uint64_t id : {11U, 12U}) {
    FleetDevice device;
    device.id = id;
    device.phone.model = "phone " + std::to_string(id);
    device.phone.attributes = *Attributes::Make({{"cpu_f", id == 11 ? 9.0 : 2.0}}, "phone");
    device.phone.ms_per_sample = 20;
    results.fleet.push_back(device);
  }
  DemoJob job;
  job.tenant = "vision";
  job.registered = 1s;
  job.file.spec.name = "digits";
  job.file.spec.rounds = 2;
  job.file.spec.needs = Constraint(*Attributes::Make({{"cpu_f", 8}}, "needs"));
  job.file.train = TrainPlan{.model = "mlp"};
  job.report.job_id = 3;
  job.report.completion = 10s;
  job.report.final = {.accuracy = 0.9, .loss = 0.3};
  for (const std::uint32_t round : {1U, 2U}) {
    JobRound record;
    record.round = round;
    record.outcome = "completed";
    record.began = Duration(5s) * (round - 1);
    record.scheduling = 1s;
    record.collection = 4s;
    record.ended = Duration(5s) * round;
    record.count = 1;
    record.accuracy = 0.4 * round;
    record.ledger_balances = true;
    job.report.rounds.push_back(record);
  }
  results.jobs.push_back(job);
  results.tasks = {{.device = 11, .job = 3, .round = 1, .end = "committed", .began = 2s, .ended = 6s},
                   {.device = 11, .job = 3, .round = 2, .end = "committed", .began = 7s, .ended = 20s},
                   {.device = 12, .job = 3, .round = 2, .end = "failed", .began = 0s, .ended = 2s}};
  return results;
}

TEST(DemoResults, CountsOnlyTheTimeBetweenTheFirstRegistrationAndTheLastRound) {
  const FleetFigures figures = FiguresOf(MakeResults());
  EXPECT_DOUBLE_EQ(figures.makespan_seconds, 10);
  // Device 11: 4 s and 4 of its 13 s; device 12: 1 of its 2 s.
  EXPECT_DOUBLE_EQ(figures.utilization, 9.0 / 20);
  EXPECT_EQ(figures.used, 2U);
  EXPECT_EQ(FiguresOf({}).utilization, 0);
}

TEST(DemoResults, CountsADeviceOnceAndOnlyForWhatWasCommitted) {
  EXPECT_EQ(DevicesOf(MakeResults(), 3), 1U);
  EXPECT_EQ(DevicesOf(MakeResults(), 4), 0U);
}

TEST(DemoResults, SummarisesAsDocumented) {
  const auto summary = nlohmann::json::parse(SummaryJson(MakeResults()));
  EXPECT_EQ(summary["schema"], "propius.demo/1");
  EXPECT_EQ(summary["seed"], 7);
  EXPECT_EQ(summary["ledgers_balance"], true);
  EXPECT_EQ(summary["fleet"]["devices"], 2);
  const auto& job = summary["jobs"][0];
  EXPECT_EQ(job["rounds_completed"], 2);
  EXPECT_EQ(job["scheduling_seconds"], 2.0);
  EXPECT_EQ(job["collection_seconds"], 8.0);
  EXPECT_EQ(job["jct_seconds"], 10.0);
  EXPECT_EQ(job["contributions"], 2);
  EXPECT_EQ(job["eligible_devices"], 1);
}

TEST(DemoResults, SaysWhenALedgerDoesNotBalance) {
  DemoResults results = MakeResults();
  results.jobs[0].report.rounds[1].ledger_balances = false;
  EXPECT_EQ(nlohmann::json::parse(SummaryJson(results))["ledgers_balance"], false);
  EXPECT_NE(DemoTable(results).find("NOT every round's ledger balances"), std::string::npos);
  EXPECT_NE(DemoTable(MakeResults()).find("Every round's ledger balances"), std::string::npos);
}

class DemoFolder : public testing::Test {
 protected:
  const TestFolder folder_;
};

TEST_F(DemoFolder, IsReadBackAsItWasWritten) {
  ASSERT_TRUE(WriteResults(MakeResults(), folder_.path()));
  const Result<DemoRecord> record = ReadDemoRecord(folder_.path());
  ASSERT_TRUE(record) << record.error().message;
  EXPECT_EQ(record->jobs.size(), 1U);
  EXPECT_EQ(record->jobs[0].needs, "cpu_f ≥ 8");
  EXPECT_EQ(record->rounds.size(), 2U);
  EXPECT_EQ(record->rounds[1].began, 6.0);
  EXPECT_EQ(record->tasks.size(), 3U);
  EXPECT_EQ(record->devices[1].cpu_f, 2.0);

  const LineChart accuracy = AccuracyOverTime(*record);
  ASSERT_EQ(accuracy.series.size(), 1U);
  EXPECT_EQ(accuracy.series[0].points[1].x, 11.0);
  EXPECT_EQ(accuracy.series[0].points[1].y, 0.8);
  EXPECT_EQ(RoundTimeline(*record).rows[0].spans.size(), 4U);
  const Matrix served = WhoServedWhom(*record);
  EXPECT_EQ(served.values, (std::vector<std::vector<double>>{{0}, {0}, {2}, {0}}));
  // Fiftieths of 0.2 s. Device 12 holds a task from the start until second 2, when device 11 begins; nobody does from 6
  // to 7.
  const std::vector<Point> busy = DevicesAtWork(*record).series[0].points;
  ASSERT_EQ(busy.size(), 50U);
  EXPECT_NEAR(busy[0].y, 1.0, 1e-9);
  EXPECT_NEAR(busy[10].y, 1.0, 1e-9);
  EXPECT_NEAR(busy[32].y, 0.0, 1e-9);
  EXPECT_NEAR(busy[49].y, 1.0, 1e-9);
}

TEST_F(DemoFolder, OfAnotherSchemaIsRefused) {
  ASSERT_TRUE(WriteFile(folder_ / "events.jsonl", ""));
  ASSERT_TRUE(WriteFile(folder_ / "summary.json", R"({"schema": "propius.simulate/1"})"));
  const Result<DemoRecord> other = ReadDemoRecord(folder_.path());
  ASSERT_FALSE(other);
  EXPECT_TRUE(other.error().message.ends_with("expected the schema propius.demo/1, got \"propius.simulate/1\""));
  ASSERT_TRUE(WriteFile(folder_ / "summary.json", "{"));
  EXPECT_FALSE(ReadDemoRecord(folder_.path()));
  EXPECT_FALSE(ReadDemoRecord(folder_ / "nowhere"));
}

TEST_F(DemoFolder, TakesTheTasksThatDevicesLoggedAndPassesOverALineCutShort) {
  ASSERT_TRUE(WriteFile(folder_ / "a.jsonl",
                        R"({"device":"12","job":3,"round":1,"end":"late","began":105.5,"ended":107.0})"
                        "\n{\"device\":\"1"));
  const auto tasks = ReadTasks({folder_ / "a.jsonl"}, FromMicros(100'000'000));
  ASSERT_TRUE(tasks);
  ASSERT_EQ(tasks->size(), 1U);
  EXPECT_EQ((*tasks)[0].device, 12U);
  EXPECT_EQ((*tasks)[0].began, 5'500ms);
}

}  // namespace
}  // namespace propius
