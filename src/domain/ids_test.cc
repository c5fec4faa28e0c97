#include "domain/ids.h"

#include <set>
#include <type_traits>

#include <gtest/gtest.h>

namespace propius {
namespace {

TEST(Ids, DoNotMix) {
  EXPECT_FALSE((std::is_convertible_v<JobId, DeviceId>));
  EXPECT_FALSE((std::is_convertible_v<Slot, GroupId>));
  EXPECT_FALSE((std::is_convertible_v<JobId, std::uint64_t>));
}

TEST(Ids, HaveTheOrderOfTheirNumbers) {
  EXPECT_LT(JobId{1}, JobId{2});
  EXPECT_LT((RoundKey{{1}, {9}}), (RoundKey{{2}, {1}}));
  EXPECT_LT((RoundKey{{2}, {1}}), (RoundKey{{2}, {2}}));
}

TEST(Ids, ShowThemselvesInMessages) {
  EXPECT_EQ(Show(JobId{3}), "job 3");
  EXPECT_EQ(Show(RoundKey{{3}, {7}}), "job 3 round 7");
}

TEST(Ids, SpreadOverAHashTableThoughTheyAreDense) {
  std::set<std::size_t> buckets;
  for (std::uint64_t id = 0; id < 4'096; ++id) buckets.insert(std::hash<DeviceId>()({id << 20}) % 4'096);
  EXPECT_GT(buckets.size(), 2'400U);  // 63 % of them, as random numbers would
}

}  // namespace
}  // namespace propius
