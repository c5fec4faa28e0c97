#include "experiments/random_per_job.h"

#include <set>

#include <gtest/gtest.h>

#include "scheduling/testing.h"

namespace propius {
namespace {

TEST(RandomPerJob, KeepsItsOrderForAsLongAsTheJobsLive) {
  PolicyRegistry policies;
  AddRandomPerJob(policies);
  std::set<std::vector<std::uint64_t>> orders;
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    auto policy = policies.Make("random_per_job");
    ASSERT_TRUE(policy);
    SeenByPolicy seen;
    for (std::uint64_t id = 1; id <= 3; ++id) seen.Add(id);
    Rng chance(seed);
    const auto order = OrderOf(**policy, seen, chance);
    orders.insert(order);
    for (OpenRequest& request : seen.requests) request.round = {2};
    EXPECT_EQ(OrderOf(**policy, seen, chance), order);
    seen.Add(4);
    auto longer = OrderOf(**policy, seen, chance);
    std::erase(longer, 4U);
    EXPECT_EQ(longer, order);
  }
  EXPECT_EQ(orders.size(), 6U) << "every order is drawn by some seed";
}

}  // namespace
}  // namespace propius
