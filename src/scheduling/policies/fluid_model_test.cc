#include "scheduling/policies/fluid_model.h"

#include <gtest/gtest.h>

namespace propius {
namespace {

// Two streams of one device per second each: kind 0 uses both, kind 1 the second only, kind 2 none.
FluidFleet Fleet() { return {.rates = {1, 1}, .streams_of = {{0, 1}, {1}, {}}}; }

FluidJob Job(std::uint32_t kind, double rounds, double devices, double tail = 0) {
  return {.kind = kind, .rounds = rounds, .devices = devices, .tail = tail, .limit = 1'000};
}

TEST(FluidModel, AddsUpWhatServesAJob) {
  const FluidModel model(Fleet(), {Job(0, 1, 1), Job(1, 1, 1), Job(2, 1, 1)});
  EXPECT_DOUBLE_EQ(model.Supply(0), 2);
  EXPECT_DOUBLE_EQ(model.Supply(1), 1);
  EXPECT_DOUBLE_EQ(model.Supply(2), 0);
}

TEST(FluidModel, EndsAJobAloneAfterItsRounds) {
  FluidModel model(Fleet(), {Job(0, 10, 100, 50)});
  EXPECT_NEAR(model.Cost({0}), 10 * (100 / 2.0 + 50), 1e-6);
}

TEST(FluidModel, LeavesToTheNextWhatAJobDoesNotTakeWhileItCollects) {
  FluidModel model(Fleet(), {Job(0, 10, 100, 50), Job(0, 1, 1, 10)});
  const auto served = model.Serve({0, 1});
  EXPECT_DOUBLE_EQ(served[0].available, 2);
  EXPECT_DOUBLE_EQ(served[0].speed, 1.0 / 100);
  EXPECT_DOUBLE_EQ(served[1].available, 1);  // the first acquires half of the time
  EXPECT_DOUBLE_EQ(served[1].speed, 1.0 / 11);
}

TEST(FluidModel, ServesTheShorterJobFirstAtLessCost) {
  FluidModel model(Fleet(), {Job(1, 100, 10), Job(1, 1, 10)});
  EXPECT_NEAR(model.Cost({0, 1}), 1'000 + 1'010, 1e-6);
  EXPECT_NEAR(model.Cost({1, 0}), 10 + 1'010, 1e-6);
}

TEST(FluidModel, KnowsThatAChoosyJobDoesNotCompeteForAllDevices) {
  // The general job first leaves nothing; the choosy one first leaves half of the fleet.
  FluidModel model(Fleet(), {Job(0, 10, 10), Job(1, 10, 10)});
  EXPECT_NEAR(model.Cost({0, 1}), 50 + 150, 1e-6);
  EXPECT_NEAR(model.Cost({1, 0}), 100 + 100, 1e-6);
}

TEST(FluidModel, GivesNothingToAJobThatCannotEndARound) {
  FluidModel model(Fleet(), {Job(1, 10, 2'000), Job(1, 10, 10)});
  const auto served = model.Serve({0, 1});
  EXPECT_EQ(served[0].speed, 0);
  EXPECT_EQ(served[1].available, 1);
  EXPECT_NEAR(model.Cost({0, 1}), 100 + 100 + 365.0 * 86'400, 1e-3);
}

TEST(FluidModel, SurvivesAFleetWithoutDevices) {
  FluidModel model({.rates = {}, .streams_of = {{}}}, {Job(0, 10, 10), Job(0, 5, 10)});
  EXPECT_GT(model.Cost({0, 1}), 365.0 * 86'400);
  EXPECT_EQ(model.Serve({0, 1})[1].speed, 0);
}

TEST(FluidModel, CostsNothingWithoutJobs) {
  FluidModel model(Fleet(), {});
  EXPECT_EQ(model.Cost({}), 0);
}

// Several jobs may end in one step once there are many: the sum stays near the exact one.
TEST(FluidModel, JudgesAThousandJobsNearlyExactly) {
  std::vector<FluidJob> jobs;
  FluidOrder order;
  double exact = 0;
  for (std::uint32_t i = 0; i < 1'000; ++i) {
    jobs.push_back(Job(1, i + 1, 10));
    order.push_back(i);
    exact += 10.0 * (i + 1) * (1'000 - i);
  }
  FluidModel model(Fleet(), jobs);
  EXPECT_NEAR(model.Cost(order) / exact, 1, 0.02);
}

}  // namespace
}  // namespace propius
