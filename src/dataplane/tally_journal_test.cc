#include "dataplane/tally_journal.h"

#include <gtest/gtest.h>

#include "dataplane/testing/events.h"
#include "dataplane/testing/rounds.h"
#include "dataplane/testing/world.h"

namespace propius {
namespace {

constexpr RoundKey kOne{{1}, {1}};
constexpr RoundKey kTwo{{1}, {2}};

// Answers when the test says so.
class SlowStore final : public TallyStore {
 public:
  Result<std::vector<StoredTally>> LoadTallies() override { return {}; }
  void LoadPlan(const Digest&, Done<Blob> done) override { done(Fail(Code::kNotFound, "none")); }
  void Commit(TallyChanges changes, Done<void> done) override {
    commits.push_back(std::move(changes));
    done_ = std::move(done);
  }
  void Finish(const Status& status = {}) { std::exchange(done_, nullptr)(status); }
  bool busy() const { return done_ != nullptr; }

  std::vector<TallyChanges> commits;

 private:
  Done<void> done_;
};

class TallyJournalTest : public testing::Test {
 protected:
  Task Note(const std::string& what) {
    return [this, what] { told.push_back(what); };
  }

  World world;
  EventTrap events;
  SlowStore store;
  std::map<RoundKey, std::string> rounds;
  std::vector<std::string> told;
  std::shared_ptr<TallyJournal> journal = std::make_shared<TallyJournal>(
      world, store,
      [this](const RoundKey& round) { return rounds.contains(round) ? MakeBlob(rounds.at(round)) : nullptr; },
      Backoff(100ms, 1s));
};

TEST_F(TallyJournalTest, WritesWhatChangedTogether) {
  rounds = {{kOne, "a"}, {kTwo, "b"}};
  journal->Changed(kOne, 20ms);
  journal->WhenDurable(kOne, Note("one"));
  world.RunFor(10ms);
  journal->Changed(kTwo, 20ms);
  journal->WhenDurable(kTwo, Note("two"));
  EXPECT_TRUE(store.commits.empty());
  world.RunFor(10ms);
  ASSERT_EQ(store.commits.size(), 1U);
  EXPECT_EQ(store.commits[0].tallies.size(), 2U);
  EXPECT_TRUE(told.empty());
  EXPECT_FALSE(journal->Idle());
  store.Finish();
  EXPECT_EQ(told, (std::vector<std::string>{"one", "two"}));
  EXPECT_TRUE(journal->Idle());
  world.RunFor(1s);
  EXPECT_EQ(store.commits.size(), 1U);
}

TEST_F(TallyJournalTest, RunsATaskAtOnceIfNothingIsUnwritten) {
  journal->WhenDurable(kOne, Note("at once"));
  EXPECT_EQ(told.size(), 1U);
}

TEST_F(TallyJournalTest, AnUrgentChangeDoesNotWaitForAPatientOne) {
  rounds = {{kOne, "a"}};
  journal->Changed(kOne, 20ms);
  journal->Changed(kOne, 0ms);
  world.Settle();
  EXPECT_EQ(store.commits.size(), 1U);
}

TEST_F(TallyJournalTest, WritesOneAfterTheOther) {
  rounds = {{kOne, "a"}};
  journal->Changed(kOne, 0ms);
  journal->WhenDurable(kOne, Note("first"));
  world.Settle();
  journal->WhenDurable(kOne, Note("also first"));
  rounds[kOne] = "b";
  journal->Changed(kOne, 10ms);
  journal->WhenDurable(kOne, Note("second"));
  world.RunFor(1s);
  ASSERT_EQ(store.commits.size(), 1U) << "the first is still under way";
  store.Finish();
  EXPECT_EQ(told, (std::vector<std::string>{"first", "also first"}));
  ASSERT_EQ(store.commits.size(), 2U);
  EXPECT_EQ(*store.commits[1].tallies[0].state, "b");
  store.Finish();
  EXPECT_EQ(told.back(), "second");
}

TEST_F(TallyJournalTest, TriesAgainWithTheLatestStateUntilItSucceeds) {
  rounds = {{kOne, "a"}, {kTwo, "x"}};
  journal->KeepPlan("plan", MakeBlob("bytes"));
  journal->KeepPlan("dropped", MakeBlob("bytes"));
  journal->Changed(kOne, 0ms);
  journal->WhenDurable(kOne, Note("one"));
  world.Settle();
  journal->DropPlan("dropped");
  journal->Changed(kTwo, 0ms);
  journal->WhenDurable(kTwo, Note("two"));
  rounds[kOne] = "b";
  store.Finish(Fail(Code::kUnavailable, "full"));
  EXPECT_TRUE(told.empty());
  EXPECT_FALSE(journal->Idle());
  world.RunFor(200ms);
  ASSERT_EQ(store.commits.size(), 2U);
  store.Finish(Fail(Code::kUnavailable, "full"));
  world.RunFor(1s);
  ASSERT_EQ(store.commits.size(), 3U);
  const TallyChanges& last = store.commits[2];
  ASSERT_EQ(last.tallies.size(), 2U);
  EXPECT_EQ(*last.tallies[0].state, "b");
  ASSERT_EQ(last.plans.size(), 1U);
  EXPECT_EQ(last.plans[0].digest, "plan");
  EXPECT_EQ(last.removed_plans, std::vector<Digest>{"dropped"});
  store.Finish();
  EXPECT_EQ(told, (std::vector<std::string>{"two", "one"}));
  EXPECT_EQ(events.Count("tally_write_failed"), 2);
}

TEST_F(TallyJournalTest, RemovesARoundThatIsGone) {
  journal->Changed(kOne, 0ms);
  world.Settle();
  EXPECT_EQ(store.commits.at(0).removed_tallies, std::vector<RoundKey>{kOne});
  EXPECT_TRUE(store.commits[0].tallies.empty());
}

TEST_F(TallyJournalTest, MayBeDestroyedWithACommitUnderWay) {
  rounds = {{kOne, "a"}};
  journal->Changed(kOne, 0ms);
  journal->WhenDurable(kOne, Note("one"));
  world.Settle();
  journal.reset();
  store.Finish();
  world.RunFor(1s);
  EXPECT_TRUE(told.empty());
}

}  // namespace
}  // namespace propius
