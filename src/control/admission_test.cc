#include "control/admission.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "control/testing.h"

namespace propius {
namespace {

using ::testing::HasSubstr;

struct AdmissionTest : ::testing::Test {
  void SetUp() override { site.Start(); }
  Error Refusal(const JobSpec& spec) {
    const Status status = AdmitJob(spec, "team", *site.book, limits);
    EXPECT_FALSE(status);
    return status ? Error() : status.error();
  }
  Desks site;
  JobDeskOptions limits;
};

TEST_F(AdmissionTest, AdmitsAJobWithinAllLimits) { EXPECT_TRUE(AdmitJob(SpecOf(100), "team", *site.book, limits)); }

TEST_F(AdmissionTest, RefusesADemandThatTheSiteCanNeverFillOverCommitIncluded) {
  limits.max_slots_per_round = 130;
  JobSpec spec = SpecOf(100);
  spec.over_commit = 1.3;
  EXPECT_TRUE(AdmitJob(spec, "team", *site.book, limits));
  spec.over_commit = 1.31;
  const Error error = Refusal(spec);
  EXPECT_EQ(error.code, Code::kInvalidArgument);
  EXPECT_THAT(error.message, HasSubstr("at most 130 (the limit of this site), got 131"));
}

TEST_F(AdmissionTest, RefusesADemandBeyondWhatCanBeCounted) {
  EXPECT_FALSE(AdmitDemand(0, 1, limits));
  EXPECT_FALSE(AdmitDemand(4'000'000'000U, 10, limits));
  limits.max_slots_per_round = 0;
  EXPECT_TRUE(AdmitDemand(1'000'000, 10, limits));
}

TEST_F(AdmissionTest, RefusesTooManyRoundsTooLongADeadlineTooLargeUpdates) {
  limits.max_rounds = 50;
  EXPECT_THAT(Refusal(SpecOf(1, 51)).message, HasSubstr("rounds: expected at most 50"));
  JobSpec slow = SpecOf(1, 1);
  slow.deadline = 25h;
  EXPECT_THAT(Refusal(slow).message, HasSubstr("deadline: expected at most 1d"));
  JobSpec large = SpecOf(1, 1);
  large.max_update_bytes = limits.max_update_bytes + 1;
  EXPECT_THAT(Refusal(large).message, HasSubstr("max_update_bytes: expected at most 268435456"));
}

TEST_F(AdmissionTest, RefusesAReducerThatTheDataPlaneHasNotAndListsThoseItHas) {
  limits.reducers = {"sum", "weighted_mean"};
  EXPECT_TRUE(AdmitJob(SpecOf(1), "team", *site.book, limits));
  JobSpec spec = SpecOf(1);
  spec.reducer.name = "median";
  EXPECT_THAT(Refusal(spec).message, HasSubstr("one of sum, weighted_mean, got \"median\""));
}

TEST_F(AdmissionTest, RefusesASpecThatBreaksItsOwnRules) { EXPECT_EQ(Refusal(SpecOf(0)).code, Code::kInvalidArgument); }

TEST_F(AdmissionTest, RefusesMoreOpenJobsThanTheSiteOrTheTenantMayHave) {
  limits.max_open_jobs = 3;
  limits.max_open_jobs_per_tenant = 2;
  const JobId first = site.book->AddJob("team", SpecOf(1), "", 0);
  site.book->AddJob("team", SpecOf(1), "", 0);
  EXPECT_EQ(Refusal(SpecOf(1)).code, Code::kResourceExhausted);
  EXPECT_TRUE(AdmitJob(SpecOf(1), "others", *site.book, limits));
  site.book->AddJob("others", SpecOf(1), "", 0);
  EXPECT_EQ(AdmitJob(SpecOf(1), "third", *site.book, limits).error().code, Code::kResourceExhausted);
  site.book->FinishJob(first, "enough");
  EXPECT_TRUE(AdmitJob(SpecOf(1), "team", *site.book, limits));
}

TEST_F(AdmissionTest, TakesZeroAsNoLimit) {
  limits = {};
  limits.max_slots_per_round = limits.max_open_jobs = limits.max_open_jobs_per_tenant = limits.max_rounds = 0;
  limits.max_update_bytes = 0;
  limits.max_deadline = 0us;
  JobSpec spec = SpecOf(1'000'000, 1'000'000);
  spec.deadline = 24h * 30;
  spec.max_update_bytes = std::uint64_t{4} << 30;
  site.book->AddJob("team", SpecOf(1), "", 0);
  EXPECT_TRUE(AdmitJob(spec, "team", *site.book, limits));
}

}  // namespace
}  // namespace propius
