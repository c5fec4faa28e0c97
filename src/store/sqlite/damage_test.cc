// Flipped bits, edited rows and files of others: a store opens with exactly what was committed, or not at all.
#include <fstream>
#include <sstream>

#include <gtest/gtest.h>

#include "base/event.h"
#include "store/sample_records.h"
#include "store/sqlite/connection.h"
#include "store/store_fixture.h"

namespace propius {
namespace {

std::string ReadFile(const std::filesystem::path& file) {
  std::ostringstream bytes;
  bytes << std::ifstream(file, std::ios::binary).rdbuf();
  return bytes.str();
}

void WriteFile(const std::filesystem::path& file, const std::string& bytes) {
  std::ofstream(file, std::ios::binary | std::ios::trunc) << bytes;
}

// Events while it lives, by name.
class HeardEvents {
 public:
  HeardEvents()
      : before_(SetEventSink([this](Severity, std::string_view name, const auto&) { names_.emplace_back(name); })) {}
  ~HeardEvents() { SetEventSink(before_); }
  HeardEvents(const HeardEvents&) = delete;
  HeardEvents& operator=(const HeardEvents&) = delete;

  const std::vector<std::string>& names() const { return names_; }

 private:
  std::vector<std::string> names_;
  EventSink before_;
};

class SqliteDamage : public testing::Test {
 protected:
  Result<std::unique_ptr<JobStore>> OpenJobs(bool sync = false) { return OpenSqliteJobStore(runtime_, {file_, sync}); }

  void MakeJobs() {
    const auto store = OpenJobs().value();
    ASSERT_TRUE(CommitAndWait(runtime_, *store, SampleState()));
  }
  void Run(const std::string& sql) {
    SqlConnection connection = SqlConnection::Open(file_).value();
    ASSERT_TRUE(connection.CheckpointOnClose(true));
    const Status status = connection.Run(sql);
    ASSERT_TRUE(status) << status.error().message;
  }
  void ExpectRefusal(Code code, const std::string& message) {
    const auto store = OpenJobs();
    ASSERT_FALSE(store);
    EXPECT_EQ(store.error().code, code) << store.error().message;
    EXPECT_NE(store.error().message.find(message), std::string::npos) << store.error().message;
    EXPECT_NE(store.error().message.find(file_.string()), std::string::npos) << store.error().message;
  }

  TestFolder folder_;
  std::filesystem::path file_ = folder_ / "store.db";
  RealRuntime runtime_{"test"};
};

TEST_F(SqliteDamage, LeavesOneFileBehindWhenItIsClosed) {
  MakeJobs();
  EXPECT_TRUE(std::filesystem::exists(file_));
  EXPECT_FALSE(std::filesystem::exists(file_.string() + "-wal"));
  EXPECT_FALSE(std::filesystem::exists(file_.string() + "-shm"));
}

TEST_F(SqliteDamage, MakesTheFolderOfItsFile) {
  file_ = folder_ / "a/b/store.db";
  MakeJobs();
  EXPECT_TRUE(SameRecords(OpenJobs().value()->Load().value(), SampleState()));
}

TEST_F(SqliteDamage, RefusesAPlaceWhereNoFileCanBe) {
  std::filesystem::create_directories(file_);
  ExpectRefusal(Code::kUnavailable, "expected to open the file");
  std::filesystem::remove(file_);
  std::filesystem::create_directories(file_.parent_path());
  WriteFile(file_, "in the way");
  file_ /= "store.db";
  ExpectRefusal(Code::kUnavailable, "expected to make its folder");
}

TEST_F(SqliteDamage, RefusesAFileThatIsNoDatabase) {
  std::filesystem::create_directories(file_.parent_path());
  const std::string text = "An operator's notes, which must not be written over. " + std::string(2'000, '.');
  WriteFile(file_, text);
  ExpectRefusal(Code::kFailedPrecondition, "not a database");
  EXPECT_EQ(ReadFile(file_), text);
}

TEST_F(SqliteDamage, RefusesTheDatabaseOfAnotherProgram) {
  std::filesystem::create_directories(file_.parent_path());
  Run("CREATE TABLE jobs (id INTEGER)");
  const std::string before = ReadFile(file_);
  ExpectRefusal(Code::kFailedPrecondition, "expected a Propius job store");
  EXPECT_EQ(ReadFile(file_), before);
}

TEST_F(SqliteDamage, RefusesAStoreOfTheOtherKind) {
  OpenSqliteTallyStore(runtime_, {file_, false}).value().reset();
  ExpectRefusal(Code::kFailedPrecondition, "expected a Propius job store");
}

TEST_F(SqliteDamage, RefusesANewerVersion) {
  MakeJobs();
  Run("PRAGMA user_version = 4");
  ExpectRefusal(Code::kFailedPrecondition, "of version 3, got version 4");
}

TEST_F(SqliteDamage, RefusesToBeOpenTwice) {
  const auto first = OpenJobs().value();
  ExpectRefusal(Code::kUnavailable, "in use by another process");
  EXPECT_TRUE(CommitAndWait(runtime_, *first, SampleState()));
}

TEST_F(SqliteDamage, RefusesAFileThatItMayNotWrite) {
  MakeJobs();
  std::string bytes = ReadFile(file_);
  bytes[18] = 6;  // the file format's write version
  WriteFile(file_, bytes);
  ExpectRefusal(Code::kUnavailable, "read-only");
}

TEST_F(SqliteDamage, MakesATornFirstStartAnew) {
  std::filesystem::create_directories(file_.parent_path());
  WriteFile(file_, "");
  EXPECT_TRUE(OpenJobs().value()->Load().value().empty());
}

TEST_F(SqliteDamage, RefusesAnEditedRow) {
  MakeJobs();
  Run("UPDATE jobs SET attained_service = 778 WHERE id = 2");
  ExpectRefusal(Code::kDataLoss, "table jobs, row 2: expected fingerprint");
}

TEST_F(SqliteDamage, RefusesAMissingRow) {
  MakeJobs();
  Run("DELETE FROM bindings WHERE slot = 1");
  ExpectRefusal(Code::kDataLoss, "table bindings: expected 4 rows");
}

TEST_F(SqliteDamage, RefusesARowThatWasCopiedFromAnotherKey) {
  MakeJobs();
  Run("UPDATE bindings SET slot = 9 WHERE slot = 1");
  ExpectRefusal(Code::kDataLoss, "table bindings");
}

TEST_F(SqliteDamage, RefusesMissingTotals) {
  MakeJobs();
  Run("DELETE FROM totals WHERE name = 'counters'");
  ExpectRefusal(Code::kDataLoss, "table totals");
}

TEST_F(SqliteDamage, RefusesOtherTables) {
  MakeJobs();
  Run("CREATE TABLE notes (text)");
  ExpectRefusal(Code::kDataLoss, "expected the tables of this version");
}

TEST_F(SqliteDamage, LeavesARefusedFileAsItWas) {
  MakeJobs();
  Run("UPDATE jobs SET attained_service = 778 WHERE id = 2");
  const std::string before = ReadFile(file_);
  ExpectRefusal(Code::kDataLoss, "fingerprint");
  EXPECT_EQ(ReadFile(file_), before);
}

TEST_F(SqliteDamage, ReadsTheSameOrNothingAfterAFlippedBitInTheFile) {
  MakeJobs();
  const std::string good = ReadFile(file_);
  Rng rng(5);
  int refused = 0;
  // All of the first header, which SQLite believes the most, and a sample of the rest.
  for (std::size_t i = 0; i < 1'500; ++i) {
    const std::size_t bit = i < 108 * 8 ? i : rng.Below(good.size() * 8);
    std::string bad = good;
    bad[bit / 8] = static_cast<char>(bad[bit / 8] ^ (1 << (bit % 8)));
    std::filesystem::remove(file_.string() + "-wal");
    WriteFile(file_, bad);
    const auto store = OpenJobs();
    if (!store) {
      ++refused;
      continue;
    }
    const Result<JobChanges> all = (*store)->Load();
    ASSERT_TRUE(all) << "bit " << bit << ": " << all.error().message;
    ASSERT_TRUE(SameRecords(*all, SampleState())) << "bit " << bit;
  }
  EXPECT_GT(refused, 400);
}

TEST_F(SqliteDamage, GivesTheSamePlansAndTalliesOrNoneAfterAFlippedBit) {
  const StoredPlan plan = SamplePlan(std::string(30'000, 'p'));
  const std::string state(30'000, 't');
  {
    const auto store = OpenSqliteTallyStore(runtime_, {file_, false}).value();
    ASSERT_TRUE(CommitAndWait(runtime_, *store, TallyChanges{.plans = {plan}, .tallies = {SampleTally(1, 1, state)}}));
  }
  const std::string good = ReadFile(file_);
  Rng rng(6);
  int refused = 0;
  int lost_plans = 0;
  for (int i = 0; i < 400; ++i) {
    const std::size_t bit = rng.Below(good.size() * 8);
    std::string bad = good;
    bad[bit / 8] = static_cast<char>(bad[bit / 8] ^ (1 << (bit % 8)));
    std::filesystem::remove(file_.string() + "-wal");
    WriteFile(file_, bad);
    const auto store = OpenSqliteTallyStore(runtime_, {file_, false});
    if (!store) {
      ++refused;
      continue;
    }
    const std::vector<StoredTally> tallies = (*store)->LoadTallies().value();
    ASSERT_EQ(tallies.size(), 1U) << "bit " << bit;
    ASSERT_EQ(*tallies[0].state, state) << "bit " << bit;
    const Result<Blob> loaded = LoadPlanAndWait(runtime_, **store, plan.digest);
    if (loaded) {
      ASSERT_EQ(**loaded, *plan.bytes) << "bit " << bit;
    } else {
      ASSERT_EQ(loaded.error().code, Code::kDataLoss) << "bit " << bit;
      ++lost_plans;
    }
  }
  EXPECT_GT(refused, 50);
  EXPECT_GT(lost_plans, 50);
}

// Twenty commits that a killed process has left in its log.
class SqliteLogDamage : public SqliteDamage {
 protected:
  static constexpr std::uint64_t kCommits = 20;

  void SetUp() override {
    const auto store = OpenJobs(true).value();
    for (std::uint64_t i = 1; i <= kCommits; ++i) {
      ASSERT_TRUE(CommitAndWait(runtime_, *store, JobChanges{.jobs = {SampleJob(i)}, .next_job = {i + 1}}));
    }
    good_file_ = ReadFile(file_);
    good_log_ = ReadFile(Log());
  }
  std::filesystem::path Log() const { return file_.string() + "-wal"; }
  void Restore(const std::string& log) const {
    WriteFile(file_, good_file_);
    WriteFile(Log(), log);
  }
  // The number of commits that are found, which must be whole; none if the store is refused.
  std::optional<std::uint64_t> Commits() {
    const auto store = OpenJobs(true);
    if (!store) return std::nullopt;
    const JobChanges all = (*store)->Load().value();
    const std::uint64_t commits = all.next_job == JobId{} ? 0 : all.next_job.value - 1;
    JobChanges expected{.next_job = all.next_job};
    for (std::uint64_t i = 1; i <= commits; ++i) expected.jobs.push_back(SampleJob(i));
    EXPECT_TRUE(SameRecords(all, expected));
    return commits;
  }

  std::string good_file_;
  std::string good_log_;
};

TEST_F(SqliteLogDamage, RecoversEveryCommitFromTheLog) {
  const HeardEvents heard;
  Restore(good_log_);
  EXPECT_EQ(Commits(), kCommits);
  EXPECT_EQ(Commits(), kCommits);
  EXPECT_TRUE(heard.names().empty());
}

TEST_F(SqliteLogDamage, DropsNothingButATornLastCommitAndSaysSo) {
  Rng rng(8);
  std::uint64_t fewest = kCommits;
  for (int i = 0; i < 60; ++i) {
    Restore(good_log_.substr(0, good_log_.size() - rng.Below(good_log_.size() / 2)));
    const std::optional<std::uint64_t> commits = Commits();
    ASSERT_TRUE(commits);  // a cut log is what a crash leaves
    fewest = std::min(fewest, *commits);
  }
  EXPECT_LT(fewest, kCommits);

  const HeardEvents heard;
  std::string torn = good_log_;
  torn[torn.size() - 1] ^= 1;
  Restore(torn);
  EXPECT_EQ(Commits(), kCommits - 1);
  EXPECT_EQ(heard.names(), std::vector<std::string>{"store_log_tail_dropped"});
}

TEST_F(SqliteLogDamage, GoesOnAfterATornLastCommit) {
  std::string torn = good_log_;
  torn[torn.size() - 1] ^= 1;
  Restore(torn);
  const HeardEvents heard;
  {
    const auto store = OpenJobs(true).value();
    ASSERT_TRUE(CommitAndWait(runtime_, *store, JobChanges{.jobs = {SampleJob(kCommits)}, .next_job = {kCommits + 1}}));
  }
  EXPECT_EQ(Commits(), kCommits);
}

TEST_F(SqliteLogDamage, LosesNoCommitSilentlyAfterAFlippedBitInTheLog) {
  Rng rng(9);
  int refused = 0;
  for (std::size_t i = 0; i < 600; ++i) {
    const std::size_t bit = i < 32 * 8 ? i : rng.Below(good_log_.size() * 8);
    std::string bad = good_log_;
    bad[bit / 8] = static_cast<char>(bad[bit / 8] ^ (1 << (bit % 8)));
    Restore(bad);
    const HeardEvents heard;
    const std::optional<std::uint64_t> commits = Commits();
    if (!commits) {
      ++refused;
    } else if (*commits != kCommits) {
      // The last one alone may pass for torn.
      ASSERT_EQ(*commits, kCommits - 1) << "bit " << bit;
      ASSERT_EQ(heard.names(), std::vector<std::string>{"store_log_tail_dropped"}) << "bit " << bit;
    }
  }
  EXPECT_GT(refused, 400);
}

TEST_F(SqliteLogDamage, TakesALogThatPowerLossToreIfItWasNotSynced) {
  std::string bad = good_log_;
  bad[bad.size() / 2] ^= 1;
  Restore(bad);
  EXPECT_FALSE(OpenJobs(true));
  Restore(bad);
  const HeardEvents heard;
  const auto store = OpenJobs(false);
  ASSERT_TRUE(store) << store.error().message;
  EXPECT_EQ(heard.names(), std::vector<std::string>{"store_log_tail_dropped"});
  EXPECT_LT((*store)->Load().value().next_job, JobId{kCommits + 1});
}

}  // namespace
}  // namespace propius
