#include "rpc/server.h"

#include <future>
#include <thread>

#include <grpcpp/generic/generic_stub.h>
#include <gtest/gtest.h>

#include "rpc/grpc_status.h"
#include "rpc/live_site.h"

namespace propius {
namespace {

using grpc::StatusCode;

// A job manager whose runtime keeps every call.
struct Stuck {
  LiveSite site;
  HoldingRuntime held;
  std::unique_ptr<RpcServer> server = std::move(*RpcServer::Start(
      {}, {MakeJobManagerService(held, *site.job_desk, {[](const std::string&) { return TenantId("default"); }, ""})}));
  std::unique_ptr<v1::JobManager::Stub> jobs = v1::JobManager::NewStub(ChannelTo(*server));

  std::future<grpc::Status> ListJobs(grpc::ClientContext& context) {
    return std::async(std::launch::async, [this, &context] {
      v1::ListJobsResponse list;
      return jobs->ListJobs(&context, {}, &list);
    });
  }
};

TEST(RpcServer, NamesTheAddressThatItCannotHave) {
  const auto server = std::move(*RpcServer::Start({}, {}));
  Result<std::unique_ptr<RpcServer>> second = RpcServer::Start({"127.0.0.1", server->port()}, {});
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, Code::kUnavailable);
  EXPECT_TRUE(second.error().message.starts_with("listen on 127.0.0.1:" + std::to_string(server->port()) + ": "));
  second = RpcServer::Start({"not an address", 0}, {});
  ASSERT_FALSE(second);
}

TEST(RpcServer, ListensOnIpv6WithoutBracketsInTheOption) {
  const auto server = RpcServer::Start({"::1", 0}, {});
  ASSERT_TRUE(server) << server.error().message;
  EXPECT_GT((*server)->port(), 0);
}

TEST(RpcServer, TellsThatItIsHealthyUntilItDrains) {
  const auto server = std::move(*RpcServer::Start({}, {}));
  grpc::GenericStub stub(ChannelTo(*server));
  const auto check = [&] {
    Patient context;
    grpc::CompletionQueue queue;
    const grpc::Slice nothing;
    const grpc::ByteBuffer empty(&nothing, 1);
    const auto call = stub.PrepareUnaryCall(&context, "/grpc.health.v1.Health/Check", empty, &queue);
    call->StartCall();
    grpc::ByteBuffer answer;
    grpc::Status status;
    call->Finish(&answer, &status, nullptr);
    void* tag = nullptr;
    bool ok = false;
    EXPECT_TRUE(queue.Next(&tag, &ok));
    if (!status.ok()) return std::string();
    std::vector<grpc::Slice> slices;
    EXPECT_TRUE(answer.Dump(&slices).ok());
    return std::string(slices.at(0).begin(), slices.at(0).end());
  };
  EXPECT_EQ(check(), "\x08\x01");  // status: SERVING
  server->StopTaking();
  EXPECT_EQ(check(), "\x08\x02");  // NOT_SERVING
  server->Drain(0s);
  EXPECT_EQ(check(), "");
}

TEST(RpcServer, TakesNoNewWorkWhenToldAndGoesOnWithTheOld) {
  LiveSite site;
  const v1::RoundKey round = OpenRound(site);
  v1::CheckInRequest hello;
  hello.set_device_id(7);
  v1::CheckInResponse greeting;
  Patient checking_in;
  ASSERT_TRUE(site.devices->CheckIn(&checking_in, hello, &greeting).ok());
  site.server->StopTaking();

  const auto code = [](auto call, const auto& request, auto response) {
    Patient context;
    return call(context, request, response).error_code();
  };
  const auto job = [&](auto method) {
    return [&site, method](auto& context, const auto& request, auto& response) {
      return (site.jobs.get()->*method)(&context, request, &response);
    };
  };
  EXPECT_EQ(code(job(&v1::JobManager::Stub::RegisterJob), SmallJob("another"), v1::RegisterJobResponse()),
            StatusCode::UNAVAILABLE);
  EXPECT_EQ(code(job(&v1::JobManager::Stub::RequestRound), RoundOf(round.job_id(), "next"), v1::RequestRoundResponse()),
            StatusCode::UNAVAILABLE);
  v1::AcceptRequest accept;
  accept.set_device_id(7);
  *accept.mutable_round() = round;
  accept.set_nonce("n");
  v1::AcceptResponse bound;
  Patient accepting;
  EXPECT_EQ(site.devices->Accept(&accepting, accept, &bound).error_code(), StatusCode::UNAVAILABLE);

  v1::GetJobRequest get;
  get.set_job_id(round.job_id());
  EXPECT_EQ(code(job(&v1::JobManager::Stub::GetJob), get, v1::GetJobResponse()), StatusCode::OK);
  v1::EndRequestRequest end;
  end.set_idempotency_key("end");
  *end.mutable_round() = round;
  EXPECT_EQ(code(job(&v1::JobManager::Stub::EndRequest), end, v1::EndRequestResponse()), StatusCode::OK);
}

TEST(RpcServer, AnswersACallThatItsRuntimeGaveUp) {
  Stuck stuck;
  Patient context;
  std::future<grpc::Status> status = stuck.ListJobs(context);
  stuck.held.AwaitTask();
  stuck.held.DropAll();
  EXPECT_EQ(status.get().error_code(), StatusCode::UNAVAILABLE);
}

TEST(RpcServer, EndsCallsThatNeverEndAtTheLimitOfADrain) {
  Stuck stuck;
  Patient context;
  std::future<grpc::Status> status = stuck.ListJobs(context);
  stuck.held.AwaitTask();
  stuck.server->Drain(10ms);
  EXPECT_FALSE(status.get().ok());
  stuck.server.reset();
  stuck.held.DropAll();  // too late to matter, and harmless
}

TEST(RpcServer, OutlivesCallersThatGoAway) {
  Stuck stuck;
  for (int i = 0; i < 10; ++i) {
    Patient context;
    std::future<grpc::Status> status = stuck.ListJobs(context);
    stuck.held.AwaitTask();
    context.TryCancel();
    EXPECT_EQ(status.get().error_code(), StatusCode::CANCELLED);
    stuck.held.DropAll();
  }
}

TEST(GrpcErrors, KeepCodeAndMessage) {
  const Error error{Code::kFailedPrecondition, "round 3: expected it to be open"};
  EXPECT_EQ(FromGrpc(ToGrpc(error)), error);
  EXPECT_EQ(FromGrpc(grpc::Status(StatusCode::CANCELLED, "gone")).code, Code::kUnavailable);
  EXPECT_LT(ToGrpc({Code::kInternal, std::string(100'000, 'x')}).error_message().size(), 4'096U);
}

}  // namespace
}  // namespace propius
