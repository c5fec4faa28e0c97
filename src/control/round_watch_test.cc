#include "control/round_watch.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "control/testing.h"

namespace propius {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

struct RoundWatchTest : ::testing::Test {
  void SetUp() override {
    site.Start();
    round = site.OpenRound(SpecOf(3));
  }
  // Notes the live binds of every status; "closed" as -1, an error as -2.
  std::function<bool(Result<RoundStatus>)> Note() {
    return [this](const Result<RoundStatus>& status) {
      told.push_back(!status ? -2 : status->round.closed() ? -1 : static_cast<int>(status->round.live));
      return stay;
    };
  }
  void Watch(RoundKey key, const TenantId& tenant = "team") {
    site.job_desk->Watch(tenant, key, Note());
    site.runtime.RunFor(0us);
  }
  Desks site;
  RoundKey round;
  std::vector<int> told;
  bool stay = true;
};

TEST_F(RoundWatchTest, TellsTheStatusNowAfterEachChangeAndOnceWhenClosed) {
  Watch(round);
  EXPECT_THAT(told, ElementsAre(0));
  ASSERT_TRUE(site.Take(1, round));
  site.runtime.RunFor(0us);
  ASSERT_TRUE(site.Take(2, round));
  site.runtime.RunFor(0us);
  EXPECT_THAT(told, ElementsAre(0, 1, 2));
  ASSERT_TRUE(site.Close(round));
  site.runtime.RunFor(0us);
  EXPECT_THAT(told, ElementsAre(0, 1, 2, -1));
  ASSERT_TRUE(site.Close(round, RoundOutcome::kPartial, 2));
  site.runtime.RunFor(1s);
  EXPECT_EQ(told.size(), 4U);
}

TEST_F(RoundWatchTest, MakesOneMessageOfTheChangesOfOneTask) {
  Watch(round);
  for (const std::uint64_t device : {1, 2, 3}) ASSERT_TRUE(site.CheckIn(device));
  Caught<Bound> caught;
  for (const std::uint64_t device : {1, 2, 3}) site.client_desk->Accept({device}, round, "n", caught.done());
  site.runtime.RunFor(0us);
  EXPECT_THAT(told, ElementsAre(0, 3));
}

TEST_F(RoundWatchTest, TellsWhatIsDurableOnly) {
  site.Crash();
  site.disk_options = {.min_latency = 50ms, .max_latency = 50ms};
  site.Start();
  Watch(round);
  ASSERT_TRUE(site.CheckIn(1));
  Caught<Bound> caught;
  site.client_desk->Accept({1}, round, "n", caught.done());
  site.runtime.RunFor(49ms);
  EXPECT_THAT(told, ElementsAre(0));
  site.runtime.RunFor(1ms);
  EXPECT_THAT(told, ElementsAre(0, 1));
}

TEST_F(RoundWatchTest, TellsAClosedRoundOnce) {
  ASSERT_TRUE(site.Close(round));
  Watch(round);
  EXPECT_THAT(told, ElementsAre(-1));
  site.job_desk->RoundChanged(round);
  site.runtime.RunFor(1s);
  EXPECT_EQ(told.size(), 1U);
}

TEST_F(RoundWatchTest, StopsWhenTheWatcherHasHeardEnough) {
  stay = false;
  Watch(round);
  ASSERT_TRUE(site.Take(1, round));
  site.runtime.RunFor(1s);
  EXPECT_THAT(told, ElementsAre(0));
}

TEST_F(RoundWatchTest, RefusesARoundThatIsAbsentOrNotYours) {
  Watch({round.job, {2}});
  Watch({{9}, {1}});
  Watch(round, "others");
  EXPECT_THAT(told, ElementsAre(-2, -2, -2));
}

TEST_F(RoundWatchTest, RefusesMoreWatchersThanARoundMayHaveAndFreesTheirSeats) {
  stay = false;
  for (int i = 0; i < 64; ++i) site.job_desk->Watch("team", round, Note());
  site.job_desk->Watch("team", round, Note());
  EXPECT_THAT(told, ElementsAre(-2));
  site.runtime.RunFor(0us);
  EXPECT_EQ(told.size(), 65U);
  Watch(round);
  EXPECT_EQ(told.back(), 0);
}

TEST_F(RoundWatchTest, LetsAWatcherActOnWhatItHears) {
  site.job_desk->Watch("team", round, [&](const Result<RoundStatus>& status) {
    if (status->round.live == 1) site.job_desk->EndRequest(site.Caller(), round, [](const auto&) {});
    told.push_back(status->round.allocation_ended ? 1 : 0);
    return true;
  });
  site.runtime.RunFor(0us);
  ASSERT_TRUE(site.Take(1, round));
  site.runtime.RunFor(1s);
  EXPECT_THAT(told, ElementsAre(0, 0, 1));
}

TEST_F(RoundWatchTest, TellsThatTheRoundEndedWithItsJob) {
  Watch(round);
  ASSERT_TRUE(site.Finish(round.job));
  site.runtime.RunFor(0us);
  EXPECT_THAT(told, ElementsAre(0, -1));
}

TEST_F(RoundWatchTest, TellsNobodyAfterACrash) {
  site.job_desk->Watch("team", round, Note());
  site.Crash();
  site.runtime.RunFor(1s);
  EXPECT_THAT(told, IsEmpty());
}

}  // namespace
}  // namespace propius
