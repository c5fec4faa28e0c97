#include "experiments/summary.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "experiments/compare.h"
#include "experiments/testing.h"

namespace propius {
namespace {

Simulation MadeUpSimulation() {
  Simulation simulation{
      .version = "1.2.3", .runs = {MadeUpRun("fifo", 1'000), MadeUpRun("venn", 0.1 + 0.2)}, .findings = {}};
  FinishedRun& run = simulation.runs[1];
  run.asked.rules = EventRules::kReleased;
  run.asked.dispatch_delay = 1s;
  run.asked.strict = true;
  run.asked.variant = "strict";
  run.record.jobs[2].finish_s = -1;
  Table table{
      .title = "T", .columns = {{.title = "a"}, {.title = "b", .number = true}}, .rows = {{"x", "1"}}, .caption = "c"};
  simulation.findings =
      Findings{.experiment = "e",
               .quick = true,
               .tables = {table},
               .claims = {{.what = "w", .claimed = "1", .ours = "2", .verdict = "differs", .note = "n"}},
               .remarks = {"r"}};
  return simulation;
}

TEST(SimulationSummary, HasTheFieldsThatScriptsRead) {
  const auto json = nlohmann::json::parse(SummaryJson(MadeUpSimulation()));
  EXPECT_EQ(json["schema"], "propius.simulate/1");
  EXPECT_EQ(json["version"], "1.2.3");
  ASSERT_EQ(json["runs"].size(), 2U);
  const auto& fifo = json["runs"][0];
  for (const char* key : {"policy", "seed", "avg_jct_s", "makespan_s", "finished", "jobs", "avg_queue_delay_s",
                          "utilization", "utilization_of_all", "bindings_per_second", "bindings_per_waiting_second",
                          "ineligible_offers", "checkins", "loop_cpu_s"}) {
    EXPECT_TRUE(fifo.contains(key)) << key;
  }
  EXPECT_EQ(fifo["avg_jct_s"], 1'000.0);
  EXPECT_EQ(fifo["rules"], "production");
  EXPECT_TRUE(fifo["dispatch_delay_s"].is_null());
  EXPECT_EQ(fifo["jobs"][1]["start_s"], 100.0);
  EXPECT_EQ(fifo["jobs"][1]["finish_s"], 1'100.0);
  EXPECT_EQ(fifo["jobs"][1]["rounds"], 10);
  EXPECT_EQ(fifo["jobs"][1]["aborts"], 1);
  EXPECT_EQ(fifo["supply_by_hour"][1][23], 1'800.0);
  const auto& venn = json["runs"][1];
  EXPECT_EQ(venn["finished"], 2);
  EXPECT_EQ(venn["unfinished"], 1);
  EXPECT_EQ(venn["jobs"][2]["finish_s"], -1.0);
  EXPECT_EQ(venn["dispatch_delay_s"], 1.0);
  EXPECT_EQ(json["experiment"]["claims"][0]["verdict"], "differs");
}

TEST(SimulationSummary, KeepsEveryDigitOfAFinishTime) {
  const auto json = nlohmann::json::parse(SummaryJson(MadeUpSimulation()));
  EXPECT_EQ(json["runs"][1]["jobs"][0]["finish_s"].get<double>(), 0.1 + 0.2);
}

TEST(SimulationSummary, IsReadBackAsItWasWritten) {
  const std::string text = SummaryJson(MadeUpSimulation());
  const auto read = ParseSummary(text, "summary.json");
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(SummaryJson(*read), text);
  EXPECT_EQ(read->runs[1].asked.rules, EventRules::kReleased);
  EXPECT_EQ(read->runs[1].asked.dispatch_delay, 1s);
  EXPECT_EQ(read->findings->tables[0].rows[0][1].text, "1");
}

TEST(SimulationSummary, SaysWhatTheRunWasFedWith) {
  Simulation simulation = MadeUpSimulation();
  RunAsked& asked = simulation.runs[0].asked;
  asked.jobs = "jobs.csv";
  asked.devices = {.checkins = "c.csv.gz", .capacity = "d.csv", .eligibility = "e.csv", .rate = 4.5, .days = 2};
  asked.speed_noise = 0.4;
  asked.speed_known = false;
  asked.latency = 150ms;
  asked.loss = 0.1;
  const std::string text = SummaryJson(simulation);
  const auto json = nlohmann::json::parse(text)["runs"][0];
  EXPECT_EQ(json["files"]["checkins"], "c.csv.gz");
  EXPECT_EQ(json["speed_noise"], 0.4);
  EXPECT_EQ(json["latency_s"], 0.15);
  const auto read = ParseSummary(text, "summary.json");
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(SummaryJson(*read), text);
  EXPECT_EQ(read->runs[0].asked.devices, asked.devices);
}

// Reports are drawn from what was read back.
TEST(SimulationSummary, TellsPopulationsApartAfterItWasReadBack) {
  Simulation simulation = MadeUpSimulation();
  simulation.runs[0].asked.population = 1'200;
  simulation.runs[1].asked.population = 2'400;
  const auto read = ParseSummary(SummaryJson(simulation), "summary.json");
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(Populations(read->runs), (std::vector<std::uint32_t>{1'200, 2'400}));
}

TEST(SimulationSummary, OfAnotherKindIsRefused) {
  const auto message = [](const char* text) {
    const auto read = ParseSummary(text, "s.json");
    return read ? std::string("accepted") : read.error().message;
  };
  EXPECT_EQ(message(R"({"schema": "propius.demo/1"})"),
            "s.json: expected the schema propius.simulate/1, got \"propius.demo/1\"");
  for (const char* text : {"", "[]", "{", R"({"schema": "propius.simulate/1"})", R"({"schema": 3})",
                           R"({"schema": "propius.simulate/1", "runs": [3]})",
                           R"({"schema": "propius.simulate/1", "runs": [{"jobs": [{"id": "x"}]}]})",
                           R"({"schema": "propius.simulate/1", "runs": [], "experiment": {"tables": 3}})"}) {
    EXPECT_EQ(message(text).rfind("s.json: expected", 0), 0U) << text;
  }
}

TEST(SimulationCsv, HasALineForEveryJobAndLeavesOutWhatIsNotKnown) {
  const std::string csv = JobsCsv(MadeUpSimulation().runs);
  EXPECT_EQ(std::count(csv.begin(), csv.end(), '\n'), 7);
  EXPECT_NE(csv.find("fifo,even,,0,1,1,2,20,10,1,100,1100,1000,250,500\n"), std::string::npos) << csv;
  EXPECT_NE(csv.find("venn,even,strict,0,1,2,1,20,10,2,200,,,"), std::string::npos) << csv;
}

TEST(SimulationEvents, ComeInOrderOfTime) {
  std::istringstream lines(EventLines(MadeUpSimulation().runs));
  std::vector<std::string> kinds;
  double last = 0;
  for (std::string line; std::getline(lines, line);) {
    const auto event = nlohmann::json::parse(line);
    kinds.push_back(event["event"]);
    if (kinds.back() == "run") last = 0;
    EXPECT_GE(event.value("at_s", 0.0), last);
    last = event.value("at_s", 0.0);
  }
  EXPECT_EQ(kinds.size(), 2U + 6 + 5);
  EXPECT_EQ(kinds[0], "run");
  EXPECT_EQ(std::ranges::count(kinds, "job_finished"), 5);
}

}  // namespace
}  // namespace propius
