#include "scheduling/policies/random.h"

#include <map>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "scheduling/testing.h"

namespace propius {
namespace {

SeenByPolicy Requests(std::uint64_t count) {
  SeenByPolicy seen;
  for (std::uint64_t job = 1; job <= count; ++job) seen.Add(job);
  return seen;
}

TEST(Random, KeepsTheOrderWhileTheSameRequestsAreOpen) {
  Rng chance(7);
  const auto policy = MakeRandom();
  const auto requests = Requests(50);
  const auto first = OrderOf(*policy, requests, chance);
  EXPECT_EQ(OrderOf(*policy, requests, chance), first);
}

TEST(Random, KeepsTheOrderOfTheOthersWhenARequestGoes) {
  Rng chance(7);
  const auto policy = MakeRandom();
  auto requests = Requests(50);
  auto order = OrderOf(*policy, requests, chance);
  std::erase(order, 20U);
  requests.requests.erase(requests.requests.begin() + 19);
  EXPECT_EQ(OrderOf(*policy, requests, chance), order);
}

TEST(Random, DrawsAnewForEveryRound) {
  Rng chance(7);
  const auto policy = MakeRandom();
  auto requests = Requests(2);
  std::map<std::uint64_t, int> firsts;
  for (std::uint32_t round = 1; round <= 200; ++round) {
    for (OpenRequest& request : requests.requests) request.round = {round};
    ++firsts[OrderOf(*policy, requests, chance).front()];
  }
  // The chance of fewer than 60 of 200 fair draws is below 1e-8.
  EXPECT_GT(firsts[1], 60);
  EXPECT_GT(firsts[2], 60);
}

TEST(Random, DiffersBetweenSeedsAndReplaysWithOne) {
  const auto order_with = [](std::uint64_t seed) {
    Rng chance(seed);
    return OrderOf(*MakeRandom(), Requests(50), chance);
  };
  EXPECT_EQ(order_with(1), order_with(1));
  EXPECT_NE(order_with(1), order_with(2));
}

}  // namespace
}  // namespace propius
