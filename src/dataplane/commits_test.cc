#include <cstring>
#include <functional>
#include <optional>

#include <gtest/gtest.h>

#include "dataplane/testing/cluster.h"

namespace propius {
namespace {

using State = CommitAnswer::State;

std::string FloatsFile(const std::vector<float>& values, const std::string& name = "w") {
  const std::string_view bytes(reinterpret_cast<const char*>(values.data()), values.size() * sizeof(float));
  return WriteSafetensors({{{name, Dtype::kF32, {values.size()}}, bytes}}, {});
}

std::vector<float> FloatsOf(const Blob& file) {
  CHECK(file != nullptr);
  const Result<SafetensorsView> view = ParseSafetensors(*file);
  CHECK(view.has_value() && view->tensors.size() == 1);
  std::vector<float> values(view->tensors[0].data.size() / sizeof(float));
  std::memcpy(values.data(), view->tensors[0].data.data(), view->tensors[0].data.size());
  return values;
}

constexpr RoundKey kRound{{7}, {1}};

struct AsynchronousRound : testing::Test {
  RoundTerms Open(const std::string& model, std::uint32_t workers = 2, std::uint32_t commits = 0) {
    const Blob plan = MakeBlob(FloatsFile({1, 2}));
    terms = MakeTerms(kRound, plan, cluster.world.Now() + 1h, workers);
    terms.target = commits;
    terms.sync = SyncSpec{.model = model, .period = 10s, .eta = 0.5, .commits = commits};
    if (change) change(*terms.sync);
    if (!cluster.root.node) {
      EXPECT_TRUE(cluster.StartRoot());
    }
    Heard<PlanReceipt> receipt;
    cluster.root.node->PutPlan(cluster.sealer.Seal(terms), kRound, plan, receipt.done());
    cluster.world.RunFor(100ms);
    EXPECT_TRUE(receipt.any() && receipt.result().has_value()) << receipt.result().error().message;
    return terms;
  }

  std::string TicketOf(std::uint32_t slot) {
    Ticket ticket = MakeTicket(terms, slot);
    ticket.expires = terms.deadline + 5s;
    return cluster.sealer.Seal(ticket);
  }
  Heard<CommitAnswer> Join(std::uint32_t slot, Duration wait = 1s) {
    Heard<CommitAnswer> heard;
    cluster.root.node->Join(TicketOf(slot), kRound.job, wait, heard.done());
    return heard;
  }
  Heard<CommitAnswer> Send(std::uint32_t slot, std::uint64_t number, const std::string& file, Duration wait = 1s,
                           std::optional<std::uint64_t> version = {}) {
    Heard<CommitAnswer> heard;
    CommitRequest request;
    request.report = {.number = number, .steps = 3, .step_time = 10ms, .loss = 0.5};
    request.report.version = version;
    request.update = MakeBlob(file);
    cluster.root.node->Commit(TicketOf(slot), kRound.job, request, wait, heard.done());
    return heard;
  }
  // As Send, and waits for the answer.
  CommitAnswer Commit(std::uint32_t slot, std::uint64_t number, const std::vector<float>& update) {
    const auto heard = Send(slot, number, FloatsFile(update));
    cluster.world.RunFor(2s);
    EXPECT_NE(heard.value().state, State::kRejected) << heard.value().reason;
    return heard.value();
  }
  ParametersView Look() {
    Heard<ParametersView> heard;
    cluster.root.node->GetParameters(cluster.sealer.Seal(terms), kRound.job, heard.done());
    cluster.world.RunFor(1s);
    return heard.value();
  }

  Cluster cluster;
  RoundTerms terms;
  std::function<void(SyncSpec&)> change;
};

TEST_F(AsynchronousRound, GivesAWorkerThatJoinsTheParametersAndItsWork) {
  Open("adsp:rate=4");
  const auto joined = Join(0);
  cluster.world.RunFor(1s);
  EXPECT_EQ(joined.value().state, State::kWork);
  EXPECT_EQ(joined.value().commits, 0U);
  EXPECT_EQ(FloatsOf(joined.value().parameters), (std::vector<float>{1, 2}));
  EXPECT_TRUE(std::holds_alternative<TrainFor>(joined.value().work.until));
}

TEST_F(AsynchronousRound, AppliesACommitOnceHoweverOftenItComes) {
  Open("asp");
  EXPECT_EQ(FloatsOf(Commit(0, 1, {2, 4}).parameters), (std::vector<float>{2, 4}));
  for (int i = 0; i < 3; ++i) {
    const CommitAnswer again = Commit(0, 1, {2, 4});
    EXPECT_EQ(again.state, State::kWork);
    EXPECT_EQ(again.commits, 1U);
    EXPECT_EQ(FloatsOf(again.parameters), (std::vector<float>{2, 4}));
  }
  EXPECT_EQ(Look().commits, 1U);
  EXPECT_EQ(Look().version, 1U);
}

TEST_F(AsynchronousRound, AnswersAGapWithTheNumberToGoOnFrom) {
  Open("asp");
  Commit(0, 1, {2, 4});
  const CommitAnswer gap = Commit(0, 3, {8, 8});
  EXPECT_EQ(gap.state, State::kGap);
  EXPECT_EQ(gap.commits, 1U);
  EXPECT_EQ(Look().commits, 1U);
  EXPECT_EQ(Commit(0, 2, {0, 0}).commits, 2U);
}

TEST_F(AsynchronousRound, LeavesNoTraceOfWhatItRejects) {
  change = [](SyncSpec& sync) { sync.max_norm = 10; };
  Open("asp");
  Commit(0, 1, {2, 4});
  const auto rejected = [&](const std::string& file, std::uint64_t version = 0) {
    const auto heard = Send(1, 1, file, 1s, version);
    cluster.world.RunFor(2s);
    EXPECT_EQ(heard.value().state, State::kRejected);
    return heard.value().reason;
  };
  EXPECT_NE(rejected("no file").find("malformed"), std::string::npos);
  EXPECT_NE(rejected(FloatsFile({1})).find("manifest"), std::string::npos);
  EXPECT_NE(rejected(FloatsFile({1, 2}, "v")).find("manifest"), std::string::npos);
  EXPECT_NE(rejected(WordsFile(Words(1))).find("manifest"), std::string::npos);
  EXPECT_NE(rejected(FloatsFile({1, std::numeric_limits<float>::quiet_NaN()})).find("not_finite"), std::string::npos);
  EXPECT_NE(rejected(FloatsFile({8, 8})).find("norm"), std::string::npos);
  EXPECT_NE(rejected(FloatsFile({1, 1}), 99).find("version"), std::string::npos);
  EXPECT_EQ(Look().commits, 1U);
  EXPECT_EQ(FloatsOf(Look().parameters), (std::vector<float>{2, 4}));
}

TEST_F(AsynchronousRound, RefusesTicketsOfOtherJobsOldOnesAndForgeries) {
  Open("asp");
  const auto refusal = [&](const std::string& ticket, JobId job) {
    Heard<CommitAnswer> heard;
    cluster.root.node->Join(ticket, job, 0s, heard.done());
    cluster.world.RunFor(1s);
    return heard.code();
  };
  EXPECT_EQ(refusal("forged", kRound.job), Code::kUnauthenticated);
  EXPECT_EQ(refusal(TicketOf(0), {8}), Code::kPermissionDenied);
  EXPECT_EQ(refusal(TicketOf(terms.max_slots), kRound.job), Code::kInvalidArgument);
  Ticket old = MakeTicket(terms, 0);
  old.expires = cluster.world.Now();
  EXPECT_EQ(refusal(cluster.sealer.Seal(old), kRound.job), Code::kUnauthenticated);
}

TEST_F(AsynchronousRound, HoldsABarrierUntilAllHaveCommitted) {
  Open("bsp");
  Join(0);
  Join(1);
  cluster.world.RunFor(1s);
  const auto first = Send(0, 1, FloatsFile({2, 4}), 5s);
  cluster.world.RunFor(1s);
  EXPECT_FALSE(first.any());
  EXPECT_EQ(FloatsOf(Commit(1, 1, {4, 0}).parameters), (std::vector<float>{4, 4}));
  ASSERT_TRUE(first.any());
  EXPECT_EQ(first.value().state, State::kWork);
  EXPECT_EQ(FloatsOf(first.value().parameters), (std::vector<float>{4, 4}));
}

TEST_F(AsynchronousRound, TellsAWorkerThatMustWaitToAskAgain) {
  Open("bsp");
  Join(0);
  Join(1);
  cluster.world.RunFor(1s);
  const auto first = Send(0, 1, FloatsFile({2, 4}), 3s);
  cluster.world.RunFor(4s);
  EXPECT_EQ(first.value().state, State::kWaiting);
  EXPECT_EQ(first.value().commits, 1U);
  const auto asked = Join(0, 10s);
  cluster.world.RunFor(1s);
  EXPECT_FALSE(asked.any());
  Commit(1, 1, {0, 0});
  EXPECT_EQ(asked.value().state, State::kWork);
  EXPECT_EQ(FloatsOf(asked.value().parameters), (std::vector<float>{2, 4}));
}

TEST_F(AsynchronousRound, GoesOnWithoutAWorkerThatLeavesOrFallsSilent) {
  Open("bsp", 3);
  for (std::uint32_t slot = 0; slot < 3; ++slot) Join(slot);
  cluster.world.RunFor(1s);
  const auto first = Send(0, 1, FloatsFile({2, 4}), 10min);
  cluster.world.RunFor(1s);
  Heard<void> left;
  cluster.root.node->Leave(TicketOf(1), kRound.job, left.done());
  cluster.world.RunFor(10s);
  EXPECT_TRUE(left.ok());
  EXPECT_FALSE(first.any());
  cluster.world.RunFor(5min);
  ASSERT_TRUE(first.any());
  EXPECT_EQ(FloatsOf(first.value().parameters), (std::vector<float>{3, 6}));
  // One that was given up comes back by its commit.
  EXPECT_EQ(Commit(2, 1, {0, 0}).commits, 1U);
}

TEST_F(AsynchronousRound, EndsWithItsCommitsAndReportsTheParameters) {
  Open("asp", 2, 2);
  EXPECT_EQ(Commit(0, 1, {2, 4}).state, State::kWork);
  const CommitAnswer last = Commit(1, 1, {2, 4});
  EXPECT_EQ(last.state, State::kOver);
  EXPECT_EQ(last.commits, 1U);
  EXPECT_EQ(Commit(0, 2, {1, 1}).state, State::kOver);
  const auto read = cluster.Read(terms, 10s);
  cluster.world.RunFor(20s);
  EXPECT_EQ(read.value().outcome, RoundOutcome::kCompleted);
  EXPECT_EQ(read.value().counted, 2U);
  EXPECT_EQ(read.value().total_weight, 6);
  EXPECT_EQ(FloatsOf(read.value().tensors), (std::vector<float>{3, 6}));
  ASSERT_EQ(cluster.control.closures.size(), 1U);
  EXPECT_EQ(cluster.control.closures[0].counted, 2U);
}

TEST_F(AsynchronousRound, WithoutAGoalIsCompleteAtItsDeadline) {
  Open("adsp");
  Commit(0, 1, {2, 4});
  cluster.world.RunFor(61min);
  const auto read = cluster.Read(terms);
  cluster.world.RunFor(1s);
  EXPECT_EQ(read.value().outcome, RoundOutcome::kCompleted);
  EXPECT_EQ(read.value().reason, "deadline");
}

TEST_F(AsynchronousRound, RefusesPlansAndModelsThatItCannotTrain) {
  ASSERT_TRUE(cluster.StartRoot());
  const auto refusal = [&](const Blob& plan, const std::string& model) {
    RoundTerms asked = MakeTerms(kRound, plan, cluster.world.Now() + 1h);
    asked.sync = SyncSpec{.model = model};
    Heard<PlanReceipt> receipt;
    cluster.root.node->PutPlan(cluster.sealer.Seal(asked), kRound, plan, receipt.done());
    cluster.world.RunFor(1s);
    return receipt.result() ? std::string() : receipt.result().error().message;
  };
  EXPECT_NE(refusal(MakePlan(), "asp").find("expected a plan of F32 tensors"), std::string::npos);
  EXPECT_NE(refusal(MakeBlob(FloatsFile({1})), "gossip").find("expected one of"), std::string::npos);
  EXPECT_NE(refusal(MakeBlob(FloatsFile({1})), "adsp:rate=x").find("rate"), std::string::npos);
  EXPECT_NE(refusal(MakeBlob(FloatsFile({1})), "adsp:overlap=1").find("virtual time only"), std::string::npos);
  EXPECT_NE(refusal(MakeBlob(FloatsFile({std::numeric_limits<float>::infinity()})), "asp").find("finite"),
            std::string::npos);
}

TEST_F(AsynchronousRound, LosesNoAcknowledgedCommitWhenItIsKilled) {
  for (const std::string model : {"adsp:rate=4", "asp", "ssp:s=3", "dynsgd", "fedasync"}) {
    SCOPED_TRACE(model);
    cluster.KillRoot();
    cluster.disk = {};
    Open(model);
    std::vector<float> acknowledged;
    for (std::uint64_t number = 1; number <= 6; ++number) {
      const CommitAnswer answer = Commit(0, number, {static_cast<float>(number), 1});
      ASSERT_EQ(answer.commits, number);
      acknowledged = FloatsOf(answer.parameters);
      cluster.KillRoot();
      ASSERT_TRUE(cluster.StartRoot());
      EXPECT_EQ(FloatsOf(Look().parameters), acknowledged);
      EXPECT_EQ(Look().commits, number);
      // The same commit again, as from a device that has not heard the answer.
      EXPECT_EQ(FloatsOf(Commit(0, number, {static_cast<float>(number), 1}).parameters), acknowledged);
    }
  }
}

TEST_F(AsynchronousRound, AcknowledgesACommitNotBeforeItsOwnWriteIsDone) {
  cluster.disk_options = {50ms, 50ms, 0, 0};
  Open("asp");
  cluster.world.RunFor(1s);
  const auto first = Send(0, 1, FloatsFile({2, 4}));
  cluster.world.RunFor(40ms);  // the write of the first is under way
  const auto second = Send(1, 1, FloatsFile({2, 4}));
  cluster.world.RunFor(50ms);
  ASSERT_TRUE(first.any());
  EXPECT_EQ(first.value().commits, 1U);
  EXPECT_EQ(FloatsOf(first.value().parameters), (std::vector<float>{2, 4})) << "as written, without the second";
  EXPECT_FALSE(second.any()) << "a crash would take it back now";
  cluster.KillRoot();
  ASSERT_TRUE(cluster.StartRoot());
  EXPECT_EQ(Look().commits, 1U);
}

TEST_F(AsynchronousRound, TellsARepeatedCallOfNothingThatIsNotDurable) {
  cluster.disk_options = {50ms, 50ms, 0, 0};
  Open("asp");
  cluster.world.RunFor(1s);
  const auto call = Send(0, 1, FloatsFile({2, 4}));
  cluster.world.RunFor(40ms);
  const auto again = Send(0, 1, FloatsFile({2, 4}));
  cluster.world.RunFor(20ms);
  EXPECT_FALSE(call.any());
  EXPECT_FALSE(again.any());
  cluster.world.RunFor(2s);
  EXPECT_EQ(again.value().commits, 1U);
}

TEST_F(AsynchronousRound, LetsNobodyThroughABarrierBeforeItsSumIsDurable) {
  cluster.disk_options = {50ms, 50ms, 0, 0};
  Open("bsp");
  const auto joins = {Join(0), Join(1)};
  cluster.world.RunFor(1s);
  const auto first = Send(0, 1, FloatsFile({2, 4}), 100ms);  // its patience ends while the sum is being written
  cluster.world.RunFor(40ms);
  const auto second = Send(1, 1, FloatsFile({4, 8}));
  cluster.world.RunFor(3s);
  if (first.value().state == State::kWork) {
    EXPECT_EQ(FloatsOf(first.value().parameters), (std::vector<float>{4, 8}));
  }
  EXPECT_EQ(FloatsOf(second.value().parameters), (std::vector<float>{4, 8}));
}

TEST_F(AsynchronousRound, AnUpdateThatWasNotAcknowledgedIsThereWhollyOrNotAtAll) {
  for (int microseconds = 0; microseconds <= 30'000; microseconds += 1'000) {
    SCOPED_TRACE(microseconds);
    cluster.KillRoot();
    cluster.disk = {};
    Open("asp");
    Commit(0, 1, {2, 4});
    const auto heard = Send(0, 2, FloatsFile({2, 4}));
    cluster.world.RunFor(Duration(microseconds));
    const bool answered = heard.any();
    cluster.KillRoot();
    ASSERT_TRUE(cluster.StartRoot());
    const ParametersView view = Look();
    EXPECT_TRUE(view.commits == 1 || view.commits == 2);
    if (answered) {
      EXPECT_EQ(view.commits, 2U);
    }
    const float expected = view.commits == 1 ? 2 : 3;
    EXPECT_EQ(FloatsOf(view.parameters)[0], expected);
    EXPECT_EQ(FloatsOf(Commit(0, 2, {2, 4}).parameters), (std::vector<float>{3, 6}));
  }
}

}  // namespace
}  // namespace propius
