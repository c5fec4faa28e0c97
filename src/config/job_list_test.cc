#include "config/job_list.h"

#include <gtest/gtest.h>

namespace propius {
namespace {

TEST(JobList, HoldsJobsInTheOrderOfTheirArrival) {
  const auto jobs = ParseJobList(R"([[jobs]]
name = "late"
demand = 20
arrival = "1h"
tenant = "vision"

[jobs.needs]
cpu_f = 7

[[jobs]]
name = "early"
demand = 10
rounds = 3
)",
                                 "jobs.toml");
  ASSERT_TRUE(jobs) << jobs.error().message;
  ASSERT_EQ(jobs->size(), 2U);
  EXPECT_EQ((*jobs)[0].spec.name, "early");
  EXPECT_EQ((*jobs)[0].spec.rounds, 3U);
  EXPECT_EQ((*jobs)[0].arrival, 0s);
  EXPECT_EQ((*jobs)[1].arrival, 1h);
  EXPECT_EQ((*jobs)[1].tenant, "vision");
  EXPECT_EQ((*jobs)[1].spec.needs.bounds().Get("cpu_f"), 7.0);
}

TEST(JobList, TakesAJobFileAsAListOfOne) {
  const auto jobs = ParseJobList("[job]\nname = \"digits\"\ndemand = 10\n", "digits.toml");
  ASSERT_TRUE(jobs) << jobs.error().message;
  ASSERT_EQ(jobs->size(), 1U);
  EXPECT_EQ(jobs->front().spec.name, "digits");
}

TEST(JobList, SaysWhatIsWrongAndWhere) {
  const auto message = [](const char* text) {
    const auto jobs = ParseJobList(text, "jobs.toml");
    return jobs ? std::string("accepted") : jobs.error().message;
  };
  EXPECT_EQ(message(""), "jobs.toml: expected tables [[jobs]] or a table [job], got none");
  EXPECT_EQ(
      message("[[jobs]]\nname = \"a\"\ndemand = \"many\"\n").find("jobs.toml:3: jobs[0].demand: expected a whole"), 0U);
  EXPECT_NE(message("[[jobs]]\nname = \"a\"\ndemand = 3\narival = \"1h\"\n").find("arrival"), std::string::npos);
  EXPECT_NE(message("[[jobs]]\nname = \"a\"\ndemand = 3\narrival = \"-1h\"\n").find("arrival"), std::string::npos);
  EXPECT_NE(message("[[jobs\n"), "accepted");
}

}  // namespace
}  // namespace propius
