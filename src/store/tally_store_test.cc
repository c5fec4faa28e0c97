#include "store/tally_store.h"

#include <map>

#include <gtest/gtest.h>

#include "store/sample_records.h"
#include "store/store_fixture.h"

namespace propius {
namespace {

TEST(TallyChanges, AreEmptyUntilAnyPartIsThere) {
  EXPECT_TRUE(TallyChanges().empty());
  EXPECT_FALSE(TallyChanges{.plans = {SamplePlan("p")}}.empty());
  EXPECT_FALSE(TallyChanges{.tallies = {SampleTally(1, 1, "t")}}.empty());
  EXPECT_FALSE(TallyChanges{.removed_plans = {Sha256("p")}}.empty());
  EXPECT_FALSE((TallyChanges{.removed_tallies = {RoundKey{{1}, {1}}}}.empty()));
}

class AnyTallyStore : public StorageFixture {
 protected:
  Status Commit(TallyChanges changes) { return CommitAndWait(runtime_, *store_, std::move(changes)); }
  Result<Blob> LoadPlan(const Digest& digest) { return LoadPlanAndWait(runtime_, *store_, digest); }
  std::map<RoundKey, std::string> Tallies() {
    std::map<RoundKey, std::string> tallies;
    const std::vector<StoredTally> stored = store_->LoadTallies().value();
    for (const StoredTally& tally : stored) tallies[tally.round] = *tally.state;
    return tallies;
  }
  void Reopen() {
    store_.reset();
    store_ = OpenTallies();
  }

  std::unique_ptr<TallyStore> store_ = OpenTallies();
};

INSTANTIATE_TEST_SUITE_P(Storage, AnyTallyStore, testing::Values("memory", "sqlite"), StorageName);

constexpr RoundKey kFirst{{1}, {1}};
constexpr RoundKey kSecond{{1}, {2}};

TEST_P(AnyTallyStore, IsEmptyAtFirst) {
  EXPECT_TRUE(Tallies().empty());
  EXPECT_EQ(LoadPlan(Sha256("p")).error().code, Code::kNotFound);
}

TEST_P(AnyTallyStore, GivesBackPlansAndTallies) {
  const std::string large(3'000'000, 'x');
  ASSERT_TRUE(Commit({.plans = {SamplePlan("p"), SamplePlan(""), SamplePlan(large)},
                      .tallies = {SampleTally(1, 1, std::string("\0t", 2)), SampleTally(1, 2, "")}}));
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(*LoadPlan(Sha256("p")).value(), "p");
    EXPECT_EQ(*LoadPlan(Sha256("")).value(), "");
    EXPECT_EQ(*LoadPlan(Sha256(large)).value(), large);
    EXPECT_EQ(Tallies(), (std::map<RoundKey, std::string>{{kFirst, std::string("\0t", 2)}, {kSecond, ""}}));
    Reopen();
  }
}

TEST_P(AnyTallyStore, ReplacesATallyAsAWhole) {
  ASSERT_TRUE(Commit({.tallies = {SampleTally(1, 1, std::string(100'000, 'a'))}}));
  ASSERT_TRUE(Commit({.tallies = {SampleTally(1, 1, "b")}}));
  Reopen();
  EXPECT_EQ(Tallies(), (std::map<RoundKey, std::string>{{kFirst, "b"}}));
}

TEST_P(AnyTallyStore, RemovesAfterItWrites) {
  ASSERT_TRUE(Commit({.plans = {SamplePlan("p"), SamplePlan("q")},
                      .tallies = {SampleTally(1, 1, "a"), SampleTally(1, 2, "b")},
                      .removed_plans = {Sha256("p")},
                      .removed_tallies = {kFirst}}));
  Reopen();
  EXPECT_EQ(LoadPlan(Sha256("p")).error().code, Code::kNotFound);
  EXPECT_EQ(*LoadPlan(Sha256("q")).value(), "q");
  EXPECT_EQ(Tallies(), (std::map<RoundKey, std::string>{{kSecond, "b"}}));
}

TEST_P(AnyTallyStore, RefusesAPlanThatDoesNotHaveItsDigest) {
  ASSERT_TRUE(Commit({.plans = {{Sha256("p"), std::make_shared<const std::string>("q")}}}));
  EXPECT_EQ(LoadPlan(Sha256("p")).error().code, Code::kDataLoss);
}

TEST_P(AnyTallyStore, ReadsAPlanAsOfTheCommitsBeforeIt) {
  std::promise<std::pair<bool, bool>> seen;
  runtime_.Post([&] {
    store_->Commit({.plans = {SamplePlan("p")}}, [](const Status&) {});
    auto before = std::make_shared<bool>(false);
    store_->LoadPlan(Sha256("p"), [before](const Result<Blob>& plan) { *before = plan.has_value(); });
    store_->Commit({.removed_plans = {Sha256("p")}}, [](const Status&) {});
    store_->LoadPlan(Sha256("p"),
                     [&, before](const Result<Blob>& plan) { seen.set_value({*before, plan.has_value()}); });
  });
  EXPECT_EQ(seen.get_future().get(), std::pair(true, false));
}

}  // namespace
}  // namespace propius
