#include "scheduling/policies/fluid_order.h"

#include <algorithm>
#include <numeric>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/rng.h"

namespace propius {
namespace {

using ::testing::ElementsAre;

FluidModel DrawnModel(std::size_t count, std::uint64_t seed) {
  Rng chance(seed);
  std::vector<FluidJob> jobs;
  for (std::size_t i = 0; i < count; ++i) {
    jobs.push_back({.kind = static_cast<std::uint32_t>(chance.Below(3)),
                    .rounds = chance.Uniform(10, 1'000),
                    .devices = chance.Uniform(20, 500),
                    .tail = chance.Uniform(50, 120),
                    .limit = 1'000});
  }
  return {{.rates = {2, 0.5, 2}, .streams_of = {{0, 1, 2}, {1, 2}, {2}}}, std::move(jobs)};
}

FluidOrder InOrder(std::size_t count) {
  FluidOrder order(count);
  std::iota(order.begin(), order.end(), 0U);
  return order;
}

bool IsPermutation(FluidOrder order, std::size_t count) {
  std::ranges::sort(order);
  return order == InOrder(count);
}

TEST(FluidOrder, PutsTheShortestFirstWhereAllNeedTheSame) {
  std::vector<FluidJob> jobs;
  for (const double rounds : {50.0, 10.0, 30.0}) {
    jobs.push_back({.rounds = rounds, .devices = 100, .tail = 1, .limit = 1'000});
  }
  FluidModel model({.rates = {1}, .streams_of = {{0}}}, jobs);
  EXPECT_THAT(ImproveOrder(model, {0, 1, 2}), ElementsAre(1, 2, 0));
}

TEST(FluidOrder, KeepsTheCurrentOrderUnlessAnotherIsBetter) {
  std::vector<FluidJob> jobs(3, {.rounds = 10, .devices = 100, .tail = 1, .limit = 1'000});
  FluidModel model({.rates = {1}, .streams_of = {{0}}}, jobs);
  EXPECT_THAT(ImproveOrder(model, {2, 0, 1}), ElementsAre(2, 0, 1));
}

TEST(FluidOrder, IsAlmostTheBestOfAllOrders) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    FluidModel model = DrawnModel(6, seed);
    const double found = model.Cost(ImproveOrder(model, InOrder(6)));
    FluidOrder each = InOrder(6);
    double best = model.Cost(each);
    while (std::ranges::next_permutation(each).found) best = std::min(best, model.Cost(each));
    EXPECT_LE(found, 1.02 * best) << "seed " << seed;
  }
}

TEST(FluidOrder, LeavesTheFixedJobsInFront) {
  FluidModel model = DrawnModel(20, 3);
  FluidOrder current = InOrder(20);
  std::ranges::reverse(current);
  const FluidOrder found = ImproveOrder(model, current, {.fixed = 5});
  EXPECT_TRUE(IsPermutation(found, 20));
  EXPECT_TRUE(std::equal(found.begin(), found.begin() + 5, current.begin()));
  EXPECT_LE(model.Cost(found), model.Cost(current));
}

TEST(FluidOrder, KeepsToItsBudgetWithAThousandJobs) {
  FluidModel model = DrawnModel(1'000, 5);
  const FluidSearch search{.work = 2'000'000};
  const FluidOrder found = ImproveOrder(model, InOrder(1'000), search);
  EXPECT_TRUE(IsPermutation(found, 1'000));
  EXPECT_LT(model.work(), 2 * search.work);
  EXPECT_LT(model.Cost(found), model.Cost(InOrder(1'000)));
}

TEST(FluidOrder, IsTheSameForTheSameJobs) {
  FluidModel one = DrawnModel(40, 9);
  FluidModel other = DrawnModel(40, 9);
  EXPECT_EQ(ImproveOrder(one, InOrder(40)), ImproveOrder(other, InOrder(40)));
}

TEST(FluidOrder, OfNoJobsIsEmpty) {
  FluidModel model({}, {});
  EXPECT_TRUE(ImproveOrder(model, {}).empty());
}

}  // namespace
}  // namespace propius
