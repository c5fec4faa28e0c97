#include "propius/job.h"

#include <thread>

#include <gtest/gtest.h>

#include "sdk/testing/job_world.h"

namespace propius::sdk {
namespace {

using testing::File;
using testing::HttpCall;
using testing::HttpReply;
using testing::JobWorld;
using Fault = std::optional<std::optional<HttpReply>>;

const grpc::Status kLost(grpc::StatusCode::UNAVAILABLE, "the answer is lost");

// The first `times` calls are done, but their answers are lost.
template <typename Script>
Script LoseAnswers(Script script, int times) {
  return [script, times](const auto& request, auto& answer) mutable {
    const grpc::Status done = script(request, answer);
    return times-- > 0 ? kLost : done;
  };
}

Job Registered(const JobWorld& world, const JobRequest& request = {}) {
  return std::move(Job::Register(world.options, request).value());
}

TEST(Job, RegistersWhatIsAskedForWithTheTenantsToken) {
  JobWorld world;
  world.options.token = "secret-of-tenant";
  JobRequest request;
  request.name = "digits";
  request.rounds = 3;
  request.demand = 5;
  request.over_commit = 1.3;
  request.min_reports = 0.8;
  request.deadline = std::chrono::milliseconds(90'000);
  request.public_constraint = {{"cpu_f", 8}, {"ram_gb", 6}};
  request.private_constraint = {{"samples", 100}};
  request.reducer = "sum";
  request.reducer_options = {{"clip", 2}};
  request.max_update_bytes = 1'000;
  request.max_weight = 50;
  request.share = 2;
  request.work_samples = 600;
  request.work_kilobits = 3'200;
  EXPECT_EQ(Registered(world, request).id(), 1U);

  const v1::RegisterJobRequest sent = world.manager.registers().at(0);
  EXPECT_EQ(sent.idempotency_key(), "job-key");
  const v1::JobSpec& spec = sent.spec();
  EXPECT_EQ(spec.name(), "digits");
  EXPECT_EQ(spec.rounds(), 3U);
  EXPECT_EQ(spec.demand(), 5U);
  EXPECT_EQ(spec.over_commit(), 1.3);
  EXPECT_EQ(spec.min_reports(), 0.8);
  EXPECT_EQ(spec.deadline_ms(), 90'000);
  EXPECT_EQ(spec.public_constraint(1).name(), "ram_gb");
  EXPECT_EQ(spec.public_constraint(1).value(), 6);
  EXPECT_EQ(spec.private_constraint(0).name(), "samples");
  EXPECT_EQ(spec.reducer().name(), "sum");
  EXPECT_EQ(spec.reducer().options().at("clip"), 2);
  EXPECT_EQ(spec.max_update_bytes(), 1'000U);
  EXPECT_EQ(spec.max_weight(), 50);
  EXPECT_EQ(spec.share(), 2);
  EXPECT_EQ(spec.work().samples(), 600);
  EXPECT_EQ(spec.work().kilobits(), 3'200);
  EXPECT_NE(world.manager.bytes().find("authorization: Bearer secret-of-tenant\n"), std::string::npos);
}

TEST(Job, SendsNoCredentialWhereThereIsNoToken) {
  JobWorld world;
  Registered(world);
  EXPECT_EQ(world.manager.bytes().find("authorization"), std::string::npos);
}

TEST(Job, RegistersOnceHoweverOftenTheAnswerIsLost) {
  JobWorld world;
  world.manager.on_register = LoseAnswers(world.manager.on_register, 2);
  EXPECT_EQ(Registered(world).id(), 1U);
  EXPECT_EQ(world.manager.registers().size(), 3U);
  EXPECT_EQ(world.registered.size(), 1U);
  EXPECT_EQ(Registered(world).id(), 1U);  // another life of the process
}

TEST(Job, DrawsAKeyIfItIsGivenNone) {
  JobWorld world;
  world.options.idempotency_key.clear();
  EXPECT_NE(Registered(world).id(), Registered(world).id());
}

TEST(Job, TellsWhyItIsRefused) {
  JobWorld world;
  world.manager.on_register = [](const auto&, auto&) {
    return grpc::Status(grpc::StatusCode::INVALID_ARGUMENT, "demand: expected at most 10, got 11");
  };
  const auto job = Job::Register(world.options, {});
  EXPECT_EQ(job.error().code, "invalid_argument");
  EXPECT_NE(job.error().message.find("at most 10"), std::string::npos);
}

TEST(Job, RegistersANewJobAfterItFinishedTheOldOne) {
  JobWorld world;
  Job job = Registered(world);
  ASSERT_TRUE(job.Finish().has_value());
  EXPECT_EQ(Registered(world).id(), 2U);
  EXPECT_EQ(Registered(world).id(), 2U);
  EXPECT_EQ(job.RunRound(File()).error().code, "failed_precondition");
}

TEST(Job, FinishesOnceHoweverOftenTheAnswerIsLost) {
  JobWorld world;
  world.manager.on_finish = LoseAnswers(world.manager.on_finish, 2);
  EXPECT_TRUE(Registered(world).Finish().has_value());
  const auto finishes = world.manager.finishes();
  ASSERT_EQ(finishes.size(), 3U);
  EXPECT_EQ(finishes[0].idempotency_key(), finishes[2].idempotency_key());
  world.manager.on_finish = [](const auto&, auto&) { return grpc::Status(grpc::StatusCode::NOT_FOUND, "no job 1"); };
  EXPECT_EQ(Registered(world).Finish().error().code, "not_found");
}

TEST(Job, RunsARoundAndTellsItsProgress) {
  JobWorld world;
  world.polls_to_close = 3;
  JobRequest request;
  request.demand = 9;
  Job job = Registered(world, request);
  std::vector<RoundProgress> seen;
  const auto result = job.RunRound(File("12345678"), [&](const RoundProgress& progress) { seen.push_back(progress); });
  ASSERT_TRUE(result.has_value()) << result.error().message;
  EXPECT_EQ(result->round, 1U);
  EXPECT_EQ(result->outcome, "completed");
  EXPECT_EQ(result->count, 8U);
  EXPECT_EQ(result->total_weight, 20);
  EXPECT_EQ(result->tensors, JobWorld::Aggregate(true));
  EXPECT_TRUE(result->ledger_balances);
  EXPECT_EQ(result->ledger.at("granted"), 8);
  EXPECT_EQ(result->scheduling.count(), 300);
  EXPECT_EQ(result->collection.count(), 700);
  EXPECT_EQ(world.last_plan, File("12345678"));
  EXPECT_EQ(world.manager.requests().at(0).plan_digest(), Sha256(File("12345678")));

  ASSERT_EQ(seen.size(), 3U);
  EXPECT_EQ(seen.front().counted, 0U);
  EXPECT_EQ(seen.back().counted, 3U);
  EXPECT_EQ(seen.back().allocated, 6U);
  EXPECT_EQ(seen.back().demand, 9U);
  EXPECT_EQ(seen.back().slots, 10U);
  EXPECT_EQ(seen.back().target, 8U);
  EXPECT_EQ(seen.back().job_id, job.id());
}

TEST(Job, RunsRoundAfterRoundUntilAllAreDone) {
  JobWorld world;
  world.rounds = 2;
  Job job = Registered(world);
  EXPECT_EQ(job.RunRound(File()).value().round, 1U);
  EXPECT_EQ(job.RunRound(File()).value().round, 2U);
  EXPECT_EQ(job.RunRound(File()).error().code, "out_of_range");
}

TEST(Job, OpensOneRoundHoweverOftenTheAnswerIsLost) {
  JobWorld world;
  world.manager.on_request = LoseAnswers(world.manager.on_request, 3);
  world.manager.on_get = LoseAnswers(world.manager.on_get, 1);
  EXPECT_TRUE(Registered(world).RunRound(File()).has_value());
  EXPECT_EQ(world.latest, 1U);
  EXPECT_EQ(world.manager.requests().size(), 4U);
}

TEST(Job, TakesUpTheRoundThatAnEarlierLifeLeftOpen) {
  JobWorld world;
  v1::RequestRoundRequest earlier;
  earlier.set_idempotency_key("job-key/round/1");
  earlier.set_job_id(1);
  earlier.set_plan_digest(Sha256(File()));
  v1::RequestRoundResponse grant;
  ASSERT_TRUE(world.Request(earlier, grant).ok());
  EXPECT_EQ(Registered(world).RunRound(File()).value().round, 1U);
  EXPECT_EQ(world.latest, 1U);
}

TEST(Job, KnowsHowManyRoundsAnEarlierLifeHasRun) {
  JobWorld world;
  {
    Job job = Registered(world);
    EXPECT_EQ(job.rounds_behind(), 0U);
    ASSERT_TRUE(job.RunRound(File()).has_value());
    ASSERT_TRUE(job.RunRound(File()).has_value());
  }
  EXPECT_EQ(Registered(world).rounds_behind(), 2U);
  world.open = true;
  EXPECT_EQ(Registered(world).rounds_behind(), 1U) << "the second is taken up again";
}

TEST(Job, EndsAnOpenRoundOfAnotherPlanAndGoesOn) {
  JobWorld world;
  v1::RequestRoundRequest earlier;
  earlier.set_idempotency_key("job-key/round/1");
  earlier.set_job_id(1);
  earlier.set_plan_digest(Sha256("another plan"));
  v1::RequestRoundResponse grant;
  ASSERT_TRUE(world.Request(earlier, grant).ok());
  EXPECT_EQ(Registered(world).RunRound(File()).value().round, 2U);
  EXPECT_EQ(world.manager.ends().at(0).round().round(), 1U);
}

TEST(Job, IsNotHeldUpByARefusalThatTheServerRemembers) {
  JobWorld world;
  world.memos["job-key/round/1"] = {"", grpc::Status(grpc::StatusCode::RESOURCE_EXHAUSTED, "site is full"), {}};
  EXPECT_EQ(Registered(world).RunRound(File()).value().round, 1U);
  const auto requests = world.manager.requests();
  ASSERT_EQ(requests.size(), 2U);
  EXPECT_TRUE(requests[1].idempotency_key().starts_with("job-key/round/1/"));
}

TEST(Job, KeysOfALongRegistrationKeyStayWithinTheLimit) {
  JobWorld world;
  world.options.idempotency_key = std::string(128, 'k');
  Job job = Registered(world);
  ASSERT_TRUE(job.RunRound(File()).has_value());
  ASSERT_TRUE(job.Finish().has_value());
  EXPECT_LE(world.manager.requests().at(0).idempotency_key().size(), 128U);
  EXPECT_LE(world.manager.finishes().at(0).idempotency_key().size(), 128U);
  EXPECT_LE(Registered(world).id(), 2U);
  for (const auto& request : world.manager.registers()) EXPECT_LE(request.idempotency_key().size(), 128U);
}

TEST(Job, SurvivesLostAnswersAndAFailingRoot) {
  JobWorld world;
  world.root_fault = [calls = 0](const HttpCall&) mutable -> Fault {
    switch (++calls) {
      case 1:
        return Fault(std::in_place, std::nullopt);
      case 2:
        return HttpReply{503, "", {}};
      case 4:
        return Fault(std::in_place, std::nullopt);
      case 5:
        return HttpReply{500, "", {}};
      default:
        return std::nullopt;
    }
  };
  EXPECT_EQ(Registered(world).RunRound(File()).value().outcome, "completed");
  EXPECT_EQ(world.root.methods(), "PUT PUT PUT GET GET GET GET");
}

TEST(Job, PublishesAgainToARootThatLostTheRound) {
  JobWorld world;
  world.root_fault = [&world, calls = 0](const HttpCall&) mutable -> Fault {
    if (++calls == 2) world.root_knows = false;
    return std::nullopt;
  };
  EXPECT_EQ(Registered(world).RunRound(File()).value().outcome, "completed");
  EXPECT_EQ(world.root.methods(), "PUT GET PUT GET GET");
}

TEST(Job, SurvivesARestartOfTheWholeServerInMidRound) {
  JobWorld world;
  world.options.call_timeout = std::chrono::seconds(2);
  world.polls_to_close = 4;
  Job job = Registered(world);
  std::thread restart;
  const auto result = job.RunRound(File(), [&](const RoundProgress& progress) {
    if (progress.counted == 0 || restart.joinable()) return;
    world.control.Close();
    world.root.Close();
    restart = std::thread([&] {
      SleepFor(std::chrono::milliseconds(500));
      world.root.Open();
      world.control.Open();
    });
  });
  restart.join();
  EXPECT_EQ(result.value().outcome, "completed");
}

TEST(Job, FetchesTheAggregateOfARoundThatWasOverBeforeThePlanCame) {
  JobWorld world;
  world.root_fault = [&world](const HttpCall& call) -> Fault {
    world.root_knows = true;
    if (call.method == "PUT") return HttpReply{409, R"({"title": "failed_precondition", "detail": "closed"})", {}};
    return std::nullopt;
  };
  EXPECT_EQ(Registered(world).RunRound(File()).value().outcome, "completed");
}

TEST(Job, WaitsForTheFinalLedger) {
  JobWorld world;
  world.root_fault = [calls = 0](const HttpCall& call) mutable -> Fault {
    if (call.method == "GET" && ++calls <= 2) return HttpReply{200, JobWorld::Aggregate(false), {}};
    return std::nullopt;
  };
  EXPECT_TRUE(Registered(world).RunRound(File()).value().ledger_balances);
}

TEST(Job, EndsOnARefusalOfTheDataPlaneWithItsReason) {
  for (const int status : {400, 401, 410, 413}) {
    JobWorld world;
    world.root_fault = [&](const HttpCall& call) -> Fault {
      if (call.method == "PUT" && status == 410) return std::nullopt;
      return HttpReply{status, R"({"detail": "because"})", {}};
    };
    const auto result = Registered(world).RunRound(File());
    EXPECT_FALSE(result.has_value());
    EXPECT_NE(result.error().message.find("because"), std::string::npos) << status;
  }
}

TEST(Job, ClosesItsRoundOnceSomebodyHasEndedIt) {
  JobWorld world;
  world.polls_to_close = 1'000;
  Job job = Registered(world);
  const auto result = job.RunRound(File(), [&](const RoundProgress&) { world.finished[1] = "finished by its owner"; });
  ASSERT_TRUE(result.has_value()) << result.error().message;
  EXPECT_NE(world.root.methods().find("POST"), std::string::npos);
}

TEST(Job, ReadsTheParametersOfARoundUnderWay) {
  JobWorld world;
  Job job = Registered(world);
  EXPECT_EQ(job.Parameters().error().code, "failed_precondition");
  std::optional<SharedParameters> seen;
  ASSERT_TRUE(job.RunRound(File(),
                           [&](const RoundProgress&) {
                             if (const auto now = job.Parameters()) seen = *now;
                           })
                  .has_value());
  ASSERT_TRUE(seen);
  EXPECT_EQ(seen->tensors, File("nowadays"));
  EXPECT_EQ(seen->version, 4U);
  EXPECT_EQ(seen->commits, 5U);
  EXPECT_EQ(seen->steps, 60U);
  EXPECT_EQ(seen->workers, 2U);
  EXPECT_EQ(seen->loss, 0.25);
  EXPECT_FALSE(job.Parameters().has_value());
}

TEST(Job, EndsOnAnAggregateThatIsNone) {
  JobWorld world;
  world.root_fault = [](const HttpCall& call) -> Fault {
    if (call.method == "GET") return HttpReply{200, "<html>", {}};
    return std::nullopt;
  };
  EXPECT_EQ(Registered(world).RunRound(File()).error().code, "data_loss");
}

TEST(Job, EndsWhenTheRootIsSilentForLongerThanItsPatience) {
  JobWorld world;
  world.options.patience = std::chrono::milliseconds(150);
  world.root_fault = [](const HttpCall&) { return Fault(std::in_place, std::nullopt); };
  const auto result = Registered(world).RunRound(File());
  EXPECT_EQ(result.error().code, "unavailable");
  EXPECT_NE(result.error().message.find("job 1 round 1"), std::string::npos);
  world.control.Close();
  EXPECT_EQ(Job::Register(world.options, {}).error().code, "unavailable");
}

TEST(Job, EndsWhenTheRoundIsNotClosedLongAfterItsDeadline) {
  JobWorld world;
  world.options.patience = std::chrono::milliseconds(150);
  world.polls_to_close = 1'000'000;
  JobRequest request;
  request.deadline = std::chrono::milliseconds(150);
  EXPECT_EQ(Registered(world, request).RunRound(File()).error().code, "deadline_exceeded");
}

}  // namespace
}  // namespace propius::sdk
