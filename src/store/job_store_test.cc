#include "store/job_store.h"

#include <limits>
#include <map>

#include <gtest/gtest.h>

#include "store/sample_records.h"
#include "store/store_fixture.h"

namespace propius {
namespace {

TEST(JobChanges, AreEmptyUntilAnyPartIsThere) {
  EXPECT_TRUE(JobChanges().empty());
  EXPECT_FALSE(JobChanges{.jobs = {SampleJob(1)}}.empty());
  EXPECT_FALSE(JobChanges{.rounds = {SampleRound(1, 1)}}.empty());
  EXPECT_FALSE(JobChanges{.bindings = {SampleBinding(1, 1, 0)}}.empty());
  EXPECT_FALSE(JobChanges{.replies = {SampleReply("a")}}.empty());
  EXPECT_FALSE(JobChanges{.removed_jobs = {JobId{1}}}.empty());
  EXPECT_FALSE((JobChanges{.removed_bindings = {RoundKey{{1}, {1}}}}.empty()));
  EXPECT_FALSE(JobChanges{.removed_replies = {"a"}}.empty());
  EXPECT_FALSE(JobChanges{.next_job = {1}}.empty());
}

class AnyJobStore : public StorageFixture {
 protected:
  Status Commit(JobChanges changes) { return CommitAndWait(runtime_, *store_, std::move(changes)); }
  void Reopen() {
    store_.reset();
    store_ = OpenJobs();
  }

  std::unique_ptr<JobStore> store_ = OpenJobs();
};

INSTANTIATE_TEST_SUITE_P(Storage, AnyJobStore, testing::Values("memory", "sqlite"), StorageName);

TEST_P(AnyJobStore, IsEmptyAtFirst) {
  EXPECT_TRUE(store_->Load().value().empty());
  Reopen();
  EXPECT_TRUE(store_->Load().value().empty());
}

TEST_P(AnyJobStore, GivesBackEveryFieldOfEveryRecord) {
  ASSERT_TRUE(Commit(SampleState()));
  EXPECT_TRUE(SameRecords(store_->Load().value(), SampleState()));
  Reopen();
  EXPECT_TRUE(SameRecords(store_->Load().value(), SampleState()));
}

TEST_P(AnyJobStore, KeepsRecordsWithNothingButDefaults) {
  JobChanges plain;
  plain.jobs.resize(1);
  plain.rounds.resize(1);
  plain.bindings.resize(1);
  plain.replies.resize(1);
  ASSERT_TRUE(Commit(plain));
  Reopen();
  EXPECT_TRUE(SameRecords(store_->Load().value(), plain));
}

TEST_P(AnyJobStore, KeepsTheBordersOfEveryNumber) {
  JobChanges changes = SampleState();
  Job& job = changes.jobs[0];
  job.id = {std::numeric_limits<std::uint64_t>::max()};
  job.port = std::numeric_limits<std::uint32_t>::max();
  job.total_sched = Duration::min();
  job.time_stamp = Time::max();
  job.score = std::numeric_limits<double>::infinity();
  job.spec.max_weight = std::numeric_limits<double>::denorm_min();
  job.spec.reducer.options = {{"most", std::numeric_limits<double>::infinity()},
                              {"least", -std::numeric_limits<double>::infinity()},
                              {"tiny", std::numeric_limits<double>::denorm_min()}};
  ASSERT_TRUE(Commit(changes));
  Reopen();
  EXPECT_TRUE(SameRecords(store_->Load().value(), changes));
}

TEST_P(AnyJobStore, KeepsTextOfAnyBytes) {
  JobChanges changes{.jobs = {SampleJob(1)}, .replies = {SampleReply(std::string("a\0b'\"\xff", 6))}};
  changes.jobs[0].finish_reason = std::string("\0\xc3\x28 ;DROP TABLE jobs", 20);
  ASSERT_TRUE(Commit(changes));
  Reopen();
  EXPECT_TRUE(SameRecords(store_->Load().value(), changes));
}

TEST_P(AnyJobStore, ReplacesTheRecordOfTheSameKey) {
  ASSERT_TRUE(Commit(SampleState()));
  JobChanges expected = SampleState();
  expected.jobs[1].state = JobState::kFinished;
  expected.rounds[0].closed_at.reset();
  expected.bindings[2].state = BindState::kReported;
  expected.replies[1].refusal.reset();
  expected.next_job = {4};
  ASSERT_TRUE(Commit({.jobs = {expected.jobs[1]},
                      .rounds = {expected.rounds[0]},
                      .bindings = {expected.bindings[2]},
                      .replies = {expected.replies[1]},
                      .next_job = {4}}));
  EXPECT_TRUE(SameRecords(store_->Load().value(), expected));
  Reopen();
  EXPECT_TRUE(SameRecords(store_->Load().value(), expected));
}

TEST_P(AnyJobStore, KeepsTheLastOfTwoRecordsWithOneKey) {
  Job later = SampleJob(1);
  later.amount = 1;
  ASSERT_TRUE(Commit({.jobs = {SampleJob(1), later}}));
  Reopen();
  EXPECT_EQ(store_->Load().value().jobs, std::vector<Job>{later});
}

TEST_P(AnyJobStore, RemovesAJobWithItsRoundsAndBindings) {
  ASSERT_TRUE(Commit(SampleState()));
  ASSERT_TRUE(Commit({.removed_jobs = {JobId{1}}}));
  Reopen();
  JobChanges expected = SampleState();
  std::erase_if(expected.jobs, [](const Job& job) { return job.id == JobId{1}; });
  std::erase_if(expected.rounds, [](const Round& round) { return round.terms.job == JobId{1}; });
  std::erase_if(expected.bindings, [](const Binding& binding) { return binding.round.job == JobId{1}; });
  EXPECT_TRUE(SameRecords(store_->Load().value(), expected));
}

TEST_P(AnyJobStore, RemovesTheBindingsOfOneRoundAndRepliesByKey) {
  ASSERT_TRUE(Commit(SampleState()));
  ASSERT_TRUE(Commit({.removed_bindings = {RoundKey{{1}, {2}}}, .removed_replies = {"job/a/1"}}));
  Reopen();
  JobChanges expected = SampleState();
  std::erase_if(expected.bindings, [](const Binding& binding) { return binding.round == RoundKey{{1}, {2}}; });
  expected.replies.erase(expected.replies.begin());
  EXPECT_TRUE(SameRecords(store_->Load().value(), expected));
}

TEST_P(AnyJobStore, RemovesAfterItWrites) {
  JobChanges changes = SampleState();
  changes.removed_jobs = {JobId{1}};
  changes.removed_bindings = {RoundKey{{2}, {1}}};
  changes.removed_replies = {"job/a/2"};
  ASSERT_TRUE(Commit(changes));
  const JobChanges all = store_->Load().value();
  EXPECT_EQ(all.jobs, std::vector<Job>{SampleJob(2)});
  EXPECT_TRUE(all.bindings.empty());
  EXPECT_EQ(all.replies, std::vector<MemoisedReply>{SampleReply("job/a/1")});
}

TEST_P(AnyJobStore, TakesTheRemovalOfWhatIsNotThere) {
  ASSERT_TRUE(Commit({.removed_jobs = {JobId{9}}, .removed_bindings = {{}}, .removed_replies = {"none"}}));
  ASSERT_TRUE(Commit({}));
  EXPECT_TRUE(store_->Load().value().empty());
}

TEST_P(AnyJobStore, AnswersInTheOrderOfTheCommits) {
  constexpr int kCommits = 500;
  std::vector<int> answers;
  std::promise<void> all;
  runtime_.Post([&] {
    for (int i = 1; i <= kCommits; ++i) {
      Job job = SampleJob(1);
      job.attained_service = static_cast<std::uint64_t>(i);
      store_->Commit({.jobs = {job}}, [&, i](const Status& status) {
        if (status) answers.push_back(i);
        if (i == kCommits) all.set_value();
      });
    }
  });
  all.get_future().wait();
  ASSERT_EQ(answers.size(), static_cast<std::size_t>(kCommits));
  EXPECT_TRUE(std::ranges::is_sorted(answers));
  EXPECT_EQ(store_->Load().value().jobs.at(0).attained_service, static_cast<std::uint64_t>(kCommits));
}

TEST_P(AnyJobStore, AgreesWithAPlainStateUnderRandomChanges) {
  Rng rng(11);
  std::map<std::pair<RoundKey, Slot>, Binding> plain;
  for (int step = 0; step < 200; ++step) {
    JobChanges changes;
    for (std::uint64_t i = rng.Below(5); i > 0; --i) {
      Binding binding = SampleBinding(rng.Below(3), static_cast<std::uint32_t>(rng.Below(3)),
                                      static_cast<std::uint32_t>(rng.Below(4)));
      binding.device = {rng()};
      changes.bindings.push_back(binding);
      plain[{binding.round, binding.slot}] = binding;
    }
    if (rng.Chance(0.2)) {
      const RoundKey round{{rng.Below(3)}, {static_cast<std::uint32_t>(rng.Below(3))}};
      changes.removed_bindings.push_back(round);
      std::erase_if(plain, [&](const auto& entry) { return entry.first.first == round; });
    }
    if (rng.Chance(0.1)) {
      const JobId job{rng.Below(3)};
      changes.removed_jobs.push_back(job);
      std::erase_if(plain, [&](const auto& entry) { return entry.first.first.job == job; });
    }
    ASSERT_TRUE(Commit(std::move(changes)));
    if (step % 50 == 49) Reopen();
  }
  JobChanges expected;
  for (const auto& [key, binding] : plain) expected.bindings.push_back(binding);
  EXPECT_TRUE(SameRecords(store_->Load().value(), expected));
}

}  // namespace
}  // namespace propius
