#include "control/reply_shelf.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace propius {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

MemoisedReply ReplyAt(std::string key, int second) {
  MemoisedReply reply;
  reply.key = std::move(key);
  reply.answered_at = Time(Duration(std::chrono::seconds(second)));
  return reply;
}

TEST(ReplyShelf, NeverGivesTwoTenantsTheSameKey) {
  EXPECT_NE(JobReplyKey("a/b", "c"), JobReplyKey("a", "b/c"));
  EXPECT_NE(JobReplyKey("a", "1"), JobReplyKey("b", "1"));
  EXPECT_NE(DeviceReplyKey({1}, "2/3"), DeviceReplyKey({12}, "3"));
}

TEST(ReplyShelf, KeepsTheLatestAnswersOfEachDevice) {
  ReplyShelf shelf({.per_tenant = 9, .per_device = 2, .devices = 9});
  EXPECT_THAT(shelf.Put(ReplyAt(DeviceReplyKey({1}, "z"), 1)), IsEmpty());
  EXPECT_THAT(shelf.Put(ReplyAt(DeviceReplyKey({1}, "y"), 2)), IsEmpty());
  EXPECT_THAT(shelf.Put(ReplyAt(DeviceReplyKey({12}, "a"), 2)), IsEmpty());
  EXPECT_THAT(shelf.Put(ReplyAt(DeviceReplyKey({1}, "x"), 3)), ElementsAre(DeviceReplyKey({1}, "z")));
  EXPECT_EQ(shelf.Find(DeviceReplyKey({1}, "z")), nullptr);
  EXPECT_NE(shelf.Find(DeviceReplyKey({1}, "y")), nullptr);
  EXPECT_NE(shelf.Find(DeviceReplyKey({12}, "a")), nullptr);
}

TEST(ReplyShelf, LetsTheOldestDeviceAnswerGoWhenAllDevicesTogetherHaveTooMany) {
  ReplyShelf shelf({.per_tenant = 9, .per_device = 8, .devices = 2});
  shelf.Put(ReplyAt(DeviceReplyKey({5}, "n"), 1));
  shelf.Put(ReplyAt(DeviceReplyKey({4}, "n"), 2));
  EXPECT_THAT(shelf.Put(ReplyAt(DeviceReplyKey({3}, "n"), 3)), ElementsAre(DeviceReplyKey({5}, "n")));
  EXPECT_EQ(shelf.size(), 2U);
}

TEST(ReplyShelf, LetsOneAnswerGoWhenBothLimitsAreReached) {
  ReplyShelf shelf({.per_tenant = 9, .per_device = 1, .devices = 2});
  shelf.Put(ReplyAt(DeviceReplyKey({1}, "a"), 1));
  shelf.Put(ReplyAt(DeviceReplyKey({2}, "a"), 2));
  EXPECT_THAT(shelf.Put(ReplyAt(DeviceReplyKey({2}, "b"), 3)), ElementsAre(DeviceReplyKey({2}, "a")));
  EXPECT_NE(shelf.Find(DeviceReplyKey({1}, "a")), nullptr);
}

TEST(ReplyShelf, TakesTheRoomForATenantFromThatTenantOnly) {
  ReplyShelf shelf({.per_tenant = 2, .per_device = 8, .devices = 9});
  shelf.Put(ReplyAt(JobReplyKey("quiet", "1"), 1));
  shelf.Put(ReplyAt(JobReplyKey("loud", "1"), 2));
  shelf.Put(ReplyAt(JobReplyKey("loud", "2"), 3));
  EXPECT_THAT(shelf.Put(ReplyAt(JobReplyKey("loud", "3"), 4)), ElementsAre(JobReplyKey("loud", "1")));
  EXPECT_NE(shelf.Find(JobReplyKey("quiet", "1")), nullptr);
}

TEST(ReplyShelf, DropsWhatWasAnsweredBeforeAnInstant) {
  ReplyShelf shelf({});
  shelf.Put(ReplyAt(JobReplyKey("a", "1"), 1));
  shelf.Put(ReplyAt(DeviceReplyKey({1}, "n"), 2));
  shelf.Put(ReplyAt(JobReplyKey("a", "2"), 3));
  EXPECT_THAT(shelf.DropBefore(Time(3s)), UnorderedElementsAre(JobReplyKey("a", "1"), DeviceReplyKey({1}, "n")));
  EXPECT_EQ(shelf.size(), 1U);
  EXPECT_THAT(shelf.DropBefore(Time(3s)), IsEmpty());
}

}  // namespace
}  // namespace propius
