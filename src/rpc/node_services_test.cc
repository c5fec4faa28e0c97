#include <future>

#include <gtest/gtest.h>

#include "rpc/control_link.h"
#include "rpc/live_site.h"

namespace propius {
namespace {

using grpc::StatusCode;

std::string NodeAuthorization(const LiveSite& site, Time expires) {
  return "Propius-Node " + site.sealer.Seal(NodeToken{"root", expires});
}

TEST(SchedulerService, ShowsThePlanInForceToNodes) {
  LiveSite site;
  const v1::RoundKey round = OpenRound(site);
  v1::CheckInRequest device;
  device.set_device_id(7);
  v1::CheckInResponse greeting;
  Patient first;
  ASSERT_TRUE(site.devices->CheckIn(&first, device, &greeting).ok());

  const std::string node = NodeAuthorization(site, site.runtime.Now() + 1min);
  v1::GetPlanResponse plan;
  Patient second(node);
  ASSERT_TRUE(site.scheduler->GetPlan(&second, {}, &plan).ok());
  ASSERT_EQ(plan.groups_size(), 1);
  ASSERT_EQ(plan.groups(0).job_ids_size(), 1);
  EXPECT_EQ(plan.groups(0).job_ids(0), round.job_id());
  EXPECT_EQ(plan.devices_in_window(), 1);
}

TEST(SchedulerService, PlansAgainWhenItIsToldOfSomething) {
  LiveSite site;
  OpenRound(site);
  const std::string node = NodeAuthorization(site, site.runtime.Now() + 1min);
  const auto plans = [&] {
    v1::GetPlanResponse plan;
    Patient context(node);
    EXPECT_TRUE(site.scheduler->GetPlan(&context, {}, &plan).ok());
    std::uint64_t made = 0;
    site.On([&] { made = site.dispatcher->plans_made(); });
    return made;
  };
  const std::uint64_t before = plans();
  EXPECT_EQ(plans(), before);
  v1::JobRegisteredResponse registered;
  Patient first(node);
  ASSERT_TRUE(site.scheduler->JobRegistered(&first, {}, &registered).ok());
  EXPECT_EQ(plans(), before + 1);
  v1::RoundRequestedResponse requested;
  Patient second(node);
  ASSERT_TRUE(site.scheduler->RoundRequested(&second, {}, &requested).ok());
  EXPECT_EQ(plans(), before + 2);
}

TEST(NodeServices, AnswerNodesOnly) {
  LiveSite site;
  const std::string good = NodeAuthorization(site, site.runtime.Now() + 1min);
  const std::string other =
      "Propius-Node " + Sealer(std::string(32, 'x')).Seal(NodeToken{"root", site.runtime.Now() + 1min});
  for (const std::string& authorization :
       {std::string(), std::string("Bearer a"), std::string("Propius-Node abc"), other,
        NodeAuthorization(site, site.runtime.Now() - 1s), "Bearer" + good.substr(good.find(' '))}) {
    v1::GetPlanResponse plan;
    Patient first(authorization);
    EXPECT_EQ(site.scheduler->GetPlan(&first, {}, &plan).error_code(), StatusCode::UNAUTHENTICATED);
    v1::JobRegisteredResponse registered;
    Patient second(authorization);
    EXPECT_EQ(site.scheduler->JobRegistered(&second, {}, &registered).error_code(), StatusCode::UNAUTHENTICATED);
    v1::CloseRoundResponse closed;
    Patient third(authorization);
    EXPECT_EQ(site.board->CloseRound(&third, {}, &closed).error_code(), StatusCode::UNAUTHENTICATED);
  }
  v1::CloseRoundResponse closed;
  Patient context(good);
  EXPECT_EQ(site.board->CloseRound(&context, {}, &closed).error_code(), StatusCode::INVALID_ARGUMENT);
}

Result<BindCensus> Close(ControlLink& link, const RoundClosure& closure) {
  const auto answer = std::make_shared<std::promise<Result<BindCensus>>>();
  std::future<Result<BindCensus>> answered = answer->get_future();
  link.RoundClosed(closure, [answer](Result<BindCensus> census) { answer->set_value(std::move(census)); });
  return answered.get();
}

TEST(RpcControlLink, ClosesARoundAndLearnsItsBinds) {
  LiveSite site;
  const v1::RoundKey round = OpenRound(site, 3);
  for (const std::uint64_t device : {7U, 8U}) {
    v1::CheckInRequest check_in;
    check_in.set_device_id(device);
    v1::CheckInResponse greeting;
    Patient first;
    ASSERT_TRUE(site.devices->CheckIn(&first, check_in, &greeting).ok());
    v1::AcceptRequest accept;
    accept.set_device_id(device);
    *accept.mutable_round() = round;
    accept.set_nonce("n");
    v1::AcceptResponse bound;
    Patient second;
    ASSERT_TRUE(site.devices->Accept(&second, accept, &bound).ok());
  }
  RealRuntime root("root");
  const auto link = MakeRpcControlLink(root, "127.0.0.1:" + std::to_string(site.server->port()), site.sealer);
  const RoundClosure closure{{{round.job_id()}, {round.round()}}, RoundOutcome::kPartial, 2, "deadline"};
  for (int again = 0; again < 2; ++again) {
    const Result<BindCensus> census = Close(*link, closure);
    ASSERT_TRUE(census) << census.error().message;
    EXPECT_EQ(census->bound, 2U);
    EXPECT_EQ(census->granted, census->returned + census->bound + census->stranded);
  }
  v1::GetJobRequest request;
  request.set_job_id(round.job_id());
  v1::GetJobResponse shown;
  Patient context;
  ASSERT_TRUE(site.jobs->GetJob(&context, request, &shown).ok());
  EXPECT_EQ(shown.latest_round().outcome(), v1::ROUND_OUTCOME_PARTIAL);
  EXPECT_EQ(shown.latest_round().counted(), 2U);
  EXPECT_EQ(shown.latest_round().reason(), "deadline");

  EXPECT_EQ(Close(*link, {{{99}, {1}}, RoundOutcome::kAborted, 0, ""}).error().code, Code::kNotFound);
}

TEST(RpcControlLink, SaysThatNobodyAnswers) {
#ifdef __SANITIZE_ADDRESS__
  GTEST_SKIP() << "Debian's gRPC 1.51 itself may free a queue twice once a channel has failed to connect";
#endif
  std::string target;
  {
    const auto server = std::move(*RpcServer::Start({}, {}));
    target = "127.0.0.1:" + std::to_string(server->port());
  }
  RealRuntime root("root");
  const auto link = MakeRpcControlLink(root, target, Sealer(std::string(32, 's')));
  EXPECT_EQ(Close(*link, {{{1}, {1}}, RoundOutcome::kAborted, 0, ""}).error().code, Code::kUnavailable);
}

TEST(RpcControlLink, DropsAnswersThatComeWhenItIsGone) {
  LiveSite site;
  HoldingRuntime held;
  const auto server = std::move(*RpcServer::Start({}, {MakeRoundBoardService(held, *site.job_desk, site.sealer)}));
  bool told = false;
  {
    RealRuntime root("root");
    auto link = MakeRpcControlLink(root, "127.0.0.1:" + std::to_string(server->port()), site.sealer);
    link->RoundClosed({{{1}, {1}}, RoundOutcome::kAborted, 0, ""}, [&](const Result<BindCensus>&) { told = true; });
    held.AwaitTask();
    link.reset();
  }
  held.DropAll();
  EXPECT_FALSE(told);
}

}  // namespace
}  // namespace propius
