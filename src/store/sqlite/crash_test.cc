// Processes that are killed at random moments, and a disk that is full.
#include <csignal>
#include <future>
#include <map>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/check.h"
#include "store/sample_records.h"
#include "store/store_fixture.h"

namespace propius {
namespace {

constexpr std::uint64_t kInFlight = 8;

// One job, two binds and an answer for each number; whole or torn, early or late, it shows.
JobChanges Numbered(std::uint64_t number) {
  JobChanges changes{.jobs = {SampleJob(1)}, .next_job = {number + 1}};
  changes.jobs[0].attained_service = number;
  changes.bindings = {SampleBinding(1, 1, static_cast<std::uint32_t>(2 * number)),
                      SampleBinding(1, 1, static_cast<std::uint32_t>(2 * number + 1))};
  changes.replies = {SampleReply("number/" + std::to_string(number))};
  return changes;
}

// Commits Numbered(first), Numbered(first + 1), … and writes each number to the pipe when it is acknowledged.
[[noreturn]] void CommitUntilKilled(const std::filesystem::path& file, std::uint64_t first, int pipe) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  RealRuntime runtime("child");
  const auto store = OpenSqliteJobStore(runtime, {file, true});
  if (!store) _exit(2);
  std::uint64_t next = first;
  Task commit = [&] {
    const std::uint64_t number = next++;
    (*store)->Commit(Numbered(number), [&, number](const Status& status) {
      if (!status || write(pipe, &number, sizeof(number)) != sizeof(number)) _exit(3);
      commit();
    });
  };
  for (std::uint64_t i = 0; i < kInFlight; ++i) runtime.Post(commit);
  for (;;) pause();
}

TEST(SqliteCrash, KeepsEveryAcknowledgedCommitWholeAndInOrder) {
  const TestFolder folder;
  const std::filesystem::path file = folder / "jobs.db";
  Rng rng(12);
  std::uint64_t last = 0;
  for (int kill_number = 0; kill_number < 12; ++kill_number) {
    int ends[2];
    ASSERT_EQ(pipe2(ends, O_CLOEXEC), 0);
    const pid_t child = fork();
    if (child == 0) CommitUntilKilled(file, last + 1, ends[1]);
    close(ends[1]);
    std::uint64_t acknowledged = last;
    for (std::uint64_t wanted = rng.Below(120); wanted > 0; --wanted) {
      ASSERT_EQ(read(ends[0], &acknowledged, sizeof(acknowledged)), ssize_t{sizeof(acknowledged)});
    }
    kill(child, SIGKILL);
    int status = 0;
    ASSERT_EQ(waitpid(child, &status, 0), child);
    ASSERT_TRUE(WIFSIGNALED(status)) << "exit code " << WEXITSTATUS(status);
    // What it had told before it died.
    while (read(ends[0], &acknowledged, sizeof(acknowledged)) == ssize_t{sizeof(acknowledged)}) {
    }
    close(ends[0]);

    RealRuntime runtime("parent");
    const auto store = OpenSqliteJobStore(runtime, {file, true});
    ASSERT_TRUE(store) << store.error().message;
    const JobChanges all = Sorted((*store)->Load().value());
    const std::uint64_t found = all.jobs.empty() ? 0 : all.jobs[0].attained_service;
    ASSERT_GE(found, acknowledged);
    ASSERT_LE(found, acknowledged + kInFlight);
    JobChanges expected;
    for (std::uint64_t number = 1; number <= found; ++number) {
      JobChanges changes = Numbered(number);
      expected.jobs = changes.jobs;
      expected.next_job = changes.next_job;
      expected.bindings.insert(expected.bindings.end(), changes.bindings.begin(), changes.bindings.end());
      expected.replies.push_back(changes.replies[0]);
    }
    ASSERT_TRUE(SameRecords(all, expected)) << "after kill " << kill_number;
    last = found;
  }
  EXPECT_GT(last, 100U);
}

TEST(SqliteCrash, IsLockedByALivingProcessAndFreedByItsDeath) {
  const TestFolder folder;
  const std::filesystem::path file = folder / "jobs.db";
  int ends[2];
  ASSERT_EQ(pipe2(ends, O_CLOEXEC), 0);
  const pid_t child = fork();
  if (child == 0) CommitUntilKilled(file, 1, ends[1]);
  close(ends[1]);
  std::uint64_t number = 0;
  ASSERT_EQ(read(ends[0], &number, sizeof(number)), ssize_t{sizeof(number)});

  RealRuntime runtime("parent");
  const auto refused = OpenSqliteJobStore(runtime, {file, true});
  kill(child, SIGKILL);
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  close(ends[0]);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Code::kUnavailable);
  EXPECT_NE(refused.error().message.find("in use by another process"), std::string::npos) << refused.error().message;
  EXPECT_TRUE(OpenSqliteJobStore(runtime, {file, true}));
}

// No file of this process may grow over the limit while this lives.
class FullDisk {
 public:
  explicit FullDisk(rlim_t bytes) : handler_(std::signal(SIGXFSZ, SIG_IGN)) {
    CHECK(getrlimit(RLIMIT_FSIZE, &before_) == 0);
    const rlimit limit{bytes, before_.rlim_max};
    CHECK(setrlimit(RLIMIT_FSIZE, &limit) == 0);
  }
  ~FullDisk() {
    setrlimit(RLIMIT_FSIZE, &before_);
    std::signal(SIGXFSZ, handler_);
  }
  FullDisk(const FullDisk&) = delete;
  FullDisk& operator=(const FullDisk&) = delete;

 private:
  rlimit before_{};
  void (*handler_)(int);
};

TEST(SqliteFullDisk, KeepsNothingOfACommitThatDoesNotFit) {
  const TestFolder folder;
  const std::filesystem::path file = folder / "tallies.db";
  RealRuntime runtime("test");
  const StoredPlan large = SamplePlan(std::string(4'000'000, 'x'));
  {
    const auto store = OpenSqliteTallyStore(runtime, {file, true}).value();
    ASSERT_TRUE(CommitAndWait(runtime, *store, TallyChanges{.tallies = {SampleTally(1, 1, "before")}}));
    {
      const FullDisk full(1'000'000);
      const Status status =
          CommitAndWait(runtime, *store, TallyChanges{.plans = {large}, .tallies = {SampleTally(1, 1, "torn")}});
      ASSERT_FALSE(status);
      EXPECT_EQ(status.error().code, Code::kUnavailable) << status.error().message;
      EXPECT_TRUE(CommitAndWait(runtime, *store, TallyChanges{.tallies = {SampleTally(1, 2, "small")}}));
    }
    EXPECT_EQ(LoadPlanAndWait(runtime, *store, large.digest).error().code, Code::kNotFound);
    EXPECT_TRUE(CommitAndWait(runtime, *store, TallyChanges{.tallies = {SampleTally(1, 3, "after")}}));
  }
  const auto store = OpenSqliteTallyStore(runtime, {file, true});
  ASSERT_TRUE(store) << store.error().message;
  std::map<RoundKey, std::string> found;
  const std::vector<StoredTally> tallies = (*store)->LoadTallies().value();
  for (const StoredTally& tally : tallies) found[tally.round] = *tally.state;
  const JobId job{1};
  EXPECT_EQ(found,
            (std::map<RoundKey, std::string>{{{job, {1}}, "before"}, {{job, {2}}, "small"}, {{job, {3}}, "after"}}));
}

TEST(SqliteStore, FinishesWhatWasQueuedWhenItIsClosed) {
  const TestFolder folder;
  const std::filesystem::path file = folder / "jobs.db";
  RealRuntime runtime("test");
  std::promise<void> last;
  {
    const auto store = OpenSqliteJobStore(runtime, {file, false}).value();
    for (std::uint64_t number = 1; number <= 300; ++number) {
      store->Commit(Numbered(number), [&, number](const Status& status) {
        if (status && number == 300) last.set_value();
      });
    }
  }
  last.get_future().wait();
  const auto store = OpenSqliteJobStore(runtime, {file, false}).value();
  EXPECT_EQ(store->Load().value().next_job, JobId{301});
}

}  // namespace
}  // namespace propius
