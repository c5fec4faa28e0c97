#include "dataplane/plan_shelf.h"

#include <gtest/gtest.h>

#include "base/crypto.h"
#include "dataplane/testing/heard.h"
#include "dataplane/testing/rounds.h"
#include "dataplane/testing/world.h"

namespace propius {
namespace {

class PlanShelfTest : public testing::Test {
 protected:
  Heard<Blob> Get() {
    Heard<Blob> heard;
    shelf->Get(digest, heard.done());
    world.Settle();
    return heard;
  }

  World world;
  Blob plan = MakePlan();
  Digest digest = Sha256(*plan);
  std::vector<Done<Blob>> fetches;
  std::shared_ptr<PlanShelf> shelf =
      std::make_shared<PlanShelf>(world, PlanCacheOptions{.max_bytes = 1 << 20, .ttl = 5min}, Duration(10s),
                                  [this](const Digest&, Done<Blob> done) { fetches.push_back(std::move(done)); });
};

TEST_F(PlanShelfTest, FetchesOnceForAllThatWait) {
  std::vector<Heard<Blob>> heard;
  for (int i = 0; i < 20; ++i) heard.push_back(Get());
  ASSERT_EQ(fetches.size(), 1U);
  fetches[0](plan);
  world.Settle();
  for (const auto& answer : heard) EXPECT_EQ(answer.value(), plan);
  EXPECT_EQ(Get().value(), plan);
  EXPECT_EQ(fetches.size(), 1U);
}

TEST_F(PlanShelfTest, FetchesAgainAfterTheTtl) {
  Get();
  fetches[0](plan);
  world.RunFor(4min);
  EXPECT_TRUE(Get().any());
  world.RunFor(61s);
  EXPECT_FALSE(Get().any());
  EXPECT_EQ(fetches.size(), 2U);
}

TEST_F(PlanShelfTest, AFailureIsToldToAllAndForgotten) {
  const auto first = Get();
  const auto second = Get();
  fetches[0](Fail(Code::kNotFound, "not yet"));
  world.Settle();
  EXPECT_EQ(first.code(), Code::kNotFound);
  EXPECT_EQ(second.code(), Code::kNotFound);
  const auto again = Get();
  ASSERT_EQ(fetches.size(), 2U);
  fetches[1](plan);
  world.Settle();
  EXPECT_EQ(again.value(), plan);
}

TEST_F(PlanShelfTest, OtherBytesAreDataLossAndNotKept) {
  const auto heard = Get();
  fetches[0](MakeBlob("other bytes"));
  world.Settle();
  EXPECT_EQ(heard.code(), Code::kDataLoss);
  const auto none = Get();
  fetches[1](Blob());
  world.Settle();
  EXPECT_EQ(none.code(), Code::kDataLoss);
  EXPECT_FALSE(Get().any());
}

TEST_F(PlanShelfTest, ASilentSourceIsUnavailable) {
  const auto heard = Get();
  world.RunFor(11s);
  EXPECT_EQ(heard.code(), Code::kUnavailable);
  const auto again = Get();
  EXPECT_EQ(fetches.size(), 2U);
  fetches[0](plan);  // late, and still good for the cache
  EXPECT_EQ(Get().value(), plan);
  fetches[1](plan);
  world.Settle();
  EXPECT_EQ(again.value(), plan);
  EXPECT_EQ(heard.answers(), 1);
}

TEST_F(PlanShelfTest, MayBeDestroyedWhileItFetches) {
  const auto heard = Get();
  shelf.reset();
  fetches[0](plan);
  world.RunFor(1min);
  EXPECT_FALSE(heard.any());
}

}  // namespace
}  // namespace propius
