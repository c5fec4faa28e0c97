#include <cstdlib>
#include <stdexcept>

#include <gtest/gtest.h>

#include "propius/client.h"
#include "sdk/testing/fake_grpc.h"
#include "sdk/testing/fake_http.h"
#include "sdk/testing/samples.h"

namespace propius::sdk {
namespace {

using testing::FakeClientManager;
using testing::FakeHttp;
using testing::File;
using testing::GrpcPlace;
using testing::HttpCall;
using testing::HttpReply;

const std::string kPlan = File("initials", {{"model", "mlp"}});

// One asynchronous job whose root applies what comes in order, and is over after `goal` commits.
struct AsynchronousWorld {
  AsynchronousWorld() {
    options.client_manager = control.target();
    options.device_id = 7;
    options.train_span = [this](const HeldTask&, const std::string& plan, const Span& span) {
      EXPECT_EQ(plan, kPlan);
      spans.push_back(span);
      return Result<SpanUpdate>(SpanUpdate{File("12345678"), 4, std::chrono::microseconds(500), 0.25});
    };
    manager.on_check_in = [this](const v1::CheckInRequest&, v1::CheckInResponse& answer) {
      v1::Offer& offer = *answer.mutable_greeting()->add_offers();
      offer.mutable_round()->set_job_id(3);
      offer.mutable_round()->set_round(1);
      offer.set_asynchronous(true);
      return grpc::Status::OK;
    };
    manager.on_ping = [this](const v1::PingRequest& request, v1::PingResponse& answer) {
      for (const v1::TaskReport& report : request.reports()) reports.push_back(report.outcome());
      *answer.mutable_greeting()->mutable_holding() = Assignment();
      return grpc::Status::OK;
    };
    manager.on_accept = [this](const v1::AcceptRequest&, v1::AcceptResponse& answer) {
      *answer.mutable_assignment() = Assignment();
      return grpc::Status::OK;
    };
  }

  v1::Assignment Assignment() const {
    v1::Assignment assignment;
    assignment.mutable_round()->set_job_id(3);
    assignment.mutable_round()->set_round(1);
    assignment.set_ticket("ticket");
    assignment.set_leaf(root.url());
    assignment.set_plan_digest(Sha256(kPlan));
    assignment.set_lease_ms(60'000);
    assignment.set_asynchronous(true);
    return assignment;
  }

  std::optional<HttpReply> Answer(const HttpCall& call) {
    if (call.target.starts_with("/v1/plans/")) return HttpReply{200, kPlan, {}};
    if (call.method == "DELETE") return HttpReply{204, "", {}};
    const std::string commits = std::to_string(applied);
    if (call.method == "POST") {
      const std::size_t at = call.target.find("number=") + 7;
      const std::uint64_t number = std::strtoull(call.target.c_str() + at, nullptr, 10);
      if (number > applied + 1) {
        return HttpReply{409, R"({"state": "gap"})", {{"Propius-Commits", commits}}};
      }
      if (number == applied + 1) ++applied;
      if (lose_answers-- > 0) return std::nullopt;
      if (forget && applied == 2) {
        forget = false;
        applied = 1;
      }
    }
    const std::map<std::string, std::string> counts{{"Propius-Commits", std::to_string(applied)},
                                                    {"Propius-Version", std::to_string(applied + 10)},
                                                    {"Propius-Work", work},
                                                    {"Propius-Batch", "64"},
                                                    {"Propius-Push", "difference"}};
    if (waits-- > 0) return HttpReply{202, R"({"state": "waiting"})", counts};
    if (reject) return HttpReply{422, R"({"state": "rejected", "reason": "norm: too long"})", counts};
    if (applied >= goal) return HttpReply{410, R"({"state": "over"})", counts};
    return HttpReply{200, File("87654321"), counts};
  }

  std::uint64_t applied = 0;
  std::uint64_t goal = 3;
  int lose_answers = 0;
  int waits = 0;
  bool forget = false;
  bool reject = false;
  std::string work = "steps=40";
  std::vector<Span> spans;
  std::vector<v1::TaskOutcome> reports;
  FakeClientManager manager;
  GrpcPlace control{manager};
  FakeHttp root{[this](const HttpCall& call) { return Answer(call); }};
  ClientOptions options;
};

Result<Update> Never(const HeldTask&, const std::string&) {
  return tl::unexpected<Error>({"internal", "this hook is for rounds"});
}

TEST(CommitLoop, TrainsAndCommitsUntilTheJobIsOver) {
  AsynchronousWorld world;
  const auto summary = Client(world.options).RunOnce(Never);
  ASSERT_TRUE(summary.has_value());
  EXPECT_EQ(summary->end, TaskEnd::kCommitted) << summary->reason;
  EXPECT_EQ(world.applied, 3U);
  EXPECT_EQ(world.root.methods(), "GET GET POST POST POST DELETE");
  ASSERT_EQ(world.spans.size(), 3U);
  EXPECT_EQ(world.spans[1].steps, 40U);
  EXPECT_EQ(world.spans[1].batch, 64U);
  EXPECT_EQ(world.spans[1].version, 11U);
  EXPECT_EQ(world.spans[1].commits, 1U);
  EXPECT_EQ(world.spans[1].parameters, File("87654321"));
  const HttpCall post = world.root.calls().at(2);
  EXPECT_NE(post.target.find("/v1/jobs/3/commits?wait="), std::string::npos);
  EXPECT_NE(post.target.find("number=1&version=10&steps=4&step_us=500"), std::string::npos) << post.target;
  EXPECT_EQ(post.headers.at("authorization"), "Propius-Ticket ticket");
  EXPECT_EQ(post.body, File("12345678"));
  EXPECT_EQ(world.reports, std::vector{v1::TASK_OUTCOME_COMMITTED});
}

TEST(CommitLoop, ReadsASpanOfTime) {
  AsynchronousWorld world;
  world.work = "us=9800000";
  ASSERT_TRUE(Client(world.options).RunOnce(Never).has_value());
  EXPECT_EQ(world.spans.at(0).time, std::chrono::microseconds(9'800'000));
  EXPECT_EQ(world.spans.at(0).steps, 0U);
}

TEST(CommitLoop, SendsACommitAgainWithItsNumberWhenTheAnswerIsLost) {
  AsynchronousWorld world;
  world.lose_answers = 2;
  ASSERT_TRUE(Client(world.options).RunOnce(Never).has_value());
  EXPECT_EQ(world.applied, 3U);
  EXPECT_EQ(world.spans.size(), 3U) << "nothing is trained twice";
}

TEST(CommitLoop, AsksAgainWhileOthersAreWaitedFor) {
  AsynchronousWorld world;
  world.waits = 3;
  ASSERT_TRUE(Client(world.options).RunOnce(Never).has_value());
  EXPECT_EQ(world.root.methods(), "GET GET GET GET GET POST POST POST DELETE");
}

TEST(CommitLoop, GoesOnFromWhereTheRootStands) {
  AsynchronousWorld world;
  world.forget = true;
  const auto summary = Client(world.options).RunOnce(Never);
  ASSERT_TRUE(summary.has_value());
  EXPECT_EQ(summary->end, TaskEnd::kCommitted);
  EXPECT_EQ(world.applied, 3U);
  EXPECT_EQ(world.spans.size(), 4U);
}

TEST(CommitLoop, EndsWithTheReasonOfARejection) {
  AsynchronousWorld world;
  world.reject = true;
  const auto summary = Client(world.options).RunOnce(Never);
  ASSERT_TRUE(summary.has_value());
  EXPECT_EQ(summary->end, TaskEnd::kRejected);
  EXPECT_EQ(summary->reason, "norm: too long");
}

TEST(CommitLoop, GivesTheTaskBackWhenTrainingFails) {
  AsynchronousWorld world;
  world.options.train_span = [](const HeldTask&, const std::string&, const Span&) -> Result<SpanUpdate> {
    throw std::runtime_error("no battery");
  };
  const auto summary = Client(world.options).RunOnce(Never);
  ASSERT_TRUE(summary.has_value());
  EXPECT_EQ(summary->end, TaskEnd::kFailed);
  EXPECT_NE(summary->reason.find("no battery"), std::string::npos);
  EXPECT_EQ(world.root.methods(), "GET GET DELETE");
}

TEST(CommitLoop, IsNotTakenUpWithoutAHookForIt) {
  AsynchronousWorld world;
  world.options.train_span = {};
  const auto summary = Client(world.options).RunOnce(Never);
  ASSERT_TRUE(summary.has_value());
  EXPECT_EQ(summary->end, TaskEnd::kNone);
  EXPECT_EQ(world.root.methods(), "");
}

}  // namespace
}  // namespace propius::sdk
