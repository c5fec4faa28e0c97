#include "dataplane/watched_store.h"

#include <gtest/gtest.h>

namespace propius {
namespace {

// Ends a commit when the test says so.
class PatientStore final : public TallyStore {
 public:
  Result<std::vector<StoredTally>> LoadTallies() override { return {}; }
  void LoadPlan(const Digest& /*digest*/, Done<Blob> done) override { done(Fail(Code::kNotFound, "none")); }
  void Commit(TallyChanges /*changes*/, Done<void> done) override { end = std::move(done); }

  Done<void> end;
};

TEST(WatchedStore, RemembersHowTheLatestCommitEnded) {
  PatientStore store;
  WatchedStore watched(store);
  Status told;
  const auto hear = [&](const Status& status) { told = status; };
  EXPECT_TRUE(watched.latest());
  watched.Commit({}, hear);
  store.end(Fail(Code::kUnavailable, "disk full"));
  EXPECT_EQ(told.error().message, "disk full");
  EXPECT_EQ(watched.latest().error(), told.error());
  watched.Commit({}, hear);
  EXPECT_FALSE(watched.latest()) << "not before the next has ended";
  store.end({});
  EXPECT_TRUE(watched.latest());
}

TEST(WatchedStore, MayBeGoneWhenACommitEnds) {
  PatientStore store;
  bool told = false;
  WatchedStore(store).Commit({}, [&](const Status&) { told = true; });
  store.end({});
  EXPECT_TRUE(told);
}

}  // namespace
}  // namespace propius
