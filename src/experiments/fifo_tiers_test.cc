#include "experiments/fifo_tiers.h"

#include <gtest/gtest.h>

#include "scheduling/testing.h"

namespace propius {
namespace {

// A first round that waited a second and collected for a minute, with devices of two very different speeds.
void TeachTiers(SeenByPolicy& seen, JobId job) {
  const RoundKey round{job, {1}};
  seen.experience.RoundOpened(round, 400, 400, Time(1'000s), Time(0s));
  for (std::uint32_t slot = 0; slot < 400; ++slot) {
    seen.experience.Bound(round, {slot}, slot % 2 == 0 ? Duration(2s) : Duration(60s), Time(1s));
  }
  for (std::uint32_t slot = 0; slot < 400; slot += 2) seen.experience.Reported(round, {slot}, Time(3s));
  for (std::uint32_t slot = 1; slot < 400; slot += 2) seen.experience.Reported(round, {slot}, Time(61s));
  seen.experience.RoundClosed(round, true, Time(61s));
}

TEST(FifoTiers, KeepsTheOrderOfRequestsAndBindsOnlyHeadsToTiers) {
  PolicyRegistry policies;
  AddFifoTiers(policies);
  PolicyOptions options;
  options.tiers = 2;
  bool bound = false;
  // The tier is drawn; the slow one never pays.
  for (std::uint64_t seed = 0; seed < 20 && !bound; ++seed) {
    SeenByPolicy seen;
    seen.Add(1);
    seen.Add(2);
    for (OpenRequest& request : seen.requests) {
      request.round = {2};
      TeachTiers(seen, request.job);
    }
    auto policy = policies.Make("fifo_tiers", options);
    ASSERT_TRUE(policy) << policy.error().message;
    Rng chance(seed);
    const Plan plan = (*policy)->MakePlan(seen.At(Time(70s)), chance);
    EXPECT_EQ(OrderOf(plan), (std::vector<std::uint64_t>{1, 2}));
    ASSERT_LE(plan.terms.size(), 1U);
    if (plan.terms.empty()) continue;
    bound = true;
    EXPECT_EQ(plan.terms[0].job, JobId{1});
    EXPECT_LT(plan.terms[0].slowest, Duration::max());
  }
  EXPECT_TRUE(bound);
}

TEST(FifoTiers, IsRefusedWithMoreTiersThanAProfileHolds) {
  PolicyRegistry policies;
  AddFifoTiers(policies);
  PolicyOptions options;
  options.tiers = 1'000;
  EXPECT_FALSE(policies.Make("fifo_tiers", options));
}

}  // namespace
}  // namespace propius
