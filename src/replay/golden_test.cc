// The authors' own results (data/venn/golden_*.json), to the last bit.
#include <fstream>
#include <string>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "replay/replay.h"
#include "workload/inputs.h"

namespace propius {
namespace {

Workload SmallEven() {
  const std::string folder = PROPIUS_VENN_DATA;
  Workload workload{.name = "even"};
  workload.jobs = ReadJobs(folder + "jobs_even_100k_20.csv").value();
  workload.fleet.capacities = ReadCapacities(folder + "device_capacity.csv.gz").value();
  workload.fleet.eligibility = ReadEligibility(folder + "eligibility.csv").value();
  workload.sessions = ReadSessions(folder + "checkins_100k.csv.gz").value();
  return workload;
}

class Golden : public testing::TestWithParam<std::string> {};

TEST_P(Golden, EveryJobFinishesWhenItDidForTheAuthors) {
  static const Workload kWorkload = SmallEven();
  std::ifstream file(PROPIUS_VENN_DATA "golden_" + GetParam() + "_even_100k_20.json");
  const nlohmann::json golden = nlohmann::json::parse(file);

  const Result<RunRecord> run =
      Replay(kWorkload, {.policy = {.name = GetParam(), .options = {}}, .dispatch_delay = 1s});
  ASSERT_TRUE(run) << run.error().message;
  ASSERT_EQ(run->jobs.size(), golden["per_job"].size());
  for (std::size_t i = 0; i < run->jobs.size(); ++i) {
    const nlohmann::json& expected = golden["per_job"][i];
    EXPECT_EQ(run->jobs[i].id, expected["id"]);
    EXPECT_EQ(run->jobs[i].finish_s, expected["finish"].get<double>()) << "job " << i;
    EXPECT_EQ(run->jobs[i].rounds, expected["rounds"]) << "job " << i;
    EXPECT_EQ(run->jobs[i].aborts, expected["aborts"]) << "job " << i;
  }
  EXPECT_EQ(run->finished(), golden["finished"]);
  EXPECT_NEAR(run->average_jct(), golden["avg_jct_s"], 1e-6);
  EXPECT_NEAR(run->avg_queue_delay_s, golden["avg_queue_delay_s"], 1e-6);
}

INSTANTIATE_TEST_SUITE_P(Released, Golden, testing::Values("fifo", "srsf", "venn_released"));

}  // namespace
}  // namespace propius
