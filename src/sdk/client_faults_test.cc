// The device's client where something fails: answers are lost, plans are wrong, training throws, servers are away.
#include <stdexcept>
#include <thread>

#include <gtest/gtest.h>

#include "sdk/testing/device_world.h"

namespace propius::sdk {
namespace {

using testing::DeviceWorld;
using testing::Echo;
using testing::File;
using testing::HttpCall;
using testing::HttpReply;
using testing::kDevice;

const grpc::Status kLost(grpc::StatusCode::UNAVAILABLE, "the answer is lost");

TEST(ClientFaults, SettlesAReportOnceAndNoMoreOften) {
  DeviceWorld world;
  Client client(world.options);
  ASSERT_TRUE(client.RunOnce(Echo).has_value());
  world.offers.clear();
  ASSERT_TRUE(client.RunOnce(Echo).has_value());
  EXPECT_EQ(world.manager.check_ins().at(1).reports_size(), 0);
}

TEST(ClientFaults, SendsAReportAgainUntilTheServerHasAnsweredIt) {
  DeviceWorld world;
  world.manager.on_ping = [](const auto&, auto&) { return kLost; };
  Client client(world.options);
  ASSERT_TRUE(client.RunOnce(Echo).has_value());
  world.offers.clear();
  const auto check_in = world.manager.on_check_in;
  world.manager.on_check_in = [&, calls = 0](const v1::CheckInRequest& request, v1::CheckInResponse& answer) mutable {
    const grpc::Status done = check_in(request, answer);
    return ++calls <= 2 ? kLost : done;
  };
  ASSERT_TRUE(client.RunOnce(Echo).has_value());
  const auto check_ins = world.manager.check_ins();
  ASSERT_EQ(check_ins.size(), 4U);
  for (std::size_t i = 1; i < 4; ++i) {
    EXPECT_EQ(check_ins[i].device_id(), kDevice);
    ASSERT_EQ(check_ins[i].reports_size(), 1);
    EXPECT_EQ(check_ins[i].reports(0).ticket(), "ticket-of-3");
  }
  ASSERT_TRUE(client.RunOnce(Echo).has_value());
  EXPECT_EQ(world.manager.check_ins().back().reports_size(), 0);
}

TEST(ClientFaults, AcceptsWithTheSameNonceWhenTheAnswerIsLostAndAnotherOneNextTime) {
  DeviceWorld world;
  const auto accept = world.manager.on_accept;
  world.manager.on_accept = [&, calls = 0](const v1::AcceptRequest& request, v1::AcceptResponse& answer) mutable {
    const grpc::Status done = accept(request, answer);
    return ++calls <= 2 ? kLost : done;
  };
  Client client(world.options);
  EXPECT_EQ(client.RunOnce(Echo).value().end, TaskEnd::kCommitted);
  EXPECT_EQ(world.manager.accepts().size(), 3U);
  EXPECT_EQ(world.nonces.size(), 1U);
  EXPECT_EQ(client.RunOnce(Echo).value().end, TaskEnd::kCommitted);
  EXPECT_EQ(world.nonces.size(), 2U);
  for (const std::string& nonce : world.nonces) EXPECT_TRUE(!nonce.empty() && nonce.size() <= 64) << nonce;
}

TEST(ClientFaults, FailsWhenItIsRefusedItself) {
  DeviceWorld world;
  world.manager.on_check_in = [](const auto&, auto&) {
    return grpc::Status(grpc::StatusCode::INVALID_ARGUMENT, "public_attributes: expected finite values");
  };
  const auto refused = Client(world.options).RunOnce(Echo);
  EXPECT_EQ(refused.error().code, "invalid_argument");
  EXPECT_NE(refused.error().message.find("finite"), std::string::npos);
}

TEST(ClientFaults, FailsWhenNobodyAnswers) {
  DeviceWorld world;
  world.control.Close();
  world.options.call_timeout = std::chrono::milliseconds(50);
  EXPECT_EQ(Client(world.options).RunOnce(Echo).error().code, "unavailable");
}

TEST(ClientFaults, GivesTheTaskBackIfThePlanIsNotTheOneThatWasSigned) {
  DeviceWorld world;
  world.on_plan = [](const HttpCall&) { return HttpReply{200, File("tampered"), {}}; };
  bool trained = false;
  const auto summary = Client(world.options).RunOnce([&](const HeldTask& task, const std::string& plan) {
    trained = true;
    return Echo(task, plan);
  });
  EXPECT_EQ(summary.value().end, TaskEnd::kFailed);
  EXPECT_NE(summary->reason.find("SHA-256"), std::string::npos);
  EXPECT_FALSE(trained);
  EXPECT_EQ(world.manager.pings().at(0).reports(0).outcome(), v1::TASK_OUTCOME_FAILED);
}

TEST(ClientFaults, GivesTheTaskBackIfTrainingFailsThrowsOrGivesNoTensors) {
  const std::vector<TrainHook> hooks{
      [](const HeldTask&, const std::string&) -> Result<Update> {
        return tl::unexpected<Error>({"internal", "out of battery"});
      },
      [](const HeldTask&, const std::string&) -> Result<Update> { throw std::runtime_error("out of battery"); },
      [](const HeldTask&, const std::string&) -> Result<Update> { throw 7; },
      [](const HeldTask&, const std::string&) -> Result<Update> { return Update{"no tensors", 1}; },
      [](const HeldTask&, const std::string& plan) -> Result<Update> { return Update{plan, -1}; }};
  for (const TrainHook& hook : hooks) {
    DeviceWorld world;
    const auto summary = Client(world.options).RunOnce(hook);
    EXPECT_EQ(summary.value().end, TaskEnd::kFailed);
    EXPECT_FALSE(summary->reason.empty());
    EXPECT_EQ(world.leaf.methods(), "GET");
    EXPECT_EQ(world.manager.pings().at(0).reports(0).outcome(), v1::TASK_OUTCOME_FAILED);
  }
}

TEST(ClientFaults, GivesAnAssignmentBackThatItCannotRead) {
  DeviceWorld world;
  world.holding = world.Assignment(3);
  world.holding->set_plan_digest("short");
  const auto summary = Client(world.options).RunOnce(Echo);
  EXPECT_EQ(summary.value().end, TaskEnd::kFailed);
  EXPECT_EQ(world.manager.pings().at(0).reports(0).ticket(), "ticket-of-3");
}

TEST(ClientFaults, LetsTrainingKnowThatTheLeaseIsLost) {
  DeviceWorld world;
  const auto accept = world.manager.on_accept;
  world.manager.on_accept = [&](const v1::AcceptRequest& request, v1::AcceptResponse& answer) {
    const grpc::Status status = accept(request, answer);
    answer.mutable_assignment()->set_lease_ms(60);
    world.holding.reset();  // given to somebody else at once
    return status;
  };
  const auto summary = Client(world.options).RunOnce([](const HeldTask& task, const std::string&) -> Result<Update> {
    while (!task.cancelled()) SleepFor(std::chrono::milliseconds(5));
    return tl::unexpected<Error>({"aborted", "stopped early"});
  });
  EXPECT_EQ(summary.value().end, TaskEnd::kFailed);
  EXPECT_EQ(world.leaf.methods(), "GET");
}

TEST(ClientFaults, SurvivesARestartOfTheWholeServerWhileItTrains) {
  DeviceWorld world;
  world.options.call_timeout = std::chrono::seconds(2);
  const auto summary = Client(world.options).RunOnce([&](const HeldTask& task, const std::string& plan) {
    world.control.Close();
    world.leaf.Close();
    std::thread([&] {
      SleepFor(std::chrono::milliseconds(300));
      world.leaf.Open();
      world.control.Open();
    }).join();
    return Echo(task, plan);
  });
  EXPECT_EQ(summary.value().end, TaskEnd::kCommitted);
}

TEST(ClientFaults, KeepsTryingWhenTheServerIsAwayUntilItIsStopped) {
  DeviceWorld world;
  world.control.Close();
  world.options.call_timeout = std::chrono::milliseconds(50);
  Client client(world.options);
  std::thread later([&] {
    SleepFor(std::chrono::milliseconds(400));
    world.control.Open();
  });
  client.Run(Echo, [&](const TaskSummary& summary) {
    EXPECT_EQ(summary.end, TaskEnd::kCommitted);
    client.Stop();
  });
  later.join();
}

}  // namespace
}  // namespace propius::sdk
