#include "sdk/unary_call.h"

#include <future>
#include <thread>

#include <gtest/gtest.h>

#include "sdk/device_session.h"
#include "sdk/testing/fake_grpc.h"

namespace propius {
namespace {

using testing::FakeClientManager;
using testing::GrpcPlace;

grpc::Status Ok(const v1::PingRequest&, v1::PingResponse& answer) {
  answer.mutable_greeting()->set_retry_after_ms(5);
  return grpc::Status::OK;
}

TEST(ServerLine, SharesTheChannelOfAServerAndHoldsItOnlyWhileSomebodyUsesIt) {
  auto one = std::make_unique<ServerLine>("127.0.0.1:1");
  ServerLine other("127.0.0.1:1");
  ServerLine elsewhere("127.0.0.1:2");
  const std::weak_ptr<grpc::Channel> shared = one->channel();
  EXPECT_EQ(shared.lock(), other.channel());
  EXPECT_NE(shared.lock(), elsewhere.channel());
  one.reset();
  EXPECT_FALSE(shared.expired());
}

TEST(ServerLine, ReplacesAChannelThatWentSilentOnceForAll) {
  ServerLine one("127.0.0.1:3");
  ServerLine other("127.0.0.1:3");
  const auto silent = one.channel();
  ASSERT_EQ(other.channel(), silent);
  one.Distrust(silent);
  const auto fresh = one.channel();
  EXPECT_NE(fresh, silent);
  other.Distrust(silent);
  EXPECT_EQ(other.channel(), fresh);
  other.Distrust(silent);
  EXPECT_EQ(other.channel(), fresh);
}

TEST(UnaryCall, AnswersOrTellsTheServersCodeAndMessage) {
  FakeClientManager manager;
  manager.on_ping = Ok;
  GrpcPlace place(manager);
  DeviceSession session(place.target(), 9, {});
  CallGate gate(10s);
  EXPECT_EQ(session.Ping(gate, {}).value().retry_after_ms(), 5U);
  manager.on_ping = [](const auto&, auto&) { return grpc::Status(grpc::StatusCode::NOT_FOUND, "aged out"); };
  EXPECT_EQ(session.Ping(gate, {}).error(), (Error{Code::kNotFound, "ping: aged out"}));
  EXPECT_EQ(session.Accept(gate, {}, "n").error().code, Code::kFailedPrecondition);  // not a call of this server
}

TEST(UnaryCall, EndsAtItsDeadlineAndTakesAnotherConnectionNext) {
  FakeClientManager manager;
  std::promise<void> release;
  const std::shared_future<void> released = release.get_future().share();
  manager.on_ping = [released](const v1::PingRequest& request, v1::PingResponse& answer) {
    if (request.reports_size() == 0) released.wait();
    return Ok(request, answer);
  };
  GrpcPlace place(manager);
  ServerLine line(place.target());
  const auto first = line.channel();
  DeviceSession session(place.target(), 9, {});
  CallGate hurried(50ms);
  EXPECT_EQ(session.Ping(hurried, {}).error().code, Code::kDeadlineExceeded);
  release.set_value();
  EXPECT_NE(ServerLine(place.target()).channel(), first);
  CallGate gate(10s);
  EXPECT_TRUE(session.Ping(gate, {}).has_value());
}

TEST(UnaryCall, FailsAsUnavailableWhereNobodyListensAndFindsTheServerThatComesBack) {
  FakeClientManager manager;
  manager.on_ping = Ok;
  GrpcPlace place(manager);
  DeviceSession session(place.target(), 9, {});
  CallGate gate(10s);
  ASSERT_TRUE(session.Ping(gate, {}).has_value());
  place.Close();
  CallGate hurried(20ms);
  for (int i = 0; i < 10; ++i) EXPECT_FALSE(session.Ping(hurried, {}).has_value());
  place.Open();
  EXPECT_TRUE(session.Ping(gate, {}).has_value());  // at the first try: the call itself waits for the connection
}

TEST(UnaryCall, TakesADeathOfTheServerInMidCallForUnavailable) {
  EXPECT_EQ(CallError({grpc::StatusCode::UNKNOWN, "Stream removed"}, "ping").code, Code::kUnavailable);
  EXPECT_EQ(CallError({grpc::StatusCode::CANCELLED, ""}, "ping").code, Code::kAborted);
  EXPECT_EQ(CallError({grpc::StatusCode::INTERNAL, ""}, "ping").code, Code::kInternal);
}

TEST(CallGate, EndsACallUnderWayAndLetsNoneInAfterwards) {
  FakeClientManager manager;
  std::promise<void> arrived;
  std::promise<void> release;
  const std::shared_future<void> released = release.get_future().share();
  manager.on_ping = [&arrived, released](const v1::PingRequest& request, v1::PingResponse& answer) {
    arrived.set_value();
    released.wait();
    return Ok(request, answer);
  };
  GrpcPlace place(manager);
  DeviceSession session(place.target(), 9, {});
  CallGate gate(1h);
  std::thread closer([&] {
    arrived.get_future().wait();
    gate.Close();
  });
  EXPECT_EQ(session.Ping(gate, {}).error().code, Code::kAborted);
  closer.join();
  release.set_value();
  EXPECT_EQ(session.Ping(gate, {}).error().code, Code::kAborted);
  EXPECT_EQ(manager.pings().size(), 1U);
}

}  // namespace
}  // namespace propius
