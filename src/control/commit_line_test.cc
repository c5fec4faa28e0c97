#include "control/commit_line.h"

#include <optional>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "control/testing.h"

namespace propius {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

// Holds every commit until it is told how it went.
class HeldStore final : public JobStore {
 public:
  Result<JobChanges> Load() override { return JobChanges(); }
  void Commit(JobChanges changes, Done<void> done) override { held.emplace_back(std::move(changes), std::move(done)); }
  void Release(Result<void> result = {}) {
    const Done<void> done = std::move(held.front().second);
    held.erase(held.begin());
    done(std::move(result));
  }
  std::vector<std::pair<JobChanges, Done<void>>> held;
};

struct CommitLineTest : ::testing::Test {
  static JobChanges Collect(const TouchedRecords& touched) {
    JobChanges changes;
    changes.removed_replies.assign(touched.replies.begin(), touched.replies.end());
    return changes;
  }
  void Change(const std::string& key) { line->Touch().replies.insert(key); }
  void Wait(const std::string& name) {
    line->WhenDurable([this, name] { told.push_back(name); });
  }

  ManualRuntime runtime;
  HeldStore store;
  std::optional<CommitLine> line{std::in_place, runtime, store, Collect};
  std::vector<std::string> told;
};

TEST_F(CommitLineTest, MakesWhatOneTaskChangedDurableTogether) {
  Change("a");
  EXPECT_THAT(store.held, IsEmpty());
  Change("b");
  runtime.RunFor(0us);
  ASSERT_EQ(store.held.size(), 1U);
  EXPECT_THAT(store.held[0].first.removed_replies, ElementsAre("a", "b"));
}

TEST_F(CommitLineTest, TellsWhoWaitsOnlyOnceTheChangeIsDurable) {
  Change("a");
  Wait("first");
  runtime.RunFor(1min);
  EXPECT_THAT(told, IsEmpty());
  store.Release();
  EXPECT_THAT(told, ElementsAre("first"));
}

TEST_F(CommitLineTest, LetsWhoComesDuringACommitWaitForItAndCarriesTheirChangesInTheNext) {
  Change("a");
  runtime.RunFor(0us);
  Wait("of a");
  Change("b");
  Wait("of b");
  Change("c");
  Wait("of c");
  runtime.RunFor(1min);
  ASSERT_EQ(store.held.size(), 1U);
  store.Release();
  EXPECT_THAT(told, ElementsAre("of a"));
  runtime.RunFor(0us);
  ASSERT_EQ(store.held.size(), 1U);
  EXPECT_THAT(store.held[0].first.removed_replies, ElementsAre("b", "c"));
  store.Release();
  EXPECT_THAT(told, ElementsAre("of a", "of b", "of c"));
}

TEST_F(CommitLineTest, AnswersInALaterTaskWhenNothingIsPending) {
  Wait("at once");
  EXPECT_THAT(told, IsEmpty());
  runtime.RunFor(0us);
  EXPECT_THAT(told, ElementsAre("at once"));
}

TEST_F(CommitLineTest, TriesAgainWhatTheStoreRefusedTogetherWithWhatCameSince) {
  Change("a");
  Wait("of a");
  runtime.RunFor(0us);
  Change("b");
  Wait("of b");
  store.Release(Fail(Code::kUnavailable, "disk is full"));
  EXPECT_FALSE(line->healthy());
  EXPECT_THAT(told, IsEmpty());
  Change("c");
  runtime.RunFor(0us);
  EXPECT_THAT(store.held, IsEmpty()) << "a change must not hurry the retry";
  runtime.RunFor(1s);
  ASSERT_EQ(store.held.size(), 1U);
  EXPECT_THAT(store.held[0].first.removed_replies, ElementsAre("a", "b", "c"));
  store.Release();
  EXPECT_THAT(told, ElementsAre("of a", "of b"));
  EXPECT_TRUE(line->healthy());
}

TEST_F(CommitLineTest, WaitsLongerAfterEachRefusalButNotWithoutEnd) {
  Change("a");
  std::vector<Duration> gaps;
  Time last = runtime.Now();
  for (int i = 0; i < 10; ++i) {
    while (store.held.empty()) runtime.RunFor(1ms);
    gaps.push_back(runtime.Now() - last);
    last = runtime.Now();
    store.Release(Fail(Code::kUnavailable, "disk is full"));
  }
  EXPECT_GT(gaps[3], gaps[2]);
  EXPECT_LE(gaps[9], 1s + 1ms);
}

TEST_F(CommitLineTest, TellsNobodyAfterItsEnd) {
  Change("a");
  Wait("of a");
  runtime.RunFor(0us);
  Change("b");
  Wait("of b");
  line.reset();
  store.Release();
  runtime.RunFor(1min);
  EXPECT_THAT(told, IsEmpty());
  EXPECT_THAT(store.held, IsEmpty());
}

}  // namespace
}  // namespace propius
